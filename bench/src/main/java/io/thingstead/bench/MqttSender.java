package io.thingstead.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/// One device's MQTT 3.1.1 connection that sends its frames in order with QoS 1. Written for little work of its own:
/// it never blocks, packets are put together by hand, and as many go out in one write as there are.
final class MqttSender implements AutoCloseable {
    private static final byte[] TOPIC = "v1/devices/me/frames".getBytes(StandardCharsets.US_ASCII);
    private static final int PUBLISH_QOS1 = 0x32;
    private static final int PUBACK = 0x40;
    private static final int PUBACK_BYTES = 4;
    private static final int PACKET_IDS = 65_535;
    private static final int KEEP_ALIVE_SECONDS = 60;

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
        channel = MqttHello.connected(port, fleet.ledger(), member, KEEP_ALIVE_SECONDS);
        channel.configureBlocking(false);
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
        MqttHello.putLength(out, 2 + TOPIC.length + 2 + frame.length);
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
