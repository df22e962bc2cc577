package io.thingstead.node;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Reading;
import io.thingstead.node.api.AlarmCount;
import io.thingstead.node.api.Api;
import io.thingstead.node.api.BackupRoute;
import io.thingstead.node.api.ClaimCodeRoutes;
import io.thingstead.node.api.DemoData;
import io.thingstead.node.api.DemoRoutes;
import io.thingstead.node.api.DeviceKeyRoutes;
import io.thingstead.node.api.DeviceTokenRoutes;
import io.thingstead.node.api.EventStream;
import io.thingstead.node.api.GrantRoutes;
import io.thingstead.node.api.HealthRoutes;
import io.thingstead.node.api.HeldVotesRoutes;
import io.thingstead.node.api.HttpCounters;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.api.LogRoutes;
import io.thingstead.node.api.MetricsRoute;
import io.thingstead.node.api.MirrorRoutes;
import io.thingstead.node.api.NodeFacts;
import io.thingstead.node.api.NodeRoute;
import io.thingstead.node.api.Notice;
import io.thingstead.node.api.OpenApiRoute;
import io.thingstead.node.api.RetentionRoutes;
import io.thingstead.node.api.ThingRoutes;
import io.thingstead.node.backup.StoreSnapshot;
import io.thingstead.node.catalogue.Catalogue;
import io.thingstead.node.catalogue.ThingRoute;
import io.thingstead.node.challenge.Challenges;
import io.thingstead.node.command.Commands;
import io.thingstead.node.command.Shadows;
import io.thingstead.node.demo.DemoTarget;
import io.thingstead.node.fleet.Fleet;
import io.thingstead.node.fleet.Hidden;
import io.thingstead.node.fleet.Labels;
import io.thingstead.node.ingest.Attestation;
import io.thingstead.node.ingest.Claims;
import io.thingstead.node.ingest.Credentials;
import io.thingstead.node.ingest.IngestCounters;
import io.thingstead.node.ingest.IngestLimits;
import io.thingstead.node.ingest.Ingress;
import io.thingstead.node.ingest.Intake;
import io.thingstead.node.ingest.Quotas;
import io.thingstead.node.ingest.TokenAnswers;
import io.thingstead.node.ingest.Tokens;
import io.thingstead.node.ingest.http.HttpIngest;
import io.thingstead.node.ingest.http.Promises;
import io.thingstead.node.ingest.mqtt.MqttCounters;
import io.thingstead.node.ingest.mqtt.MqttSettings;
import io.thingstead.node.ingest.mqtt.MqttTransport;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.Submission;
import io.thingstead.node.mirror.Mirrors;
import io.thingstead.node.mirror.OwnLogs;
import io.thingstead.node.retention.Retention;
import io.thingstead.node.view.live.LiveReading;
import io.thingstead.node.web.WebAssets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A member's process: the core, the views that follow it, and the listeners for devices and people. The only place
/// that
/// knows all parts.
public final class Node implements AutoCloseable, NodeFacts {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final int EXIT_BROKEN = 70;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final LongSupplier clockMs;
    private final Challenges challenges;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final IngestCounters counters = new IngestCounters(meters);
    private final MqttCounters mqttCounters = new MqttCounters(meters);
    private final HttpCounters httpCounters = new HttpCounters(meters);
    private final Path folder;
    private final NodeConfig config;
    private final MemberCore core;
    private final Tls tls;
    private final Tokens tokens;
    private final Doors doors;
    private final Views views;
    private final OwnAlarms alarms;
    private final Retention retention;
    private final Fleet fleet;
    private final Demo demo;
    private final List<LogReader> logs;
    private final Mirrors mirrors;
    private final MqttTransport mqtt;
    private final HttpServer http;
    private final Optional<String> firstLink;
    /// The first request may come before the listener says which port it got.
    private volatile int httpPort;

    /// Starts the node in this data folder; returns when devices and people can connect.
    public static Node start(Path folder, NodeConfig config) {
        return start(folder, config, System::currentTimeMillis, Between.NOTHING);
    }

