package io.thingstead.node.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttIdentifierRejectedException;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.thingstead.node.ingest.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection from its first byte to its end: the packets of MQTT 3.1.1 and 5 in the order the protocol asks for.
/// Whatever else comes ends this connection and no other. Confined to its event loop.
final class MqttConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);
    private static final int CONNECT_MS = 10_000;

    private final MqttServer server;
    private @Nullable Wire wire;
    private @Nullable AnswerOutbox outbox;
    private InetAddress address = InetAddress.getLoopbackAddress();
    private volatile @Nullable Open open;
    private boolean isAdmitted;
    private boolean isEnding;
    private long lastReadNanos;

    /// What there is from CONNACK on.
    private record Open(
            Hello hello,
            Session session,
            Publications publications,
            Subscriptions subscriptions,
            Flow flow,
            Sessions.Name name) {}

    MqttConnection(MqttServer server) {
        this.server = server;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Wire out = new Wire(ctx);
        wire = out;
        outbox = server.outbox(ctx.channel().eventLoop());
        if (ctx.channel().remoteAddress() instanceof InetSocketAddress socket) {
            address = socket.getAddress();
        }
        if (!server.admissions().enter(address)) {
            server.counters().tooMany.increment();
            out.close();
            return;
        }
        isAdmitted = true;
        lastReadNanos = System.nanoTime();
        out.laterMs(this::checkConnected, CONNECT_MS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (isAdmitted) {
            isAdmitted = false;
            server.admissions().leave(address);
        }
        Open was = open;
        if (was != null) {
            open = null;
            server.sessions().leave(was.name(), this);
            server.receipts().remove(this);
        }
        isEnding = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object packet) {
        try {
            if (!isEnding && packet instanceof MqttMessage message) {
                read(message);
                if (!outbox().isEmpty()) {
                    outbox().drain();
                }
            }
        } finally {
            ReferenceCountUtil.release(packet);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        lastReadNanos = System.nanoTime();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Open now = open;
        if (now != null && ctx.channel().isWritable()) {
            now.flow().resume(Flow.UNREAD);
        } else if (now != null) {
            now.flow().stop(Flow.UNREAD);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable trouble) {
        if (!(trouble instanceof IOException)) {
            LOG.error("closing the connection of {}", address.getHostAddress(), trouble);
        }
        wire().close();
    }

    private void read(MqttMessage message) {
        if (message.decoderResult().isFailure()) {
            unreadable(message.decoderResult().cause());
            return;
        }
        MqttMessageType type = message.fixedHeader().messageType();
        Open now = open;
        if (now == null) {
            if (message instanceof MqttConnectMessage connect) {
                if (connect.variableHeader().version() == MqttVersion.MQTT_3_1.protocolLevel()) {
                    unreadable(new MqttUnacceptableProtocolVersionException("MQTT 3.1"));
                } else {
                    connect(Hello.of(connect));
                }
            } else {
                violated("the first packet is CONNECT, not " + type);
            }
            return;
        }
        switch (type) {
            case PUBLISH -> publish((MqttPublishMessage) message, now);
            case PUBREL -> release(now, ((MqttMessageIdVariableHeader) message.variableHeader()).messageId());
            case SUBSCRIBE -> answer(now.subscriptions().subscribe((MqttSubscribeMessage) message));
            case UNSUBSCRIBE -> answer(now.subscriptions().unsubscribe((MqttUnsubscribeMessage) message));
            case PINGREQ -> wire().send(MqttMessage.PINGRESP);
            case DISCONNECT -> {
                isEnding = true;
                wire().close();
            }
            case CONNECT, CONNACK, PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK, PINGRESP, AUTH ->
                violated("no " + type + " is expected here");
        }
    }

    private void connect(Hello hello) {
        switch (server.handshake().decide(hello, address)) {
            case Handshake.Verdict.Denied(MqttConnectReturnCode code, var refused) -> {
                server.counters().refused(refused.code());
                MqttProperties why =
                        hello.isVersion5() ? Packets.reasonString(refused.toString()) : MqttProperties.NO_PROPERTIES;
                endWith(Packets.connAck(code, why));
            }
            case Handshake.Verdict.Welcome welcome -> {
                server.counters().connected.increment();
                Flow flow = new Flow(wire(), server.counters().slowed);
                Session session = new Session(wire(), server.intake(), hello, welcome.sender(), welcome.quotas());
                Publications publications = new Publications(wire(), session, flow, outbox());
                Sessions.Name name = Sessions.Name.of(welcome.sender(), address, welcome.clientId());
                Subscriptions subscriptions = new Subscriptions(server, this, hello, session);
                open = new Open(hello, session, publications, subscriptions, flow, name);
                server.sessions().enter(name, this);
                wire().send(Packets.connAck(MqttConnectReturnCode.CONNECTION_ACCEPTED, welcome.properties()));
                if (hello.keepAliveSeconds() > 0) {
                    watch(hello.keepAliveSeconds() * 1_500L);
                }
            }
        }
    }

    private void publish(MqttPublishMessage message, Open now) {
        if (message.variableHeader().properties().getProperty(MqttProperties.TOPIC_ALIAS) != null) {
            end(Disconnect.TOPIC_ALIAS_INVALID, "no topic alias was allowed");
        } else if (!now.publications().publish(message)) {
            end(Disconnect.RECEIVE_MAXIMUM_EXCEEDED, "too many messages of QoS 2 are not released");
        }
    }

    private void release(Open now, int packetId) {
        byte code = now.publications().release(packetId) ? Reasons.SUCCESS : Reasons.PACKET_ID_NOT_FOUND;
        wire().send(Packets.reply(MqttMessageType.PUBCOMP, packetId, code, ""));
    }

    /// An empty list of topics is a protocol error (OASIS MQTT 5.0 §3.8.3, §3.10.3).
    private void answer(@Nullable MqttMessage acknowledgement) {
        if (acknowledgement == null) {
            violated("a subscription to nothing, or unsubscribing from nothing");
        } else {
            wire().send(acknowledgement);
        }
    }

    /// The newest frame of the session that is in the log. For any thread.
    Outcome.@Nullable Logged newest() {
        Open now = open;
        return now == null ? null : now.publications().newest();
    }

    /// Sends a receipt, unless the client does not read what it has. For any thread.
    void deliver(byte[] receipt) {
        wire().onLoop(() -> {
            Open now = open;
            if (now != null && now.session().hearsReceipts() && wire().isWritable()) {
                now.session().writeReceipt(receipt);
                wire().flush();
            }
        });
    }

    /// Another connection has the session now. For any thread.
    void takeOver() {
        wire().onLoop(() -> {
            server.counters().takenOver.increment();
            end(Disconnect.SESSION_TAKEN_OVER, "connected again elsewhere");
        });
    }

    private void checkConnected() {
        if (open == null && !isEnding) {
            server.counters().timedOut.increment();
            isEnding = true;
            wire().close();
        }
    }

    /// Closes when nothing came for one and a half times the keep alive (OASIS MQTT 5.0 §3.1.2.10). Time in which the
    /// node itself did not read does not count.
    private void watch(long allowedMs) {
        long silentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastReadNanos);
        Open now = open;
        if (now == null || isEnding) {
            return;
        }
        if (now.flow().isStopped()) {
            lastReadNanos = System.nanoTime();
        } else if (silentMs >= allowedMs) {
            server.counters().timedOut.increment();
            end(Disconnect.KEEP_ALIVE_TIMEOUT, "nothing heard for " + silentMs + " ms");
            return;
        }
        wire().laterMs(() -> watch(allowedMs), Math.max(1, allowedMs - silentMs));
    }

    private void unreadable(@Nullable Throwable cause) {
        server.counters().malformed.increment();
        switch (cause) {
            case MqttUnacceptableProtocolVersionException _ ->
                endWith(Packets.connAck(
                        MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
                        MqttProperties.NO_PROPERTIES));
            case MqttIdentifierRejectedException _ ->
                endWith(Packets.connAck(
                        MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED, MqttProperties.NO_PROPERTIES));
            case TooLongFrameException _ ->
                end(Disconnect.PACKET_TOO_LARGE, "a packet has at most " + Handshake.MOST_PACKET_BYTES + " bytes");
            case null, default -> end(Disconnect.MALFORMED_PACKET, "not MQTT");
        }
    }

    private void violated(String what) {
        server.counters().malformed.increment();
        end(Disconnect.PROTOCOL_ERROR, what);
    }

    /// Ends the connection; a client of MQTT 5 is told why.
    void end(Disconnect code, String why) {
        Open now = open;
        if (isEnding) {
            return;
        }
        if (now != null && now.hello().isVersion5()) {
            endWith(Packets.disconnect(code, now.hello().wantsReasons() ? why : ""));
        } else {
            isEnding = true;
            wire().close();
        }
    }

    private void endWith(MqttMessage last) {
        isEnding = true;
        wire().sendLast(last);
    }

    private Wire wire() {
        return Objects.requireNonNull(wire, "the connection is active");
    }

    private AnswerOutbox outbox() {
        return Objects.requireNonNull(outbox, "the connection is active");
    }
}
