package io.thingstead.node.api;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import io.thingstead.node.Decisions;
import io.thingstead.node.MemberCore;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.Payments;
import io.thingstead.node.alarm.AlarmListener;
import io.thingstead.node.alarm.Alarms;
import io.thingstead.node.alarm.Channels;
import io.thingstead.node.alarm.Scoring;
import io.thingstead.node.challenge.Challenges;
import io.thingstead.node.command.Commands;
import io.thingstead.node.command.Shadows;
import io.thingstead.node.fleet.Fleet;
import io.thingstead.node.fleet.Hidden;
import io.thingstead.node.fleet.Labels;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.people.People;
import io.thingstead.node.view.LogFollower;
import io.thingstead.node.view.SigningDevice;
import io.thingstead.node.view.live.LiveState;
import io.thingstead.node.view.series.DuckSeries;
import io.thingstead.node.web.WebAssets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A real member with its views, its HTTP interface and its page, without transports: readings are signed by real keys
/// and handed to the log directly.
public final class PartialNode implements AutoCloseable {
    public final MemberCore core;
    public final DuckSeries series;
    public final LiveState live;
    public final Fleet fleet;
    public final LogFollower seriesFollower;
    public final LogFollower liveFollower;
    public final People people;
    public final EventStream events;
    public final HttpServer http;
    public final List<Throwable> failures = new CopyOnWriteArrayList<>();
    public final List<String> notices = new CopyOnWriteArrayList<>();

    public PartialNode(Path folder) {
        this(folder, 0, null);
    }

    public PartialNode(Path folder, int port, @Nullable String adminToken) {
        this(folder, port, adminToken, "127.0.0.1");
    }

    public PartialNode(Path folder, int port, @Nullable String adminToken, String host) {
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
        fleet = new Fleet(core.member(), core.ledger(), live, Labels.open(core.store()), Hidden.open(core.store()));
        var commands = commands();
        var rules = new SignInRules(HttpServer.isLoopback(host), Optional.empty(), "thingstead");
        people = People.open(core.store(), new Challenges(System::currentTimeMillis), System::currentTimeMillis);
        var access = new Access(adminToken, rules, people);
        var api = new Api(
                core.member(),
                List.of(log),
                core.ledger(),
                live,
                fleet,
                series,
                seriesFollower::behind,
                proofs(),
                this::register,
                new Decisions(core),
                access,
                facts(),
                commands,
                new Shadows(commands, _ -> Shadows.Reported.NOTHING, System::currentTimeMillis),
                System::currentTimeMillis);
        events = api.events();
        http = HttpServer.start(
                host,
                port,
                List.of(
                        api::register,
                        events::register,
                        new LogRoutes(List.of(log), heads())::register,
                        new AnomalyRoute(scoring(), System::currentTimeMillis)::register,
                        new AccountRoutes(core.member(), core.ledger())::register,
                        new MoneyRoutes(core.ledger(), System::currentTimeMillis)::register,
                        new PaymentRoutes(core.member(), core.ledger(), payments())::register,
                        new TransactionRoute(core.member(), core.ledger(), payments())::register,
                        new SignInRoutes(people, rules, "home")::register,
                        new MeRoutes(people, rules, "home")::register,
                        new PeopleRoutes(people, rules, this::url)::register,
                        new ApiKeyRoutes(people)::register,
                        new WebAssets()::register),
                access,
                new HttpCounters(new SimpleMeterRegistry()));
        events.start();
    }

    private Paying payments() {
        return new Payments(core.member(), core.registrar());
    }

    /// Without rules nothing is scored.
    private Scoring scoring() {
        var log = core.log().reader();
        var alarms = new Alarms(
                core.member(),
                core.store(),
                log,
                live,
                _ -> false,
                new Channels(core.store()),
                System::currentTimeMillis,
                AlarmListener.NOBODY);
        return new Scoring(alarms, log, live, series);
    }

    /// Nobody cosigns.
    private static CosignedHeads heads() {
        return new CosignedHeads() {
            @Override
            public Optional<String> newest(LogReader log) {
                return log.note();
            }

            @Override
            public Optional<String> cosigned(LogReader log) {
                return Optional.empty();
            }
        };
    }

    private void anchored() {
        var record = core.ledger().log(core.log().reader().id());
        if (record != null) live.anchored(record.size());
    }

    private Commands commands() {
        return new Commands(
                core.registrar().ledger(),
                core.ledger(),
                core.keys().of(KeyRole.NODE),
                core.store(),
                List.of(core.log().reader()),
                core.log().sequencer()::submit,
                (_, _, _, _) -> {},
                System::currentTimeMillis);
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
                return core.trust().trust(System.currentTimeMillis()).write();
            }

            @Override
            public Result<byte[]> withLinks(byte[] proof, long height) {
                return core.trust().withLinks(proof, height);
            }

            @Override
            public byte[] links(long height) {
                return core.trust().linksAfter(height).write();
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
            public Optional<String> engineTrouble() {
                return core.engine().trouble();
            }

            @Override
            public Optional<List<MemberId>> heard() {
                return core.engine().heard();
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
    public SigningDevice device(String name) {
        return SigningDevice.registered(core, name);
    }

    /// Waits until both views have the whole log; they do so by themselves.
    public void awaitViews() throws InterruptedException {
        while (seriesFollower.behind() > 0 || liveFollower.behind() > 0) Thread.sleep(5);
    }

    /// Waits until the ledger has made the log final up to a leaf.
    public void awaitFinal(long index) throws InterruptedException {
        while (live.anchored() <= index) Thread.sleep(5);
    }

    @Override
    public void close() {
        events.close();
        http.close();
        fleet.close();
        // in the node's order: what writes ends before what follows
        core.anchorer().close();
        core.log().close();
        seriesFollower.close();
        liveFollower.close();
        series.close();
        core.close();
    }
}
