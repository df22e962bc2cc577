package io.thingstead.node.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.thingstead.node.ingest.MqttClient;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A registered device whose messages are nonsense: as many as it is told, as fast as it is told, over MQTT 5 with
/// QoS 1, so that each is answered.
final class FloodingDevice implements AutoCloseable {
    private static final String TELEMETRY = "v1/devices/me/telemetry";
    private static final int OPEN = 1_000;
    private static final long PATIENCE_S = 60;
    private static final int FAILURES = 0x80;
    /// In a message of any length.
    static final int FEW_BYTES = 60;

    private final TestMember member;
    private final String name;
    private final String token;
    private final MqttClient client;
    private final Random random;
    private final Semaphore open = new Semaphore(OPEN);
    private byte[] longPayload = {};
    private volatile long refused;
    private volatile long accepted;

    FloodingDevice(TestMember member, String name, long seed) throws IOException {
        this(
                member,
                name,
                member.post("/api/devices", Map.of("name", name)).path("token").asText(),
                name,
                seed);
    }

    private FloodingDevice(TestMember member, String name, String token, String clientId, long seed)
            throws IOException {
        this.member = member;
        this.name = name;
        this.token = token;
        client = connected(member, clientId, token);
        random = new Random(seed);
    }

    /// A further connection of the same device.
    FloodingDevice another(int number, long seed) throws IOException {
        return new FloodingDevice(member, name, token, name + "-" + number, seed);
    }

    /// A machine that is busy may need longer for the first one than a CONNECT is waited for.
    private static MqttClient connected(TestMember member, String clientId, String token) throws IOException {
        for (int attempt = 1; true; attempt++) {
            var client = new MqttClient(member.ports().get(1), MqttVersion.MQTT_5);
            try {
                assertThat(client.connect(clientId, token, null)).isZero();
                return client;
            } catch (EOFException e) {
                client.close();
                if (attempt == 3) throw e;
            }
        }
    }

    /// Returns when all are answered.
    ///
    /// @param perSecond 0: as fast as they are taken
    /// @param mostBytes in a message; all have as many where it is more than a few
    void send(int messages, int perSecond, int mostBytes) throws Exception {
        Thread reader = Thread.ofPlatform().name("answers").start(() -> read(messages));
        long began = System.nanoTime();
        int sent = 0;
        while (sent < messages) {
            int due = perSecond == 0
                    ? messages
                    : (int) Math.min(messages, (System.nanoTime() - began) * perSecond / 1_000_000_000);
            // Not more than can be unanswered, nor more than fits a socket well.
            int now = Math.min(Math.min(due - sent, 100), OPEN);
            if (now <= 0) {
                Thread.sleep(2);
                continue;
            }
            if (!open.tryAcquire(now, PATIENCE_S, TimeUnit.SECONDS)) throw new IOException("no answer any more");
            var packets = new ByteArrayOutputStream();
            for (int i = 0; i < now; i++) publish(packets, 1 + (sent + i) % 60_000, mostBytes);
            client.write(packets.toByteArray());
            sent += now;
        }
        reader.join();
        assertThat(accepted).as("nonsense that was accepted").isZero();
        assertThat(refused).isEqualTo(messages);
    }

    /// A PUBLISH of MQTT 5 (§3.3) whose payload is cut, or was never JSON.
    private void publish(ByteArrayOutputStream out, int packetId, int mostBytes) {
        byte[] topic = TELEMETRY.getBytes(StandardCharsets.UTF_8);
        byte[] payload = mostBytes > FEW_BYTES ? longOne(mostBytes) : nonsense(1 + random.nextInt(mostBytes));
        out.write(0x32);
        int left = 2 + topic.length + 2 + 1 + payload.length;
        for (; left > 127; left >>= 7) out.write((left & 127) | 128);
        out.write(left);
        out.write(0);
        out.write(topic.length);
        out.writeBytes(topic);
        out.write(packetId >> 8);
        out.write(packetId);
        out.write(0);
        out.writeBytes(payload);
    }

    private byte[] nonsense(int bytes) {
        byte[] made = new byte[bytes];
        random.nextBytes(made);
        made[0] = '{';
        return made;
    }

    /// Always the same: making them takes longer than refusing them.
    private byte[] longOne(int bytes) {
        if (longPayload.length != bytes) longPayload = nonsense(bytes);
        return longPayload;
    }

    private void read(int messages) {
        try {
            for (int i = 0; i < messages; i++) {
                MqttMessage answer = client.await(MqttMessageType.PUBACK);
                boolean no = answer.variableHeader() instanceof MqttPubReplyMessageVariableHeader reply
                        && (reply.reasonCode() & 0xff) >= FAILURES;
                if (no) refused++;
                else accepted++;
                open.release();
            }
        } catch (IOException e) {
            System.out.println("answers ended after " + (refused + accepted) + ": " + e);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
