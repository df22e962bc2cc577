package io.thingstead.node.api;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.MemberCore;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Submission;
import io.thingstead.node.view.LogFollower;
import io.thingstead.node.view.live.LiveState;
import io.thingstead.node.view.series.DuckSeries;
import io.thingstead.node.web.WebAssets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A real member with its views, its HTTP interface and its page, without transports: readings are signed by real keys
/// and handed to the log directly.
public final class PartialNode implements AutoCloseable {
    public final MemberCore core;
    public final DuckSeries series;
    public final LiveState live;
    public final LogFollower seriesFollower;
    public final LogFollower liveFollower;
    public final EventStream events;
    public final HttpServer http;
    public final List<Throwable> failures = new CopyOnWriteArrayList<>();
    public final List<String> notices = new CopyOnWriteArrayList<>();

    public PartialNode(Path folder) {
        this(folder, 0, null);
    }

    public PartialNode(Path folder, int port, @Nullable String adminToken) {
        core = MemberCore.open(folder, NodeConfig.DEFAULT, System::currentTimeMillis, failures::add);
        var log = core.log().reader();
        series = DuckSeries.open(folder.resolve("series"), log.origin(), log.size(), notices::add);
        live = LiveState.restored(log, series.next(), series.count(), series.latest(), System::currentTimeMillis);
        seriesFollower = new LogFollower("series", log, series, Duration.ofMillis(200), failures::add);
        liveFollower = new LogFollower("live", log, live, Duration.ofMillis(20), failures::add);
        core.log().listen(seriesFollower);
        core.log().listen(liveFollower);
        core.ledger().onBlock(head -> anchored());
        core.start();
        anchored();
        seriesFollower.start();
        liveFollower.start();
        var api = new Api(
                core.member(),
                List.of(log),
                core.ledger(),
                live,
                series,
                seriesFollower::behind,
                proofs(),
                this::register,
                new Operator(adminToken),
                facts(),
                System::currentTimeMillis);
        events = api.events();
        http = HttpServer.start("127.0.0.1", port, List.of(api::register, events::register, new WebAssets()::register));
        events.start();
    }

    private void anchored() {
        var record = core.ledger().log(core.log().reader().id());
        if (record != null) live.anchored(record.size());
    }

    private ReadingProofs proofs() {
        return new ReadingProofs() {
            @Override
            public Result<byte[]> prove(DeviceId device, long n) {
                return core.proofs().prove(device, n);
            }

            @Override
            public Result<byte[]> prove(long index) {
                return core.proofs().prove(index);
            }

            @Override
            public byte[] trust() {
                return core.proofs().trust(System.currentTimeMillis());
            }
        };
    }

    private NodeFacts facts() {
        return new NodeFacts() {
            @Override
            public int httpPort() {
                return http.port();
            }

            @Override
            public int mqttPort() {
                return 1883;
            }

            @Override
            public Map<String, Long> refused() {
                return Map.of();
            }
        };
    }

    private Result<DeviceRegistrar.Registered> register(
            String name, byte @Nullable [] key, byte @Nullable [] possession) {
        var id = new DeviceId(core.member(), name);
        var refused = core.registrar().ask(List.of(RegisterDevice.withToken(id)));
        return refused.<Result<DeviceRegistrar.Registered>>map(Result.No::new)
                .orElseGet(() -> Result.ok(new DeviceRegistrar.Registered(id, "token-of-" + name)));
    }

    public String url() {
        return "http://127.0.0.1:" + http.port();
    }

    /// A device with a key of its own, registered.
    public TestDevice device(String name) {
        var id = new DeviceId(core.member(), name);
        var key = SigningKey.generate(Algorithm.ED25519);
        byte[] possession = Possession.sign(id.value(), core.registrar().ledger(), key);
        core.registrar()
                .ask(List.of(new RegisterDevice(id, KeyRole.DEVICE, key.key(), possession)))
                .ifPresent(refused -> {
                    throw new IllegalStateException(refused.toString());
                });
        return new TestDevice(id, key);
    }

    /// Signs readings and waits until they are in the log.
    public final class TestDevice {
        public final DeviceId id;
        private final SigningKey key;
        private final FrameSigner signer;
        private long n;

        private TestDevice(DeviceId id, SigningKey key) {
            this.id = id;
            this.key = key;
            this.signer = FrameSigner.of(core.registrar().ledger(), key);
        }

        /// Leaves numbers out, as a device does whose frames get lost.
        public void skip(int numbers) {
            n += numbers;
        }

        /// The index of the frame in the log.
        public long send(Measurement... readings) {
            return send(System.currentTimeMillis(), readings);
        }

        public long send(long receivedMs, Measurement... readings) {
            try {
                return submit(receivedMs, readings).get(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        public CompletableFuture<Long> submit(long receivedMs, Measurement... readings) {
            n++;
            byte[] frame = signer.sign(n, SenMlEncoder.encode(List.of(readings)));
            var decoded = Frame.decode(frame).orThrow();
            var answered = new CompletableFuture<Long>();
            core.log()
                    .sequencer()
                    .submit(new Submission(
                            key.key().thumbprint(),
                            id,
                            false,
                            n,
                            Frame.NOT_GIVEN,
                            decoded.identity(
                                    core.registrar().ledger(), key.key().thumbprint()),
                            frame,
                            receivedMs,
                            TrustLevel.DEVICE_SIGNED,
                            SenMl.decode(decoded.payload(), receivedMs).orThrow(),
                            answer -> {
                                switch (answer) {
                                    case Answer.Accepted accepted -> answered.complete(accepted.index());
                                    case Answer.Declined(Refused refused) ->
                                        answered.completeExceptionally(new IllegalStateException(refused.toString()));
                                }
                            }));
            return answered;
        }
    }

    @Override
    public void close() {
        events.close();
        http.close();
        // in the node's order: what writes ends before what follows
        core.anchorer().close();
        core.log().close();
        seriesFollower.close();
        liveFollower.close();
        series.close();
        core.close();
    }
}