    /// @param clockMs what the member takes for the time
    /// @param between what stands between its parts
    static Node start(Path folder, NodeConfig config, LongSupplier clockMs, Between between) {
        return new Node(folder, config, clockMs, between);
    }

    private Node(Path folder, NodeConfig config, LongSupplier clockMs, Between between) {
        this.clockMs = clockMs;
        this.challenges = new Challenges(clockMs);
        this.folder = folder;
        this.config = config;
        this.httpPort = config.httpListen().portOr(NodeConfig.HTTP_PORT);
        try {
            core = MemberCore.open(folder, config, clockMs, Node::broken);
            open.push(core);
            tls = Tls.open(folder, config, clockMs);
            open.push(tls);
            tokens = Tokens.open(core.store());
            doors = new Doors(folder, config, core, clockMs, tls.scheme(), this::httpPort);
            views = new Views(folder, core.log(), clockMs);
            open.push(views);
            Hidden hidden = Hidden.open(core.store());
            alarms = new OwnAlarms(core, views, config.alarmsFile(folder), hidden::has);
            open.push(alarms);
            core.exchange().offer(new ThingRoute(core.member(), core.ledger(), views.live()));
            logs = core.logs();
            retention = ErasableDisk.retention(folder, core, views, clockMs);
            open.push(retention);
            mirrors = mirrors();
            open.push(mirrors);
            mirrors.purgeBy(core.rocks()::purge);
            mirrors.routes().stream().map(between.routes()).forEach(core.exchange()::offer);
            Intake intake = intake(between.log().apply(core.log().sequencer()::submit));
            mqtt = new MqttTransport(
                    MqttSettings.of(
                                    config.mqttListen().hostOrLoopback(),
                                    config.mqttListen().portOr(NodeConfig.MQTT_PORT))
                            .with(tls.mqtt(config)),
                    intake,
                    core.log().reader(),
                    mqttCounters);
            core.start();
            views.start();
            alarms.start();
            retention.start();
            mirrors.start();
            intake.commands().start();
            // Before the pages: they tell where devices connect.
            listenMqtt();
            fleet = new Fleet(core.member(), core.ledger(), views.live(), Labels.open(core.store()), hidden);
            open.push(fleet);
            demo = new Demo(core, tokens, fleet, alarms.alarms(), retention, views, demoTarget(), clockMs);
            http = listenHttp(intake);
            open.push(demo);
            demo.goOn();
            httpPort = http.port();
            firstLink = doors.firstLink();
            tls.say(folder, this::address);
            open.push(() -> NodeFiles.removeAddress(folder));
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(this::close));
        } catch (RuntimeException e) {
            closeAll();
            throw e;
        }
    }

    private Mirrors mirrors() {
        return new Mirrors(
                core.member(),
                core.ledger(),
                core.store(),
                core.exchange(),
                new OwnLogs(logs, core.keys().of(KeyRole.LOG)),
                core.keys().of(KeyRole.NODE),
                core.registrar()::ask,
                clockMs);
    }

    private Intake intake(Consumer<Submission> sequencer) {
        LedgerId ledger = core.registrar().ledger();
        Log log = core.log();
        var submit = core.standing().guarding(sequencer);
        var attestation = new Attestation(
                ledger, core.keys().of(KeyRole.ATTEST), log.reader()::highest, submit, clockMs, counters);
        var commands = new Commands(
                ledger, core.ledger(), core.keys().of(KeyRole.NODE), core.store(), logs, submit, attestation, clockMs);
        open.push(commands);
        Gauge.builder("thingstead.commands.open", commands, Commands::openCount)
                .description("Commands to devices without a last word")
                .register(meters);
        var ingress = new Ingress(ledger, core.member(), core.ledger(), submit, clockMs, counters, commands);
        var credentials = new Credentials(ledger, core.member(), core.ledger(), tokens, challenges, clockMs);
        return new Intake(
                ingress,
                attestation,
                credentials,
                new Quotas(IngestLimits.STANDARD, System::nanoTime),
                counters,
                commands,
                new Shadows(commands, this::reported, clockMs),
                new TokenAnswers(commands, attestation, clockMs, counters));
    }

    /// What the device says of itself, as the live state has it.
    private Shadows.Reported reported(DeviceId device) {
        return views.live()
                .device(device)
                .map(view -> new Shadows.Reported(
                        view.n(),
                        view.latest().stream()
                                .map(LiveReading::reading)
                                .collect(Collectors.toMap(Reading::name, Reading::value))))
                .orElse(Shadows.Reported.NOTHING);
    }

    private HttpServer listenHttp(Intake intake) {
        var devices = new Devices(core, tokens);
        var api = new Api(
                core.member(),
                logs,
                core.ledger(),
                views.live(),
                fleet,
                views.series(),
                views::behind,
                new Proofs(mirrors, core.proofs(), core.trust(), clockMs),
                devices,
                new Decisions(core),
                doors.access(),
                this,
                intake.commands(),
                intake.shadows(),
                clockMs);
        EventStream events = api.events();
        var promises = new Promises(
                core.registrar().ledger(),
                core.member(),
                core.ledger(),
                core.keys().of(KeyRole.LOG));
        var ingest = new HttpIngest(intake, challenges, promises);
        open.push(core.ledger().onCertified(_ -> views.live().anchored(anchoredSize())));
        views.live().anchored(anchoredSize());
        var grants = new GrantRoutes(core.member(), core.ledger(), new Grants(core.registrar()), clockMs);
        var contracts = new OwnContracts(core, intake.commands(), views.series(), clockMs).start();
        open.push(contracts);
        var market = new OwnMarket(core, doors.till(), clockMs).start();
        open.push(market);
        var claims = new Claims(core.store(), core.ledger(), devices::registerKey, clockMs);
        var things = new ThingRoutes(
                new Catalogue(core.member(), core.ledger(), views.live(), core.exchange(), fleet::isHidden));
        var server = HttpServer.start(
                tls.http(config),
                List.of(
                        api::register,
                        events::register,
                        ingest::register,
                        grants::register,
                        market::register,
                        contracts::register,
                        new DeviceKeyRoutes(core.member(), core.ledger(), devices)::register,
                        new DeviceTokenRoutes(core.member(), core.ledger(), devices)::register,
                        new ClaimCodeRoutes(core.member(), claims, clockMs)::register,
                        devices.claimRoutes(claims)::register,
                        new RetentionRoutes(core.member(), retention, clockMs)::register,
                        new HeldVotesRoutes(core.voteAgain())::register,
                        things::register,
                        alarms::register,
                        new LogRoutes(logs, new OwnHeads(mirrors.holdings()))::register,
                        new MirrorRoutes(mirrors)::register,
                        new HealthRoutes(new NodeHealth(core))::register,
                        new NodeRoute(api, ownState()::now, new NodeHealth(core), retention, mirrors::states)::register,
                        new MetricsRoute(scraped(events))::register,
                        new DemoRoutes(demo)::register,
                        new BackupRoute(() -> String.valueOf(
                                StoreSnapshot.take(folder, core.rocks()).getFileName()))::register,
                        new OpenApiRoute(MemberCore.version(), config.signIn())::register,
                        doors::register,
                        new WebAssets()::register),
                doors.access(),
                httpCounters);
        open.push(server);
        events.start();
        open.push(events);
        return server;
    }

    private OwnState ownState() {
        return new OwnState(folder, config, core, tls, mqtt, this::httpPort, clockMs.getAsLong());
    }

    private Supplier<String> scraped(EventStream events) {
        var ofNode = new NodeMeters(meters, core);
        open.push(ofNode);
        ofNode.show(views, alarms, events::clients, MemberCore.version());
        var ofMirrors = new MirrorMeters(meters, mirrors::states);
        return () -> {
            ofMirrors.look();
            return meters.scrape();
        };
    }

    private long anchoredSize() {
        var record = core.ledger().log(core.log().reader().id());
        return Objects.requireNonNull(record, "the log is on the ledger").size();
    }

    private void listenMqtt() {
        mqtt.start();
        open.push(mqtt);
    }

    /// How long contents are kept.
    public Retention retention() {
        return retention;
    }

    /// Leaves that the series do not have yet.
    public long seriesBehind() {
        return views.behind();
    }

    public MemberId member() {
        return core.member();
    }

    public MemberCore core() {
        return core;
    }

    /// The page's address.
    public String page() {
        return tls.scheme() + config.httpListen().hostOrLoopback() + ":" + http.port() + "/";
    }

    /// How the commands on this machine reach it.
    private NodeFiles.Address address() {
        return new NodeFiles.Address(
                page(),
                config.mqttListen().hostOrLoopback(),
                mqtt.port(),
                mqtt.securedPort(),
                tls.fingerprint().orElse(""));
    }

    /// Of the certificate that it shows, empty: it speaks without TLS.
    public Optional<String> fingerprint() {
        return tls.fingerprint();
    }

    /// Where devices connect with TLS.
    public String mqttTlsAddress() {
        return config.mqttTlsListen().hostOrLoopback() + ":" + mqtt.securedPort();
    }

    /// A link by which the first administrator comes in, where people sign in and nobody can yet; told this once.
    public Optional<String> firstLink() {
        return firstLink;
    }

    public String mqttAddress() {
        return config.mqttListen().hostOrLoopback() + ":" + mqtt.port();
    }

    HttpServer http() {
        return http;
    }

    @Override
    public int httpPort() {
        return httpPort;
    }

    @Override
    public int mqttPort() {
        return mqtt.port();
    }

    @Override
    public Optional<String> engineTrouble() {
        return core.engine().trouble();
    }

    @Override
    public List<Notice> notices() {
        return core.standing().notices();
    }

    @Override
    public AlarmCount alarms() {
        return AlarmCount.of(alarms.alarms().open());
    }

    @Override
    public Optional<DemoData.Standing> demoStanding() {
        return demo.standing();
    }

    @Override
    public boolean isRemoved() {
        return core.standing().isRemoved();
    }

    @Override
    public Optional<List<MemberId>> heard() {
        return core.engine().heard();
    }

    @Override
    public Map<String, Long> refused() {
        Map<String, Long> all = new TreeMap<>();
        counters.refused().addTo(all);
        mqttCounters.refused().addTo(all);
        httpCounters.refused().addTo(all);
        return all;
    }

    /// The demo's devices here.
    public Demo demo() {
        return demo;
    }

    /// What the demo fleet needs to know of this node.
    public DemoTarget demoTarget() {
        return new DemoTarget(
                config.mqttListen().hostOrLoopback(),
                mqtt.port(),
                core.member(),
                core.registrar().ledger(),
                core.keys().of(KeyRole.NODE).key(),
                folder.resolve("demo-devices"),
                device -> core.ledger().device(device) != null,
                devices -> core.registrar().ask(devices).ifPresent(refused -> {
                    throw new IllegalStateException("the demo devices were refused: " + refused);
                }),
                device -> tokens.issue(device, clockMs.getAsLong()));
    }

    /// Waits until the node is closed.
    public void await() throws InterruptedException {
        ended.await();
    }

    /// What is in memory and on disk may differ now: a process that may be wrong must not sign on.
    private static void broken(Throwable e) {
        LOG.error("the node stops at once; start it again when the cause is mended", e);
        Runtime.getRuntime().halt(EXIT_BROKEN);
    }

    @Override
    public void close() {
        closeAll();
        ended.countDown();
    }

    private synchronized void closeAll() {
        while (!open.isEmpty()) {
            AutoCloseable next = open.pop();
            try {
                next.close();
            } catch (Exception e) {
                LOG.warn("closing {}: {}", next.getClass().getSimpleName(), e.toString());
            }
        }
    }
}
