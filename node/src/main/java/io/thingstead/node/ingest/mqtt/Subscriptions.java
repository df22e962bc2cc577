package io.thingstead.node.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a device may subscribe to: its own receipts, with QoS 0. They are the newest state of things, so one that is
/// lost is made good by the next. Confined to the event loop.
final class Subscriptions {
    private static final int GRANTED = 0;

    private final MqttServer server;
    private final MqttConnection connection;
    private final Hello hello;
    private final Session session;

    Subscriptions(MqttServer server, MqttConnection connection, Hello hello, Session session) {
        this.server = server;
        this.connection = connection;
        this.hello = hello;
        this.session = session;
    }

    /// The SUBACK; null when there is nothing to subscribe to.
    @Nullable
    MqttMessage subscribe(MqttSubscribeMessage message) {
        List<Integer> codes = new ArrayList<>();
        for (MqttTopicSubscription wanted : message.payload().topicSubscriptions()) {
            int code = code(wanted.topicFilter());
            codes.add(code);
            if (code == GRANTED) {
                session.hearReceipts(true);
                server.receipts().add(connection);
            } else {
                server.counters().subscriptionsRefused.increment();
            }
        }
        return codes.isEmpty() ? null : Packets.subAck(message.variableHeader().messageId(), codes);
    }

    /// The code for a SUBACK (OASIS MQTT 3.1.1 §3.9.3, MQTT 5.0 §3.9.3).
    private int code(String filter) {
        if (filter.equals(Topics.RECEIPTS)) {
            return GRANTED;
        }
        if (!hello.isVersion5()) {
            return Reasons.FAILURE_3;
        }
        if (filter.startsWith("$share/")) {
            return Reasons.SHARED_NOT_SUPPORTED;
        }
        return filter.indexOf('#') >= 0 || filter.indexOf('+') >= 0
                ? Reasons.WILDCARD_NOT_SUPPORTED
                : Reasons.NOT_AUTHORISED_UNSIGNED;
    }

    /// The UNSUBACK; null when there is nothing to unsubscribe from.
    @Nullable
    MqttMessage unsubscribe(MqttUnsubscribeMessage message) {
        List<Short> codes = new ArrayList<>();
        for (String filter : message.payload().topics()) {
            boolean had = filter.equals(Topics.RECEIPTS) && session.hearsReceipts();
            if (had) {
                session.hearReceipts(false);
                server.receipts().remove(connection);
            }
            codes.add(had ? (short) Reasons.SUCCESS : Reasons.NO_SUBSCRIPTION);
        }
        return codes.isEmpty()
                ? null
                : Packets.unsubAck(message.variableHeader().messageId(), codes);
    }
}
