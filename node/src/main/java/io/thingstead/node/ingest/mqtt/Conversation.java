package io.thingstead.node.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.thingstead.node.ingest.Outcome;
import org.jspecify.annotations.Nullable;

/// What goes back and forth on a connection from CONNACK on. Confined to the event loop, but for `newest`.
final class Conversation {
    private final Wire wire;
    private final Ending ending;
    private final Flow flow;
    private final Session session;
    private final Publications publications;
    private final Subscriptions subscriptions;
    private final KeepAlive keepAlive;
    private final CommandFeed commands;
    private final Hello hello;

    Conversation(
            MqttServer server,
            MqttConnection connection,
            Wire wire,
            Ending ending,
            AnswerOutbox outbox,
            Hello hello,
            Handshake.Verdict.Welcome welcome) {
        this.wire = wire;
        this.ending = ending;
        this.hello = hello;
        this.flow = new Flow(wire, server.counters().slowed);
        this.session = new Session(wire, server.intake(), hello, welcome.sender(), welcome.quotas());
        this.publications = new Publications(wire, session, flow, outbox);
        this.commands = new CommandFeed(wire, ending, server.intake(), hello, welcome.sender());
        this.subscriptions = new Subscriptions(server, connection, hello, session, commands);
        this.keepAlive = new KeepAlive(wire, flow, ending, hello);
    }

    void start() {
        keepAlive.start();
    }

    void read(MqttMessage message) {
        MqttMessageType type = message.fixedHeader().messageType();
        switch (type) {
            case PUBLISH -> publish((MqttPublishMessage) message);
            case PUBREL -> release(((MqttMessageIdVariableHeader) message.variableHeader()).messageId());
            case SUBSCRIBE -> subscribe((MqttSubscribeMessage) message);
            case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) message);
            case PINGREQ -> wire.send(MqttMessage.PINGRESP);
            case DISCONNECT -> disconnect(message);
            case PUBACK -> acknowledged(((MqttMessageIdVariableHeader) message.variableHeader()).messageId());
            case CONNECT, CONNACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK, PINGRESP, AUTH ->
                ending.violated("no " + type + " is expected here");
        }
    }

    private void acknowledged(int packetId) {
        if (!commands.acknowledged(packetId)) {
            ending.violated("a PUBACK for nothing that was sent");
        }
    }

    private void publish(MqttPublishMessage message) {
        if (message.variableHeader().properties().getProperty(MqttProperties.TOPIC_ALIAS) != null) {
            ending.because(Disconnect.TOPIC_ALIAS_INVALID, "no topic alias was allowed");
        } else if (!Texts.isWellFormed(message.variableHeader().topicName())) {
            ending.unreadable(null, true);
        } else if (session.isVersion5() && message.fixedHeader().isRetain()) {
            ending.because(Disconnect.RETAIN_NOT_SUPPORTED, "retained messages are not kept, as CONNACK said");
        } else if (!publications.publish(message)) {
            ending.because(Disconnect.RECEIVE_MAXIMUM_EXCEEDED, "too many messages of QoS 2 are not released");
        }
    }

    private void subscribe(MqttSubscribeMessage message) {
        MqttProperties properties = message.idAndPropertiesVariableHeader().properties();
        if (properties.getProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER) != null) {
            ending.because(Disconnect.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, "no subscription identifier was allowed");
        } else if (message.payload().topicSubscriptions().stream()
                .allMatch(wanted -> Texts.isWellFormed(wanted.topicFilter()))) {
            answer(subscriptions.subscribe(message));
        } else {
            ending.unreadable(null, true);
        }
    }

    private void unsubscribe(MqttUnsubscribeMessage message) {
        if (message.payload().topics().stream().allMatch(Texts::isWellFormed)) {
            answer(subscriptions.unsubscribe(message));
        } else {
            ending.unreadable(null, true);
        }
    }

    /// Who said at the beginning that its session ends with the connection cannot want otherwise at the end (OASIS MQTT
    /// 5.0 §3.14.2.2.2).
    private void disconnect(MqttMessage message) {
        boolean wantsSession = message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader reason
                && Hello.integer(reason.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL, 0) != 0;
        if (wantsSession && !hello.wantsSession()) {
            ending.violated("a session that was to end with its connection stays ended");
        } else {
            ending.close();
        }
    }

    private void release(int packetId) {
        byte code = publications.release(packetId) ? Reasons.SUCCESS : Reasons.PACKET_ID_NOT_FOUND;
        wire.send(Packets.reply(MqttMessageType.PUBCOMP, packetId, code, ""));
    }

    /// An empty list of topics is a protocol error (OASIS MQTT 5.0 §3.8.3, §3.10.3).
    private void answer(@Nullable MqttMessage acknowledgement) {
        if (acknowledgement == null) {
            ending.violated("a subscription to nothing, or unsubscribing from nothing");
        } else {
            wire.send(acknowledgement);
        }
    }

    /// Something came from the client.
    void heard() {
        keepAlive.heard();
    }

    /// Who does not read what it is sent is not read from.
    void canWrite(boolean whether) {
        if (whether) {
            flow.resume(Flow.UNREAD);
            commands.wake();
        } else {
            flow.stop(Flow.UNREAD);
        }
    }

    /// The newest frame of the session that is in the log. For any thread.
    Outcome.@Nullable Logged newest() {
        return publications.newest();
    }

    /// The connection is gone.
    void close() {
        commands.close();
    }

    /// Sends a receipt, unless the client does not read what it has: the next one makes it good.
    void deliver(byte[] receipt) {
        if (session.hearsReceipts() && wire.isWritable()) {
            session.writeReceipt(receipt);
            wire.flush();
        }
    }
}
