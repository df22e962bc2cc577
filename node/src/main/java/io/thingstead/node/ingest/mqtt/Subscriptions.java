package io.thingstead.node.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a device may subscribe to: its own receipts, with QoS 0, its own commands, and answers to what it asked.
/// Receipts are the newest state of things, so one that is lost is made good by the next. Confined to the event loop.
final class Subscriptions {
    private static final int GRANTED = 0;

    private final MqttServer server;
    private final MqttConnection connection;
    private final Hello hello;
    private final Session session;
    private final CommandFeed commands;

    Subscriptions(MqttServer server, MqttConnection connection, Hello hello, Session session, CommandFeed commands) {
        this.server = server;
        this.connection = connection;
        this.hello = hello;
        this.session = session;
        this.commands = commands;
    }

    /// The SUBACK; null when there is nothing to subscribe to.
    @Nullable
    MqttMessage subscribe(MqttSubscribeMessage message) {
        List<Integer> codes = new ArrayList<>();
        for (MqttTopicSubscription wanted : message.payload().topicSubscriptions()) {
            String filter = wanted.topicFilter();
            if (filter.equals(Topics.RECEIPTS)) {
                session.hearReceipts(true);
                server.receipts().add(connection);
                codes.add(GRANTED);
            } else if (commands.isTopic(filter)) {
                codes.add(commands.subscribe(filter, wanted.qualityOfService()));
            } else if (session.hear(filter, true)) {
                codes.add(GRANTED);
            } else {
                server.counters().subscriptionsRefused.increment();
                codes.add(refusal(filter));
            }
        }
        return codes.isEmpty() ? null : Packets.subAck(message.variableHeader().messageId(), codes);
    }

    /// The code for a SUBACK (OASIS MQTT 3.1.1 §3.9.3, MQTT 5.0 §3.9.3).
    private int refusal(String filter) {
        if (!hello.isVersion5()) {
            return Reasons.FAILURE_3;
        }
        if (filter.startsWith("$share/")) {
            return Reasons.SHARED_NOT_SUPPORTED;
        }
        boolean isWildcard = filter.indexOf('#') >= 0 || filter.indexOf('+') >= 0;
        return isWildcard && !session.hasWildcards() ? Reasons.WILDCARD_NOT_SUPPORTED : Reasons.NOT_AUTHORISED_UNSIGNED;
    }

    /// The UNSUBACK; null when there is nothing to unsubscribe from.
    @Nullable
    MqttMessage unsubscribe(MqttUnsubscribeMessage message) {
        List<Short> codes = new ArrayList<>();
        for (String filter : message.payload().topics()) {
            boolean had = unsubscribe(filter);
            codes.add(had ? (short) Reasons.SUCCESS : Reasons.NO_SUBSCRIPTION);
        }
        return codes.isEmpty()
                ? null
                : Packets.unsubAck(message.variableHeader().messageId(), codes, hello.isVersion5());
    }

    private boolean unsubscribe(String filter) {
        if (commands.isTopic(filter)) {
            return commands.unsubscribe(filter);
        }
        if (session.hear(filter, false)) {
            return true;
        }
        if (!filter.equals(Topics.RECEIPTS) || !session.hearsReceipts()) {
            return false;
        }
        session.hearReceipts(false);
        server.receipts().remove(connection);
        return true;
    }
}
