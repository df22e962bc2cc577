package io.thingstead.node.faults;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.device.Device;
import io.thingstead.kit.device.FrameBuffer;
import io.thingstead.kit.device.HttpLink;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;

/// A device of a member: it measures a few times a second, signs, keeps what it measured until the member has it, and
/// remembers what was acknowledged.
final class TestDevice implements AutoCloseable {
    private static final long EVERY_MS = Long.getLong("faults.everyMs", 250);
    private static final long REDIAL_MS = 1_000;
    private static final long BUFFER_BYTES = 16 << 20;

    final TestMember member;
    final DeviceId id;
    final NavigableSet<Long> acknowledged = new ConcurrentSkipListSet<>();
    private final FrameBuffer buffer;
    private final Device device;
    private final HttpClient client;
    private final Thread thread;
    private volatile boolean closed;
    private volatile String refused;
    private volatile boolean hasFailed;
    private volatile String failed = "";

    /// Registers a new device.
    TestDevice(TestMember member, String name, LedgerId ledger, Path folder, HttpClient client) throws IOException {
        this.member = member;
        this.id = DeviceId.of(member.name + ":" + name);
        SigningKey key = register(member, name, ledger);
        this.buffer = FrameBuffer.open(folder.resolve(member.name + "-" + name + ".frames"), BUFFER_BYTES);
        this.device = new Device(FrameSigner.of(ledger, key), buffer, Device.Order.OLDEST_FIRST, new Device.Listener() {
            @Override
            public void accepted(long n) {
                acknowledged.add(n);
            }

            @Override
            public void refused(long n, String code, String text) {
                refused = "frame " + n + ": " + code + " " + text;
            }

            @Override
            public void failed(String why) {
                hasFailed = true;
                failed = why;
            }
        });
        this.client = client;
        this.thread = Thread.ofPlatform().name("device " + id).daemon().unstarted(this::run);
    }

    /// Makes a key for a new device and registers both with the member, which asks the ledger.
    static SigningKey register(TestMember member, String name, LedgerId ledger) throws IOException {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        var base64 = Base64.getUrlEncoder().withoutPadding();
        var _ = member.post(
                "/api/devices",
                Map.of(
                        "name",
                        name,
                        "key",
                        base64.encodeToString(key.key().coseKey()),
                        "possession",
                        base64.encodeToString(Possession.sign(member.name + ":" + name, ledger, key))));
        return key;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            long next = System.currentTimeMillis();
            long dialled = next;
            HttpLink link = new HttpLink(client, member.page());
            while (!closed) {
                long now = System.currentTimeMillis();
                if (hasFailed && now > dialled + REDIAL_MS) {
                    // A new link is tried at once, with no pause that grew before.
                    hasFailed = false;
                    dialled = now;
                    link = new HttpLink(client, member.page());
                }
                if (now >= next) {
                    next = now + EVERY_MS;
                    var _ = device.measured(List.of(Measurement.of("temperature", "Cel", (now % 1_000) / 10.0, now)));
                }
                device.pump(link, now);
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What the member refused for good, which no fault may cause; null as it should be.
    String refused() {
        return refused;
    }

    /// Why frames did not get through the last time that they did not.
    String failed() {
        return failed;
    }

    /// Frames that were measured and are not acknowledged.
    int waiting() {
        return device.waiting();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        buffer.close();
    }
}
