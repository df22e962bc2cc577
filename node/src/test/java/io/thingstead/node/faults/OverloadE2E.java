package io.thingstead.node.faults;

import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.TokenDevice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More than anybody should send or open, against a member in a process of its own, while a device beside it sends a
/// reading every few milliseconds: each of its readings is acknowledged, in a time that is printed.
class OverloadE2E {
    private static final int SECONDS = Integer.getInteger("faults.overload", 5);
    private static final int CONNECTIONS_A_SECOND = 1_000;
    private static final int MALFORMED_A_SECOND = 10_000;
    private static final int SENDERS = 5;
    private static final int SLOW_READERS = 300;
    private static final int SLOW_PAGES = 100;
    /// Long messages, each of which counts as 17: a slow machine, too, takes more of them than a device may send.
    private static final int FLOOD = 4_000;
    private static final int FLOOD_BYTES = 16 * 1_024;
    private static final int FLOOD_CONNECTIONS = 4;
    private static final int FLOOD_COUNTS = FLOOD * 17;
    /// What `IngestLimits.STANDARD` lets one device send: at once, and then a second.
    private static final int FLOOD_AT_ONCE = 20_000;
    private static final int FLOOD_A_SECOND = 10_000;
    private static final long LONGEST_MS = 30_000;
    private static final int PATIENCE_MS = 60_000;

    @TempDir
    static Path folder;

    private static TestNetwork network;
    private static TestMember member;
    private static Steady steady;

    @BeforeAll
    static void start() throws Exception {
        network = new TestNetwork(folder, List.of(Place.here()));
        member = network.member(0);
        member.start();
        await("it runs", () -> member.requireAlive().height() > 0);
        steady = new Steady(new TokenDevice(network.client, member.page(), "steady"));
    }

    @AfterAll
    static void stop() throws Exception {
        try (TestNetwork ending = network) {
            steady.close();
            if (ending != null) member.stop();
        }
    }

    /// What was opened is closed, and the member is as it was.
    @AfterEach
    void all_is_as_before() throws Exception {
        await(
                "few connections are open",
                () -> metric("thingstead_http_open") < 20 && metric("thingstead_mqtt_open") == 0);
        member.requireAlive();
        assertThat(steady.refused()).isNull();
        assertThat(member.json("/health/ready").path("ok").asBoolean()).isTrue();
    }

    private static double metric(String name) throws IOException {
        return new String(member.get("/metrics"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException("no " + name));
    }

    private static void tell(String what, long began) throws IOException {
        Steady.Waits waits = steady.waits();
        System.out.printf(
                "overload: %s, in %.1f s; meanwhile %s; %.0f MiB resident%n",
                what,
                (System.nanoTime() - began) / 1e9,
                waits,
                metric("thingstead_process_resident_bytes") / (1 << 20));
        assertThat(waits.count()).isPositive();
        assertThat(waits.longest()).isLessThan(LONGEST_MS);
    }

    private static long begin() {
        var _ = steady.waits();
        return System.nanoTime();
    }

    private static Socket connected(int port) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout(PATIENCE_MS);
        socket.connect(new InetSocketAddress(member.place.host(), port), PATIENCE_MS);
        return socket;
    }

    private static void ask(Socket socket, String path) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void a_thousand_connections_a_second_are_answered() throws Exception {
        var answered = new AtomicInteger();
        var failed = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        int wanted = SECONDS * CONNECTIONS_A_SECOND;
        long began = begin();
        for (int i = 0; i < wanted; i++) {
            long due = began + TimeUnit.SECONDS.toNanos(1) / CONNECTIONS_A_SECOND * i;
            while (System.nanoTime() < due) Thread.sleep(1);
            boolean overMqtt = i % 2 == 0;
            all.add(Thread.ofVirtual().start(() -> (comeAndGo(overMqtt) ? answered : failed).incrementAndGet()));
        }
        for (Thread one : all) one.join();
        tell("%d connections, %d answered".formatted(wanted, answered.get()), began);
        assertThat(failed).hasValue(0);
    }

