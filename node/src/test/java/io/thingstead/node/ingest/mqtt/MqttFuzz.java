package io.thingstead.node.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.thingstead.kit.Seeded;
import io.thingstead.node.ingest.MqttClient;
import io.thingstead.node.ingest.SigningDevice;
import io.thingstead.node.ingest.SmallNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Bytes that are almost MQTT, over real sockets: each connection is answered or closed, no exception reaches the top,
/// and a device beside it is served all the while.
class MqttFuzz {
    private static final int ROUNDS = 1_500;
    private static final String FRAMES = "v1/devices/me/frames";

    @TempDir
    Path folder;

    private final Random random = Seeded.random(MqttFuzz.class);
    private final ListAppender<ILoggingEvent> troubles = new ListAppender<>();
    private MqttCounters counters;
    private SmallNode node;
    private MqttTransport transport;
    private SigningDevice device;
    private long sent;

    @BeforeEach
    void start() throws Exception {
        troubles.start();
        ((Logger) LoggerFactory.getLogger("io.thingstead")).addAppender(troubles);
        ((Logger) LoggerFactory.getLogger("io.netty")).addAppender(troubles);
        node = SmallNode.open(folder);
        listen(MqttSettings.CONNECT_MILLIS);
        device = node.device("box");
    }

    @AfterEach
    void stop() {
        transport.close();
        node.close();
        ((Logger) LoggerFactory.getLogger("io.thingstead")).detachAppender(troubles);
        ((Logger) LoggerFactory.getLogger("io.netty")).detachAppender(troubles);
    }

    private void listen(int connectMillis) {
        counters = new MqttCounters(new SimpleMeterRegistry());
        transport = new MqttTransport(
                new MqttSettings("127.0.0.1", 0, 2, 10_000, 10_000, connectMillis),
                node.intake,
                node.reader(),
                counters);
        transport.start();
    }

    private List<String> errors() {
        return troubles.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private void served(MqttClient good) throws IOException {
        assertThat(good.publish(FRAMES, device.frame(++sent)).reason()).isZero();
        assertThat(node.reader().find(device.id(), sent)).isPresent();
    }

    private MqttClient good() throws IOException {
        MqttClient client = new MqttClient(transport.port(), MqttVersion.MQTT_5);
        assertThat(client.connect("good", device.id().value(), device.password(node.nowMs())))
                .isZero();
        return client;
    }

    @Test
    void almost_MQTT_harms_nobody() throws Exception {
        try (MqttClient good = good()) {
            for (int round = 0; round < ROUNDS; round++) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                for (byte[] packet : conversation()) bytes.writeBytes(mutated(packet));
                converse(bytes.toByteArray());
                if (round % 50 == 0) served(good);
            }
            served(good);
        }
        assertThat(errors()).isEmpty();
        assertThat(counters.malformed()).isPositive();
        awaitNobody();
    }

    /// All connections are let go of.
    private void awaitNobody() throws InterruptedException {
        for (int i = 0; i < 1_000 && transport.open() > 0; i++) Thread.sleep(10);
        assertThat(transport.open()).isZero();
    }

