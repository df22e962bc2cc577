package io.thingstead.node.ingest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client of MQTT 3.1.1 or 5 over a real socket, one packet at a time, that hides nothing of what it is told.
public final class MqttClient implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    private final MqttVersion version;
    private final Socket socket;
    private final InputStream in;
    private final EmbeddedChannel codec;
    /// Texts of the receipts topic, in order.
    private final List<String> receipts = new ArrayList<>();

    private int packetId;
    private int keepAliveSeconds = 60;

    /// What a PUBACK said.
    ///
    /// @param reason 0 in MQTT 3.1.1
    public record PubAck(int packetId, int reason, String text) {}

    public MqttClient(int port, MqttVersion version) throws IOException {
        this.version = version;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        codec = new EmbeddedChannel(new MqttDecoder(1 << 20), MqttEncoder.INSTANCE);
    }

    /// What the next CONNECT promises.
    public MqttClient keepingAlive(int seconds) {
        keepAliveSeconds = seconds;
        return this;
    }

    /// The return code of the CONNACK.
    public int connect(String clientId, @Nullable String user, @Nullable String password) throws IOException {
        var connect = MqttMessageBuilders.connect()
                .protocolVersion(version)
                .clientId(clientId)
                .cleanSession(true)
                .keepAlive(keepAliveSeconds);
        if (user != null) connect.hasUser(true).username(user);
        if (password != null) connect.hasPassword(true).password(password.getBytes(StandardCharsets.UTF_8));
        return connect(connect.build());
    }

    /// The return code of the CONNACK.
    public int connect(MqttMessage connect) throws IOException {
        send(connect);
        return ((MqttConnAckMessage) receive())
                        .variableHeader()
                        .connectReturnCode()
                        .byteValue()
                & 0xff;
    }

    public void subscribeReceipts() throws IOException {
        subscribe("v1/devices/me/receipts");
    }

    /// The code of the SUBACK.
    public int subscribe(String filter) throws IOException {
        send(MqttMessageBuilders.subscribe()
                .messageId(++packetId)
                .addSubscription(MqttQoS.AT_LEAST_ONCE, filter)
                .build());
        return ((MqttSubAckMessage) await(MqttMessageType.SUBACK))
                .payload()
                .reasonCodes()
                .getFirst();
    }

    /// Publishes with QoS 1 and waits for the acknowledgement.
    public PubAck publish(String topic, byte[] payload) throws IOException {
        send(MqttMessageBuilders.publish()
                .messageId(++packetId)
                .topicName(topic)
                .qos(MqttQoS.AT_LEAST_ONCE)
                .payload(Unpooled.wrappedBuffer(payload))
                .build());
        var ack = await(MqttMessageType.PUBACK);
        if (!(ack.variableHeader() instanceof MqttPubReplyMessageVariableHeader reply))
            return new PubAck(packetId, 0, "");
        var text = reply.properties().getProperty(31); // reason string, OASIS MQTT 5.0 §2.2.2.2
        return new PubAck(packetId, reply.reasonCode() & 0xff, text == null ? "" : String.valueOf(text.value()));
    }

    /// Texts of the receipts topic so far.
    public List<String> receipts() {
        return receipts;
    }

    /// Waits for the next text of the receipts topic that starts like this.
    public String awaitReceipt(String start) throws IOException {
        int seen = 0;
        while (true) {
            for (; seen < receipts.size(); seen++) {
                if (receipts.get(seen).startsWith(start)) return receipts.remove(seen);
            }
            keep(receive());
        }
    }

    /// A message that the node published.
    public record Message(String topic, byte[] payload, int packetId) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    /// Waits for the next message on a topic that starts like this, and does not acknowledge it.
    public Message awaitMessage(String topic) throws IOException {
        while (true) {
            var message = receive();
            if (message instanceof MqttPublishMessage publish
                    && publish.variableHeader().topicName().startsWith(topic)) {
                byte[] payload = ByteBufUtil.getBytes(publish.payload());
                publish.release();
                return new Message(
                        publish.variableHeader().topicName(),
                        payload,
                        publish.variableHeader().packetId());
            }
            keep(message);
        }
    }

    public void acknowledge(Message message) throws IOException {
        send(MqttMessageBuilders.pubAck().packetId(message.packetId()).build());
    }

    /// Waits for the next packet of this type; what comes on the receipts topic meanwhile is kept.
    public MqttMessage await(MqttMessageType type) throws IOException {
        while (true) {
            var message = receive();
            if (message.fixedHeader().messageType() == type) return message;
            keep(message);
        }
    }

    private void keep(MqttMessage message) {
        if (message instanceof MqttPublishMessage receipt) {
            receipts.add(receipt.payload().toString(StandardCharsets.UTF_8));
            receipt.release();
        }
    }

    public void send(MqttMessage message) throws IOException {
        codec.writeOutbound(message);
        for (ByteBuf bytes = codec.readOutbound(); bytes != null; bytes = codec.readOutbound()) {
            write(ByteBufUtil.getBytes(bytes));
            bytes.release();
        }
    }

    /// Bytes that need not be MQTT.
    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// The next message; throws `EOFException` when the node has closed the connection.
    public MqttMessage receive() throws IOException {
        byte[] buffer = new byte[8_192];
        MqttMessage message = codec.readInbound();
        while (message == null) {
            int length = in.read(buffer);
            if (length < 0) throw new EOFException("the node closed the connection");
            codec.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOf(buffer, length)));
            message = codec.readInbound();
        }
        return message;
    }

    @Override
    public void close() throws IOException {
        codec.finishAndReleaseAll();
        socket.close();
    }
}
