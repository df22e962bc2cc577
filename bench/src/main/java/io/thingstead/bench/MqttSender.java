package io.thingstead.bench;

import io.thingstead.kit.crypto.Connect;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/// One device's MQTT 3.1.1 connection that sends frames with QoS 1 as fast as the acknowledgements allow, or at a pace.
/// Written for little work of its own: packets are put together by hand, several a write.
final class MqttSender implements AutoCloseable {
    private static final byte[] TOPIC = "v1/devices/me/frames".getBytes(StandardCharsets.US_ASCII);
    private static final int WINDOW = 400;
    private static final int PER_WRITE = 64;
    private static final int PUBACK = 0x40;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private final Fleet.Member member;
    private final LongAdder acknowledged;
    private final Semaphore window = new Semaphore(WINDOW);
    private final long[] sentNanos = new long[1 << 16];
    private int next;

    MqttSender(String host, int port, Fleet fleet, Fleet.Member member, LongAdder acknowledged) throws IOException {
        this.member = member;
        this.acknowledged = acknowledged;
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(host, port), 10_000);
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream(), 16_384);
        byte[] proof = Connect.sign(member.device(), System.currentTimeMillis(), fleet.ledger(), member.key());
        out.write(connect(Base64.getUrlEncoder().withoutPadding().encodeToString(proof)));
        if (in.read() != 0x20 || in.read() != 2 || in.read() < 0 || in.read() != 0) {
            throw new IOException("the node refused the connection of " + member.device());
        }
    }

    private byte[] connect(String password) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(4);
        body.write(0xC2);
        body.write(0);
        body.write(60);
        text(body, member.device().value());
        text(body, member.device().value());
        text(body, password);
        return packet(0x10, body.toByteArray());
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private static byte[] packet(int type, byte[] body) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream(body.length + 5);
        packet.write(type);
        int left = body.length;
        do {
            packet.write(left > 127 ? (left & 127) | 128 : left);
            left >>= 7;
        } while (left > 0);
        packet.writeBytes(body);
        return packet.toByteArray();
    }

    private void publish(ByteArrayOutputStream writes, byte[] frame, int packetId) {
        byte[] body = new byte[2 + TOPIC.length + 2 + frame.length];
        body[1] = (byte) TOPIC.length;
        System.arraycopy(TOPIC, 0, body, 2, TOPIC.length);
        body[2 + TOPIC.length] = (byte) (packetId >> 8);
        body[3 + TOPIC.length] = (byte) packetId;
        System.arraycopy(frame, 0, body, 4 + TOPIC.length, frame.length);
        writes.writeBytes(packet(0x32, body));
    }

    /// Sends on from the device's frame with this index.
    void startAt(int index) {
        next = index;
    }

    /// Sends the next `count` frames as fast as they are acknowledged.
    void sendAll(int count) throws IOException, InterruptedException {
        ByteArrayOutputStream writes = new ByteArrayOutputStream(PER_WRITE * 200);
        int left = count;
        while (left > 0) {
            window.acquire();
            int some = 1 + Math.min(Math.min(left, PER_WRITE) - 1, tryMore(Math.min(left, PER_WRITE) - 1));
            writes.reset();
            for (int i = 0; i < some; i++) {
                add(writes);
            }
            writes.writeTo(out);
            left -= some;
        }
    }

    private int tryMore(int most) {
        int more = 0;
        while (more < most && window.tryAcquire()) {
            more++;
        }
        return more;
    }

    private void add(ByteArrayOutputStream writes) {
        int packetId = next % 65_535 + 1;
        sentNanos[packetId] = System.nanoTime();
        publish(writes, member.frames().get(next++), packetId);
    }

    /// Sends one frame now.
    void sendOne() throws IOException, InterruptedException {
        window.acquire();
        ByteArrayOutputStream writes = new ByteArrayOutputStream(256);
        add(writes);
        writes.writeTo(out);
    }

    /// Reads `count` acknowledgements; each one's latency in nanoseconds goes to `latency`.
    void readAcknowledgements(int count, LongConsumer latency) throws IOException {
        byte[] ack = new byte[4];
        for (int i = 0; i < count; i++) {
            if (in.readNBytes(ack, 0, 4) < 4 || (ack[0] & 0xF0) != PUBACK) {
                throw new IOException("not a PUBACK: " + Arrays.toString(ack));
            }
            int packetId = (ack[2] & 0xff) << 8 | (ack[3] & 0xff);
            latency.accept(System.nanoTime() - sentNanos[packetId]);
            acknowledged.increment();
            window.release();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