    /// Sends these bytes and reads what comes, for a short time.
    private void converse(byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), transport.port())) {
            socket.setSoTimeout(2);
            socket.setSoLinger(random.nextBoolean(), 0);
            socket.getOutputStream().write(bytes);
            byte[] answer = new byte[1_024];
            for (int i = 0; i < 4 && socket.getInputStream().read(answer) >= 0; i++) {}
        } catch (SocketTimeoutException e) {
            // It waits for more: an unfinished packet.
        } catch (IOException e) {
            // The node has closed the connection while it was written to.
        }
    }

    private List<byte[]> conversation() {
        List<byte[]> packets = new ArrayList<>();
        boolean is5 = random.nextBoolean();
        if (random.nextInt(20) > 0) packets.add(connect(is5));
        for (int i = random.nextInt(6); i > 0; i--) packets.add(packet(is5));
        return packets;
    }

    private byte[] connect(boolean is5) {
        ByteBuffer body = ByteBuffer.allocate(512);
        text(body, "MQTT");
        boolean named = random.nextBoolean();
        body.put((byte) (is5 ? 5 : 4)).put((byte) (named ? 0xC2 : 0x02)).putShort((short) random.nextInt(100));
        if (is5) body.put((byte) 0);
        text(body, "fuzz-" + random.nextInt(5));
        if (named) {
            text(body, device.id().value());
            text(body, random.nextBoolean() ? device.password(node.nowMs()) : "AAAA");
        }
        return packet(0x10, body);
    }

    private byte[] packet(boolean is5) {
        ByteBuffer body = ByteBuffer.allocate(1_024);
        int type = random.nextInt(8);
        switch (type) {
            case 0, 1, 2 -> {
                int qos = random.nextInt(4);
                text(body, random.nextInt(4) == 0 ? "other/topic" : FRAMES);
                if (qos > 0) body.putShort((short) random.nextInt(5));
                if (is5) body.put((byte) 0);
                body.put(
                        random.nextBoolean() ? device.frame(1_000_000 + random.nextInt(10)) : Seeded.bytes(random, 20));
                return packet(0x30 | qos << 1 | random.nextInt(2), body);
            }
            case 3 -> {
                body.putShort((short) 1);
                if (is5) body.put((byte) 0);
                text(body, random.nextBoolean() ? "v1/devices/me/receipts" : "$share/a/#");
                body.put((byte) random.nextInt(4));
                return packet(0x82, body);
            }
            case 4 -> {
                body.putShort((short) 1);
                if (is5) body.put((byte) 0);
                text(body, "v1/devices/me/receipts");
                return packet(0xA2, body);
            }
            case 5 -> {
                body.putShort((short) random.nextInt(5));
                return packet(0x62, body);
            }
            case 6 -> {
                return packet(0xC0, body);
            }
            default -> {
                body.put(Seeded.bytes(random, random.nextInt(30)));
                return packet(random.nextInt(256), body);
            }
        }
    }

    private static void text(ByteBuffer body, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        body.putShort((short) bytes.length).put(bytes);
    }

    private static byte[] packet(int type, ByteBuffer body) {
        int length = body.flip().remaining();
        ByteBuffer packet = ByteBuffer.allocate(length + 5).put((byte) type);
        do {
            packet.put((byte) (length > 127 ? length & 127 | 128 : length));
            length >>= 7;
        } while (length > 0);
        packet.put(body).flip();
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        return bytes;
    }

    private byte[] mutated(byte[] packet) {
        byte[] bytes = packet.clone();
        for (int flips = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0; flips > 0; flips--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(10) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    @Test
    void a_packet_that_says_it_is_huge_is_refused_before_it_comes() throws Exception {
        try (MqttClient good = good();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), transport.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(connect(false));
            // PUBLISH with a remaining length of 256 MiB - 1 (OASIS MQTT 5.0 §1.5.5)
            socket.getOutputStream().write(new byte[] {0x30, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f, 0, 1, 'a'});
            int read = 0;
            while (read >= 0) read = socket.getInputStream().read();
            served(good);
        }
        assertThat(errors()).isEmpty();
    }

    @Test
    void thousands_of_silent_connections_keep_nobody_out() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 2_000; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), transport.port());
                socket.getOutputStream().write(new byte[] {0x10, (byte) 0x80});
                silent.add(socket);
            }
            try (MqttClient good = good()) {
                for (int i = 0; i < 20; i++) served(good);
            }
        } finally {
            for (Socket socket : silent) socket.close();
        }
        awaitNobody();
        assertThat(errors()).isEmpty();
    }

    /// Who sends and does not read what comes back is not read from: what is unread waits in sockets, not in memory.
    @Test
    void a_client_that_does_not_read_is_not_read_from() throws Exception {
        try (MqttClient good = good();
                SocketChannel deaf =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), transport.port()))) {
            ByteArrayOutputStream hello = new ByteArrayOutputStream();
            hello.writeBytes(new byte[] {0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 0});
            ByteBuffer subscribe = ByteBuffer.allocate(64).putShort((short) 1);
            text(subscribe, "v1/devices/me/receipts");
            hello.writeBytes(packet(0x82, subscribe.put((byte) 0)));
            deaf.write(ByteBuffer.wrap(hello.toByteArray()));
            deaf.configureBlocking(false);
            ByteBuffer nonsense = ByteBuffer.allocate(64);
            text(nonsense, FRAMES);
            byte[] message = packet(0x32, nonsense.putShort((short) 7).put((byte) 0));
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            for (int i = 0; i < 2_000; i++) many.writeBytes(message);
            ByteBuffer flood = ByteBuffer.wrap(many.toByteArray());
            long taken = 0;
            for (int refusals = 0; refusals < 100; ) {
                int written = deaf.write(flood);
                taken += written;
                assertThat(taken)
                        .as("bytes taken from a client that does not read")
                        .isLessThan(64 << 20);
                if (!flood.hasRemaining()) flood.rewind();
                refusals = written == 0 ? refusals + 1 : 0;
                if (written == 0) Thread.sleep(5);
            }
            for (int i = 0; i < 5; i++) served(good);
        }
        awaitNobody();
        assertThat(errors()).isEmpty();
    }

    /// A byte of CONNECT now and then is no sign of life.
    @Test
    void who_never_finishes_its_CONNECT_is_let_go_of() throws Exception {
        transport.close();
        listen(300);
        byte[] connect = connect(true);
        try (MqttClient good = good();
                Socket slow = new Socket(InetAddress.getLoopbackAddress(), transport.port());
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), transport.port())) {
            slow.setSoTimeout(10);
            boolean isOpen = true;
            for (int i = 0; isOpen; i++) {
                assertThat(i).as("bytes sent before it was closed").isLessThan(connect.length - 1);
                isOpen = dripped(slow, connect[i]);
                Thread.sleep(20);
            }
            silent.setSoTimeout(10_000);
            assertThat(silent.getInputStream().read()).isNegative();
            served(good);
        }
        assertThat(counters.timedOut()).isEqualTo(2);
        assertThat(errors()).isEmpty();
    }

    /// Whether the node still holds the connection after this byte.
    private static boolean dripped(Socket socket, byte next) {
        try {
            socket.getOutputStream().write(next);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// One whose keep alive has passed in silence is closed, one that still speaks is not, however little it says.
    @Test
    void a_client_that_falls_silent_is_let_go_of() throws Exception {
        try (MqttClient silent = new MqttClient(transport.port(), MqttVersion.MQTT_5);
                MqttClient speaking = new MqttClient(transport.port(), MqttVersion.MQTT_5)) {
            assertThat(silent.keepingAlive(1).connect("silent", null, null)).isZero();
            assertThat(speaking.keepingAlive(1).connect("speaking", null, null)).isZero();
            CompletableFuture<MqttMessage> last = CompletableFuture.supplyAsync(() -> {
                try {
                    return silent.receive();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            while (!last.isDone()) {
                speaking.send(MqttMessage.PINGREQ);
                assertThat(speaking.receive().fixedHeader().messageType()).isEqualTo(MqttMessageType.PINGRESP);
                Thread.sleep(200);
            }
            assertThat(last.get().fixedHeader().messageType()).isEqualTo(MqttMessageType.DISCONNECT);
            assertThat(((MqttReasonCodeAndPropertiesVariableHeader) last.get().variableHeader()).reasonCode())
                    .isEqualTo(MqttReasonCodes.Disconnect.KEEP_ALIVE_TIMEOUT.byteValue());
        }
        assertThat(counters.timedOut()).isEqualTo(1);
    }
}
