package io.thingstead.node.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.device.CheckedReceipts;
import io.thingstead.kit.device.Device;
import io.thingstead.kit.device.FrameBuffer;
import io.thingstead.kit.device.FrameLink;
import io.thingstead.kit.device.HttpLink;
import io.thingstead.kit.device.MqttLink;
import io.thingstead.kit.device.Receipts;
import io.thingstead.kit.device.TrustedLogs;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.proof.Promise;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.ingest.mqtt.MqttCounters;
import io.thingstead.node.ingest.mqtt.MqttSettings;
import io.thingstead.node.ingest.mqtt.MqttTransport;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Java device kit against a real node that goes away and comes back: every frame stands in the log once, and a
/// refused one is said and not sent for ever.
class DeviceKitTest {
    private static final long PATIENCE_MS = 20_000;

    @TempDir
    Path folder;

    private final MemberKeys keys = MemberKeys.generate();
    private final Vertx vertx = Vertx.vertx();
    private final List<String> refused = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final TreeSet<Long> accepted = new TreeSet<>();
    private SmallNode node;
    private MqttTransport mqtt;

    @BeforeEach
    void start() throws Exception {
        up(0);
    }

    @AfterEach
    void stop() throws Exception {
        down();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void up(int port) throws Exception {
        node = SmallNode.open(folder.resolve("node"), keys, IngestLimits.STANDARD);
        mqtt = new MqttTransport(
                new MqttSettings("127.0.0.1", port, 2, 100, 100, MqttSettings.CONNECT_MILLIS),
                node.intake,
                node.reader(),
                new MqttCounters(new SimpleMeterRegistry()));
        mqtt.start();
    }

    private void down() {
        mqtt.close();
        node.close();
    }

    private MqttLink link(SigningDevice device) throws Exception {
        return link(device, Receipts.IGNORED);
    }

    private MqttLink link(SigningDevice device, Receipts receipts) throws Exception {
        return MqttLink.connect(
                        vertx,
                        "127.0.0.1",
                        mqtt.port(),
                        "kit",
                        device.id(),
                        device.ledger(),
                        device.key(),
                        System.currentTimeMillis(),
                        receipts)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private Device device(SigningDevice identity, FrameBuffer buffer, Device.Order order) {
        return new Device(identity.signer(), buffer, order, new Device.Listener() {
            @Override
            public void accepted(long n) {
                accepted.add(n);
            }

            @Override
            public void refused(long n, String code, String text) {
                refused.add(n + " " + code);
            }

            @Override
            public void failed(String why) {
                failed.add(why);
            }
        });
    }

    private static void measure(Device device, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(device.measured(List.of(Measurement.of("t", "Cel", i, System.currentTimeMillis()))))
                    .isPresent();
        }
    }

    /// Pumps until nothing waits any more.
    private static void drain(Device device, @Nullable FrameLink link) throws InterruptedException {
        long until = System.currentTimeMillis() + PATIENCE_MS;
        while (device.waiting() > 0 && System.currentTimeMillis() < until) {
            device.pump(link, System.currentTimeMillis());
            Thread.sleep(2);
        }
        assertThat(device.waiting()).isZero();
    }

    @Test
    void what_was_measured_offline_comes_into_the_log_once_in_either_order() throws Exception {
        for (Device.Order order : Device.Order.values()) {
            accepted.clear();
            SigningDevice identity = node.device("box-" + order.ordinal());
            Path file = folder.resolve(order + ".frames");
            try (FrameBuffer buffer = FrameBuffer.open(file, 1 << 20)) {
                Device device = device(identity, buffer, order);
                measure(device, 100);
                device.pump(null, System.currentTimeMillis());
            }
            long before = node.reader().size();
            // The device restarts, and is online now.
            try (FrameBuffer buffer = FrameBuffer.open(file, 1 << 20)) {
                Device device = device(identity, buffer, order);
                MqttLink link = link(identity);
                measure(device, 50);
                drain(device, link);
                link.disconnect();
            }
            assertThat(node.reader().size()).isEqualTo(before + 150);
            assertThat(accepted).hasSize(150);
            assertThat(node.reader().gaps(node.reader().streams(identity.id()).getFirst()))
                    .isEmpty();
            for (long n = 1; n <= 150; n++)
                assertThat(node.reader().find(identity.id(), n)).isPresent();
        }
    }

    @Test
    void a_node_that_goes_away_in_between_gets_each_frame_once() throws Exception {
        SigningDevice identity = node.device("box");
        int port = mqtt.port();
        try (FrameBuffer buffer = FrameBuffer.open(folder.resolve("frames"), 8 << 20)) {
            Device device = device(identity, buffer, Device.Order.OLDEST_FIRST);
            for (int round = 0; round < 3; round++) {
                measure(device, 300);
                MqttLink link = link(identity);
                for (int i = 0; i < 4; i++) {
                    device.pump(link, System.currentTimeMillis());
                    Thread.sleep(3);
                }
                down();
                device.pump(link, System.currentTimeMillis());
                up(port);
            }
            MqttLink link = link(identity);
            drain(device, link);
            link.disconnect();
        }
        assertThat(node.reader().size()).isEqualTo(900);
        for (long n = 1; n <= 900; n++)
            assertThat(node.reader().find(identity.id(), n)).isPresent();
        assertThat(refused).isEmpty();
    }

    @Test
    void a_refused_frame_is_said_and_the_others_go_on() throws Exception {
        SigningDevice identity = node.device("box");
        MqttLink link = link(identity);
        // Somebody used number 2 before: a copy of the device's key, or of its buffer.
        assertThat(link.send(identity.frame(2, 99)).get(10, TimeUnit.SECONDS))
                .isEqualTo(new FrameLink.Delivery.Accepted());
        try (FrameBuffer buffer = FrameBuffer.open(folder.resolve("frames"), 1 << 20)) {
            Device device = device(identity, buffer, Device.Order.OLDEST_FIRST);
            measure(device, 3);
            drain(device, link);
            assertThat(Files.readString(buffer.refusedFile())).startsWith("2\tsequence.reused\t");
        }
        link.disconnect();
        assertThat(refused).containsExactly("2 sequence.reused");
        assertThat(accepted).containsExactly(1L, 3L);
    }

    /// What this device knows of the member beforehand, with this as the log key.
    private TrustedLogs trusting(VerifyingKey logKey) {
        return new TrustedLogs(node.ledgerId, SmallNode.MEMBER, "acme.example", logKey);
    }

    private VerifyingKey logKey() {
        return node.keys.of(KeyRole.LOG).key();
    }

    private static VerifyingKey anotherKey() {
        return SigningKey.generate(Algorithm.ED25519).key();
    }

    /// What a device that trusts this log key hears when it sends one frame.
    private String receipt(SigningDevice identity, long n, VerifyingKey trusted) throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        MqttLink link = link(identity, new CheckedReceipts(trusting(trusted), identity.id(), new Receipts.Listener() {
            @Override
            public void proven(DeviceId device, long proven, long index) {
                heard.add(device + " " + proven + " at " + index);
            }

            @Override
            public void disproven(String why) {
                heard.add(why);
            }
        }));
        link.send(identity.frame(n)).get(10, TimeUnit.SECONDS);
        String first = heard.poll(10, TimeUnit.SECONDS);
        link.disconnect();
        return String.valueOf(first);
    }