    /// Whether it got the answer that it should.
    private static boolean comeAndGo(boolean overMqtt) {
        try (Socket socket = connected(overMqtt ? member.ports().get(1) : member.httpPort)) {
            if (overMqtt) {
                // CONNECT of MQTT 3.1.1 without a name, and its CONNACK.
                socket.getOutputStream().write(new byte[] {0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 0});
                byte[] answer = socket.getInputStream().readNBytes(4);
                return answer.length == 4 && answer[0] == 0x20;
            }
            ask(socket, "/health/live");
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void who_reads_slowly_or_not_at_all_waits_alone() throws Exception {
        List<Socket> slow = new ArrayList<>();
        var refusing = new AtomicInteger();
        long began = begin();
        try {
            for (int i = 0; i < SLOW_READERS; i++) {
                Socket socket = connected(member.httpPort);
                slow.add(socket);
                // Many answers, of which nothing is read; or live events.
                if (i < SLOW_PAGES) ask(socket, "/api/live");
                else for (int n = 0; n < 4; n++) ask(socket, "/api/openapi.json");
            }
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < until) {
                for (Socket socket : slow.subList(SLOW_PAGES, SLOW_READERS)) read(socket, refusing);
                Thread.sleep(50);
            }
            tell("%d slow readers, %d of them of live events".formatted(SLOW_READERS, SLOW_PAGES), began);
        } finally {
            for (Socket socket : slow) socket.close();
        }
        assertThat(refusing).hasValue(0);
    }

    /// A byte.
    private static void read(Socket socket, AtomicInteger ended) {
        try {
            if (socket.getInputStream().read() < 0) ended.incrementAndGet();
        } catch (IOException e) {
            ended.incrementAndGet();
        }
    }

    @Test
    void a_device_that_floods_is_slowed_alone() throws Exception {
        double slowed = metric("thingstead_mqtt_connections_total{event=\"slowed\"}");
        var device = new FloodingDevice(member, "flooding", 1);
        List<FloodingDevice> connections = new ArrayList<>(List.of(device));
        try {
            for (int i = 1; i < FLOOD_CONNECTIONS; i++) connections.add(device.another(i, 1 + i));
            long began = begin();
            assertThat(together(connections, FLOOD / FLOOD_CONNECTIONS, 0, FLOOD_BYTES))
                    .isZero();
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            tell(
                    "a device sent %d messages of 16 KiB over %d connections as fast as it could"
                            .formatted(FLOOD, FLOOD_CONNECTIONS),
                    began);
            assertThat(took).isGreaterThan(1_000L * (FLOOD_COUNTS - FLOOD_AT_ONCE) / FLOOD_A_SECOND - 100);
        } finally {
            for (FloodingDevice connection : connections) connection.close();
        }
        assertThat(metric("thingstead_mqtt_connections_total{event=\"slowed\"}"))
                .isGreaterThan(slowed);
    }

    @Test
    void ten_thousand_malformed_messages_a_second_are_refused_one_by_one() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        List<FloodingDevice> devices = new ArrayList<>();
        try {
            for (int i = 0; i < SENDERS; i++) devices.add(new FloodingDevice(member, "malformed-" + i, seed + i));
            int each = MALFORMED_A_SECOND / SENDERS;
            long began = begin();
            int failed = together(devices, SECONDS * each, each, FloodingDevice.FEW_BYTES);
            tell("%d malformed messages refused".formatted(SECONDS * MALFORMED_A_SECOND), began);
            assertThat(failed).isZero();
        } finally {
            for (FloodingDevice device : devices) device.close();
        }
    }

    /// Each sends so many.
    ///
    /// @return how many of them were not answered as they should be
    private static int together(List<FloodingDevice> devices, int each, int perSecond, int mostBytes)
            throws InterruptedException {
        var failed = new AtomicInteger();
        List<Thread> threads = devices.stream()
                .map(device -> Thread.ofPlatform().start(() -> {
                    try {
                        device.send(each, perSecond, mostBytes);
                    } catch (Exception | AssertionError e) {
                        System.out.println("messages were not answered as they should be: " + e);
                        failed.incrementAndGet();
                    }
                }))
                .toList();
        for (Thread thread : threads) thread.join();
        return failed.get();
    }
}
