package io.thingstead.bench;

import io.thingstead.kit.crypto.Connect;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.LongConsumer;

/// One device's MQTT 3.1.1 connection that sends its frames in order with QoS 1. Written for little work of its own:
/// it never blocks, packets are put together by hand, and as many go out in one write as there are.
final class MqttSender implements AutoCloseable {
    private static final byte[] TOPIC = "v1/devices/me/frames".getBytes(StandardCharsets.US_ASCII);
    private static final int PUBLISH_QOS1 = 0x32;
    private static final int PUBACK = 0x40;
    private static final int PUBACK_BYTES = 4;
    private static final int PACKET_IDS = 65_535;
    private static final int HANDSHAKE_MS = 10_000;

    private final SocketChannel channel;
    private final Fleet.Member member;
    private final ByteBuffer out = ByteBuffer.allocateDirect(64 * 1024);
    private final ByteBuffer in = ByteBuffer.allocateDirect(16 * 1024);
    private final long[] dueNanos = new long[PACKET_IDS + 1];
    private int sent;
    private int acknowledged;

    /// Connects and proves the device's key.
    ///
    /// @param from the device's first frame to send
    MqttSender(int port, Fleet fleet, Fleet.Member member, int from) throws IOException {
        this.member = member;
        sent = from;
        acknowledged = from;
        channel = SocketChannel.open();
        try {
            channel.socket().connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), HANDSHAKE_MS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            byte[] proof = Connect.sign(member.device(), System.currentTimeMillis(), fleet.ledger(), member.key());
            channel.write(ByteBuffer.wrap(
                    connect(Base64.getUrlEncoder().withoutPadding().encodeToString(proof))));
            byte[] answer = channel.socket().getInputStream().readNBytes(4);
            if (answer.length < 4 || answer[0] != 0x20 || answer[3] != 0) {
                throw new IOException("the node refused the connection of " + member.device());
            }
            channel.configureBlocking(false);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private byte[] connect(String password) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(4);
        body.write(0xC2);
        body.write(0);
        body.write(60);
        text(body, member.device().value());
        text(body, member.device().value());
        text(body, password);
        ByteBuffer packet = ByteBuffer.allocate(body.size() + 5);
        packet.put((byte) 0x10);
        putLength(packet, body.size());
        packet.put(body.toByteArray()).flip();
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        return bytes;
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private static void putLength(ByteBuffer packet, int length) {
        int left = length;
        do {
            packet.put((byte) (left > 127 ? (left & 127) | 128 : left));
            left >>= 7;
        } while (left > 0);
    }

    SocketChannel channel() {
        return channel;
    }

    /// Frames sent so far, those before the first included.
    int sent() {
        return sent;
    }

    int acknowledged() {
        return acknowledged;
    }

    /// Puts the next frame behind what waits to go out, if there is room. Its latency counts from `dueAt`, so that a
    /// load that falls behind its pace does not hide it.
    boolean put(long dueAt) {
        byte[] frame = member.frames().get(sent);
        if (out.remaining() < frame.length + TOPIC.length + 9) return false;
        int packetId = sent % PACKET_IDS + 1;
        dueNanos[packetId] = dueAt;
        out.put((byte) PUBLISH_QOS1);
        putLength(out, 2 + TOPIC.length + 2 + frame.length);
        out.putShort((short) TOPIC.length).put(TOPIC).putShort((short) packetId).put(frame);
        sent++;
        return true;
    }

    /// Writes what waits, as far as the socket takes it.
    ///
    /// @return whether all is written
    boolean flush() throws IOException {
        if (out.position() == 0) return true;
        out.flip();
        channel.write(out);
        out.compact();
        return out.position() == 0;
    }

    /// Takes the acknowledgements that have come; each one's latency in nanoseconds goes to `latency`.
    void readAcknowledgements(LongConsumer latency) throws IOException {
        if (channel.read(in) < 0) throw new EOFException("the node closed the connection of " + member.device());
        long now = System.nanoTime();
        in.flip();
        while (in.remaining() >= PUBACK_BYTES) {
            if ((in.get() & 0xF0) != PUBACK || in.get() != 2) throw new IOException("not a PUBACK");
            int packetId = in.getShort() & 0xFFFF;
            if (packetId != acknowledged % PACKET_IDS + 1) throw new IOException("acknowledged out of order");
            acknowledged++;
            latency.accept(now - dueNanos[packetId]);
        }
        in.compact();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
