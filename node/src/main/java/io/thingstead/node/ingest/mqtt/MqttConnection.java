package io.thingstead.node.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.thingstead.node.ingest.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection from its first byte to its end: first CONNECT (MQTT 3.1.1 or 5), then a conversation. Whatever else
/// comes ends this connection and no other. Confined to its event loop.
final class MqttConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);

    private final MqttServer server;
    private @Nullable Line line;
    private boolean isAdmitted;
    private volatile @Nullable Open open;

    /// What there is from the first byte on.
    private record Line(Wire wire, Ending ending, AnswerOutbox outbox, InetAddress address) {}

    /// What there is from CONNACK on.
    private record Open(Sessions.Name name, Conversation conversation) {}

    MqttConnection(MqttServer server) {
        this.server = server;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Wire wire = new Wire(ctx);
        Ending ending = new Ending(wire, server.counters());
        InetAddress address = ctx.channel().remoteAddress() instanceof InetSocketAddress socket
                ? socket.getAddress()
                : InetAddress.getLoopbackAddress();
        line = new Line(wire, ending, server.outbox(ctx.channel().eventLoop()), address);
        isAdmitted = server.admissions().enter(address);
        if (isAdmitted) {
            wire.laterMs(this::checkConnected, server.settings().connectMillis());
        } else {
            server.counters().tooMany.increment();
            ending.close();
        }
    }

    /// Who has connected and not introduced itself in time takes a place from others.
    private void checkConnected() {
        if (open == null && !line().ending().isDone()) {
            line().ending().timedOut("no CONNECT came");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (isAdmitted) {
            isAdmitted = false;
            server.admissions().leave(line().address());
        }
        Open was = open;
        if (was != null) {
            open = null;
            server.sessions().leave(was.name(), this);
            server.receipts().remove(this);
            was.conversation().close();
        }
        line().ending().close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object packet) {
        try {
            if (!line().ending().isDone() && packet instanceof MqttMessage message) {
                read(message);
                if (!line().outbox().isEmpty()) {
                    line().outbox().drain();
                }
            }
        } finally {
            ReferenceCountUtil.release(packet);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Open now = open;
        if (now != null) {
            now.conversation().heard();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Open now = open;
        if (now != null) {
            now.conversation().canWrite(ctx.channel().isWritable());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable trouble) {
        boolean isHandshake = trouble instanceof DecoderException && trouble.getCause() instanceof SSLException;
        if (!(trouble instanceof IOException) && !isHandshake) {
            LOG.error("closing the connection of {}", line().address().getHostAddress(), trouble);
        }
        line().ending().close();
    }

    private void read(MqttMessage message) {
        Open now = open;
        if (message.decoderResult().isFailure()) {
            line().ending().unreadable(message.decoderResult().cause(), isConnect5(message));
        } else if (now != null) {
            now.conversation().read(message);
        } else if (message instanceof MqttConnectMessage connect) {
            connect(connect);
        } else {
            var type = message.fixedHeader().messageType();
            line().ending().violated("the first packet is CONNECT, not " + type);
        }
    }

    private static boolean isConnect5(MqttMessage message) {
        return message.variableHeader() instanceof MqttConnectVariableHeader connect
                && connect.version() == MqttVersion.MQTT_5.protocolLevel();
    }

    private void connect(MqttConnectMessage message) {
        if (message.variableHeader().version() == MqttVersion.MQTT_3_1.protocolLevel()) {
            line().ending().unreadable(new MqttUnacceptableProtocolVersionException("MQTT 3.1"), false);
            return;
        }
        Hello hello = Hello.of(message);
        if (hello.isMalformed()) {
            line().ending().violated("no CONNECT may say this");
            return;
        }
        if (!hello.takesWelcome()) {
            line().ending().close(); // nothing that could be said would be small enough
            return;
        }
        switch (server.handshake().decide(hello, line().address())) {
            case Handshake.Verdict.Denied(MqttConnectReturnCode code, var refused) -> {
                server.counters().refused(refused.code());
                line().ending().with(Packets.connAck(code, Packets.reasonString(hello.reason(refused.toString()))));
            }
            case Handshake.Verdict.Welcome welcome -> welcome(hello, welcome);
        }
    }

    private void welcome(Hello hello, Handshake.Verdict.Welcome welcome) {
        Line here = line();
        server.counters().connected.increment();
        Conversation conversation =
                new Conversation(server, this, here.wire(), here.ending(), here.outbox(), hello, welcome);
        Sessions.Name name = Sessions.Name.of(welcome.sender(), here.address(), welcome.clientId());
        open = new Open(name, conversation);
        here.ending().welcomed(hello);
        server.sessions().enter(name, this);
        here.wire().send(Packets.connAck(MqttConnectReturnCode.CONNECTION_ACCEPTED, welcome.properties()));
        conversation.start();
    }

    /// The newest frame of the session that is in the log. For any thread.
    Outcome.@Nullable Logged newest() {
        Open now = open;
        return now == null ? null : now.conversation().newest();
    }

    /// Sends a receipt where the session wants it. For any thread.
    void deliver(byte[] receipt) {
        line().wire().onLoop(() -> {
            Open now = open;
            if (now != null) {
                now.conversation().deliver(receipt);
            }
        });
    }

    /// Another connection has the session now. For any thread.
    void takeOver() {
        line().wire().onLoop(line().ending()::takenOver);
    }

    /// The node is going away. For any thread.
    void shutDown() {
        Line now = line;
        if (now != null) {
            now.wire().onLoop(() -> now.ending().because(Disconnect.SERVER_SHUTTING_DOWN, "the node is shutting down"));
        }
    }

    private Line line() {
        return Objects.requireNonNull(line, "the connection is active");
    }
}
