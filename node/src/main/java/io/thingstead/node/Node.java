package io.thingstead.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import io.thingstead.node.api.Api;
import io.thingstead.node.api.EventStream;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.api.NodeFacts;
import io.thingstead.node.api.Operator;
import io.thingstead.node.api.ReadingProofs;
import io.thingstead.node.api.RefusalCounts;
import io.thingstead.node.demo.DemoTarget;
import io.thingstead.node.ingest.Attestation;
import io.thingstead.node.ingest.Challenges;
import io.thingstead.node.ingest.Credentials;
import io.thingstead.node.ingest.IngestCounters;
import io.thingstead.node.ingest.IngestLimits;
import io.thingstead.node.ingest.Ingress;
import io.thingstead.node.ingest.Intake;
import io.thingstead.node.ingest.Quotas;
import io.thingstead.node.ingest.Tokens;
import io.thingstead.node.ingest.http.HttpIngest;
import io.thingstead.node.ingest.http.Promises;
import io.thingstead.node.ingest.mqtt.MqttCounters;
import io.thingstead.node.ingest.mqtt.MqttSettings;
import io.thingstead.node.ingest.mqtt.MqttTransport;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.web.WebAssets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
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
    private final LongSupplier clockMs = System::currentTimeMillis;
    private final Challenges challenges = new Challenges(clockMs);
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final IngestCounters counters = new IngestCounters(meters);
    private final MqttCounters mqttCounters = new MqttCounters(meters);
    private final RefusalCounts httpRefused = RefusalCounts.ofHttp(meters);
    private final Path folder;
    private final NodeConfig config;
    private final MemberCore core;
    private final Tokens tokens;
    private final Views views;
    private final MqttTransport mqtt;
    private final HttpServer http;
    /// The first request may come before the listener says which port it got.
    private volatile int httpPort;

    /// Starts the node in this data folder; returns when devices and people can connect.
    public static Node start(Path folder, NodeConfig config) {
        return new Node(folder, config);
    }

    private Node(Path folder, NodeConfig config) {
        this.folder = folder;
        this.config = config;
        this.httpPort = config.httpListen().portOr(NodeConfig.HTTP_PORT);
        try {
            core = MemberCore.open(folder, config, clockMs, Node::broken);
            open.push(core);
            tokens = Tokens.open(core.store());
            views = new Views(folder, core.log(), clockMs);
            open.push(views);
            Intake intake = intake();
            mqtt = new MqttTransport(
                    MqttSettings.of(
                            config.mqttListen().hostOrLoopback(),
                            config.mqttListen().portOr(NodeConfig.MQTT_PORT)),
                    intake,
                    core.log().reader(),
                    mqttCounters);
            core.start();
            views.start();
            // Before the pages: they tell where devices connect.
            listenMqtt();
            http = listenHttp(intake);
            httpPort = http.port();
            NodeFiles.writeAddress(folder, page(), config.mqttListen().hostOrLoopback(), mqtt.port());
            open.push(() -> NodeFiles.removeAddress(folder));
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(this::close));
        } catch (RuntimeException e) {
            closeAll();
            throw e;
        }
    }

    private Intake intake() {
        LedgerId ledger = core.registrar().ledger();
        Log log = core.log();
        var sequencer = log.sequencer();
        var ingress = new Ingress(ledger, core.member(), core.ledger(), sequencer::submit, clockMs, counters);
        var attestation = new Attestation(
                ledger, core.keys().of(KeyRole.ATTEST), log.reader()::highest, sequencer::submit, clockMs, counters);
        var credentials = new Credentials(ledger, core.member(), core.ledger(), tokens, challenges, clockMs);
        return new Intake(
                ingress, attestation, credentials, new Quotas(IngestLimits.STANDARD, System::nanoTime), counters);
    }

    private HttpServer listenHttp(Intake intake) {
        var operator = new Operator(NodeFiles.adminToken(folder));
        var api = new Api(
                core.member(),
                logs(),
                core.ledger(),
                views.live(),
                views.series(),
                views::behind,
                new Proofs(core.proofs(), clockMs),
                new Devices(core, tokens),
                operator,
                this,
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
        var server = HttpServer.start(
                config.httpListen().hostOrLoopback(),
                config.httpListen().portOr(NodeConfig.HTTP_PORT),
                List.of(api::register, events::register, ingest::register, new WebAssets()::register),
                httpRefused);
        open.push(server);
        events.start();
        open.push(events);
        return server;
    }

    private long anchoredSize() {
        var record = core.ledger().log(core.log().reader().id());
        return Objects.requireNonNull(record, "the log is on the ledger").size();
    }

    /// All logs of the member, the one in use last.
    private List<LogReader> logs() {
        List<LogReader> all = new ArrayList<>();
        LogId current = core.log().reader().id();
        for (long number = 1; number < current.number(); number++) {
            LogId id = new LogId(core.member(), number);
            var record = Objects.requireNonNull(core.ledger().log(id));
            all.add(Log.read(id, record.origin(), core.store()));
        }
        all.add(core.log().reader());
        return all;
    }

    private void listenMqtt() {
        mqtt.start();
        open.push(mqtt);
    }

    private record Proofs(ProofMaker maker, LongSupplier clockMs) implements ReadingProofs {
        @Override
        public Result<byte[]> prove(DeviceId device, long n) {
            return maker.prove(device, n);
        }

        @Override
        public Result<byte[]> prove(long index) {
            return maker.prove(index);
        }

        @Override
        public byte[] trust() {
            return maker.trust(clockMs.getAsLong());
        }
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
        return "http://" + config.httpListen().hostOrLoopback() + ":" + http.port() + "/";
    }

    public String mqttAddress() {
        return config.mqttListen().hostOrLoopback() + ":" + mqtt.port();
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
    public Map<String, Long> refused() {
        Map<String, Long> all = new TreeMap<>();
        counters.refused().addTo(all);
        mqttCounters.refused().addTo(all);
        httpRefused.addTo(all);
        return all;
    }

    /// What the demo fleet needs to know of this node.
    public DemoTarget demoTarget() {
        return new DemoTarget(
                config.mqttListen().hostOrLoopback(),
                mqtt.port(),
                core.member(),
                core.registrar().ledger(),
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