    @Test
    void a_receipt_is_believed_when_the_trusted_log_key_signed_it() throws Exception {
        SigningDevice identity = node.device("box");
        assertThat(receipt(identity, 1, logKey())).isEqualTo("acme:box 1 at 0");
        assertThat(receipt(identity, 2, anotherKey()))
                .isEqualTo("the receipt of frame 2 of acme:box does not show it in the log");
    }

    private interface Use {
        void of(URI node, HttpClient http) throws Exception;
    }

    private void overHttp(Use use) throws Exception {
        try (HttpServer server = node.listenHttp();
                HttpClient http = HttpClient.newHttpClient()) {
            use.of(URI.create("http://127.0.0.1:" + server.port()), http);
        }
    }

    @Test
    void the_same_over_HTTP_with_each_promise_checked() throws Exception {
        SigningDevice identity = node.device("box");
        List<Promise> promises = new CopyOnWriteArrayList<>();
        overHttp((address, http) -> {
            try (FrameBuffer buffer = FrameBuffer.open(folder.resolve("frames"), 1 << 20)) {
                HttpLink link = HttpLink.checked(http, address, trusting(logKey()), promises::add);
                // Somebody used number 2 before.
                link.send(identity.frame(2, 99)).get(10, TimeUnit.SECONDS);
                Device device = device(identity, buffer, Device.Order.OLDEST_FIRST);
                measure(device, 3);
                drain(device, link);
            }
        });
        assertThat(refused).containsExactly("2 sequence.reused");
        assertThat(accepted).containsExactly(1L, 3L);
        assertThat(promises).extracting(Promise::index).containsExactlyInAnyOrder(0L, 1L, 2L);
    }

    @Test
    void a_frame_without_a_promise_of_the_trusted_log_stays_in_the_buffer() throws Exception {
        SigningDevice identity = node.device("box");
        overHttp((address, http) -> {
            try (FrameBuffer buffer = FrameBuffer.open(folder.resolve("frames"), 1 << 20)) {
                Device device = device(identity, buffer, Device.Order.OLDEST_FIRST);
                measure(device, 1);
                HttpLink doubting = HttpLink.checked(http, address, trusting(anotherKey()), _ -> {});
                while (failed.isEmpty()) {
                    device.pump(doubting, System.currentTimeMillis());
                    Thread.sleep(2);
                }
                assertThat(device.waiting()).isEqualTo(1);
                assertThat(failed.getFirst()).contains("signature.invalid");
                drain(device, new HttpLink(http, address));
            }
        });
        assertThat(node.reader().size()).isEqualTo(1);
    }
}
