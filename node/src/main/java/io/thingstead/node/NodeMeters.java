package io.thingstead.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.thingstead.node.backup.LastBackup;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.log.LogFigures;
import io.thingstead.node.log.SignedCheckpoint;
import io.thingstead.node.notify.Courier;
import io.thingstead.node.storage.WriteFigures;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// The node's figures for Prometheus. Names and units are stable: `docs/operations.md` lists them, and dashboards and
/// alarms are built on them. What is counted where it happens (messages, connections, requests) registers itself.
final class NodeMeters implements AutoCloseable {
    private static final double MS_PER_SECOND = 1_000;

    private final MeterRegistry registry;
    private final MemberCore core;
    private final JvmGcMetrics collector = new JvmGcMetrics();

    NodeMeters(MeterRegistry registry, MemberCore core) {
        this.registry = registry;
        this.core = core;
    }

    /// Registers all of them.
    void show(Views views, OwnAlarms alarms, Supplier<Integer> pages, String version) {
        Gauge.builder("thingstead.node", () -> 1)
                .description("Always 1; says whose node this is and what it runs")
                .tag("member", core.member().value())
                .tag("ledger", core.ledger().head().ledger().hex())
                .tag("version", version)
                .register(registry);
        log();
        ledger();
        engine();
        store();
        views(views, pages);
        alarms(alarms);
        process();
    }

    private void log() {
        var reader = core.log().reader();
        var sequencer = core.log().sequencer();
        gauge("thingstead.log.leaves", "Leaves of the log in use that are durable", reader::size);
        gauge(
                "thingstead.log.checkpoint.leaves",
                "Leaves under a signed checkpoint",
                () -> reader.checkpoint().map(SignedCheckpoint::size).orElse(0L));
        gauge("thingstead.log.anchored.leaves", "Leaves that are final", core.anchorer()::anchoredSize);
        gauge(
                "thingstead.log.number",
                "The number of the log in use",
                () -> reader.id().number());
        frames("accepted", LogFigures::accepted);
        frames("duplicate", LogFigures::duplicates);
        frames("declined", LogFigures::declined);
        frames("busy", LogFigures::busy);
        gauge(
                "thingstead.log.queued.frames",
                "Frames that wait for the log's thread",
                () -> sequencer.figures().queued());
        counter(
                "thingstead.log.batches",
                "Synced writes that held frames",
                () -> sequencer.figures().batches());
        counter(
                "thingstead.log.checkpoints",
                "Checkpoints signed",
                () -> sequencer.figures().checkpoints());
    }

    private void frames(String outcome, ToLongFunction<LogFigures> count) {
        FunctionCounter.builder(
                        "thingstead.log.frames",
                        core.log().sequencer(),
                        sequencer -> count.applyAsLong(sequencer.figures()))
                .description("Frames that came to the log, by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void ledger() {
        LedgerReader ledger = core.ledger();
        gauge(
                "thingstead.ledger.height",
                "The newest block",
                () -> ledger.head().height());
        gauge(
                "thingstead.ledger.certified.height",
                "The newest block that its members have certified",
                () -> ledger.certified()
                        .map(certified -> certified.head().height())
                        .orElse(0L));
        seconds(
                "thingstead.ledger.block.age",
                "Age of the newest block by its time",
                () -> core.clockMs().getAsLong() - ledger.head().blockTime());
        gauge(
                "thingstead.ledger.events",
                "Events of the ledger",
                () -> ledger.head().eventsSize());
        gauge(
                "thingstead.ledger.missing.events",
                "Events that are not here yet",
                () -> ledger.missingEvents().stream()
                        .mapToLong(span -> span.size())
                        .sum());
        gauge("thingstead.ledger.era", "The ledger's era", () -> ledger.head().era());
        gauge(
                "thingstead.ledger.voters",
                "Members that vote",
                () -> ledger.validators().size());
        gauge("thingstead.ledger.devices", "Devices of all members", ledger::deviceCount);
        gauge(
                "thingstead.ledger.forks",
                "Logs that showed two faces",
                () -> ledger.forks().size());
        gauge(
                "thingstead.ledger.broken.promises",
                "Promises of members that were not kept",
                () -> ledger.brokenPromises().size());
        gauge(
                "thingstead.ledger.double.votes",
                "Votes cast twice, of all members",
                () -> ledger.members().stream()
                        .map(MemberRecord::member)
                        .mapToLong(ledger::faults)
                        .sum());
    }

    private void engine() {
        var engine = core.engine();
        gauge(
                "thingstead.engine.up",
                "1 while the consensus engine runs as it should",
                () -> engine.trouble().isEmpty() ? 1 : 0);
        gauge(
                "thingstead.engine.votes.held",
                "1 while this member holds its votes back",
                () -> engine.holdsBack().isPresent() ? 1 : 0);
        gauge("thingstead.engine.waiting.transactions", "Transactions that wait here for a block", engine::waiting);
        counter("thingstead.engine.restarts", "Times the engine's program was started again", engine::restarts);
    }

    private void store() {
        var rocks = core.rocks();
        FunctionTimer.builder(
                        "thingstead.store.writes",
                        rocks.writes(),
                        WriteFigures::count,
                        WriteFigures::nanos,
                        TimeUnit.NANOSECONDS)
                .description("Synced writes to the store")
                .register(registry);
        seconds(
                "thingstead.store.write.under.way",
                "How long the oldest write that has not returned takes",
                () -> rocks.writes().oldestNanos() / 1e6);
        bytes("thingstead.store.size", "Tables of the store on disk", rocks::sizeBytes);
        seconds(
                "thingstead.backup.made",
                "When the last backup was made, in seconds since 1970; 0 before the first",
                () -> LastBackup.madeMs(core.folder()).orElse(0));
        bytes("thingstead.store.free", "Room left on the disk of the data folder", rocks::freeBytes);
    }

    private void views(Views views, Supplier<Integer> pages) {
        gauge("thingstead.series.behind.leaves", "Leaves that the series do not have yet", views::behind);
        gauge(
                "thingstead.series.readings",
                "Readings in the series",
                () -> views.series().count());
        bytes(
                "thingstead.series.size",
                "The series on disk",
                () -> views.series().sizeBytes());
        gauge("thingstead.live.behind.leaves", "Leaves that the live state does not have yet", views::liveBehind);
        gauge(
                "thingstead.live.devices",
                "Devices that ever sent something",
                () -> views.live().views().count());
        counter(
                "thingstead.live.readings",
                "Readings that the live state took, older ones too",
                () -> views.live().readings());
        seconds("thingstead.live.finality", "How long readings wait until they are final; NaN before the first", () -> {
            long lag = views.live().finalityLagMs();
            return lag < 0 ? Double.NaN : lag;
        });
        gauge("thingstead.live.pages", "Pages that follow live", pages);
    }

    private void alarms(OwnAlarms alarms) {
        gauge(
                "thingstead.alarms.raised",
                "Alarms that are not cleared",
                () -> alarms.alarms().figures().raised());
        gauge(
                "thingstead.alarms.watches",
                "Alarm rules over devices",
                () -> alarms.alarms().figures().watches());
        gauge("thingstead.alarms.behind.leaves", "Leaves that alarm rules have not judged yet", alarms::behind);
        counter(
                "thingstead.alarms.judged.readings",
                "Readings that alarm rules looked at since the start",
                () -> alarms.alarms().figures().judged());
        notifications("sent", alarms, Courier.Figures::sent);
        notifications("failed", alarms, Courier.Figures::failed);
        notifications("given-up", alarms, Courier.Figures::givenUp);
        gauge(
                "thingstead.notifications.waiting",
                "Alarms that wait to be told",
                () -> alarms.courier().figures().waiting());
        gauge(
                "thingstead.anomaly.streams",
                "Streams that are scored",
                () -> alarms.scoring().streams());
        gauge(
                "thingstead.anomaly.left.out",
                "Streams that are not scored, because there are too many",
                () -> alarms.scoring().leftOut());
        gauge("thingstead.anomaly.behind.leaves", "Leaves that are not scored yet", alarms::scoringBehind);
        gauge(
                "thingstead.alarms.late.devices",
                "Devices of which late readings are still to be judged",
                () -> alarms.alarms().figures().late());
    }

    private void notifications(String outcome, OwnAlarms alarms, ToLongFunction<Courier.Figures> count) {
        FunctionCounter.builder(
                        "thingstead.notifications",
                        alarms,
                        of -> count.applyAsLong(of.courier().figures()))
                .description("Alarms told over channels, by what became of them; letters that did not arrive")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void process() {
        new JvmMemoryMetrics().bindTo(registry);
        collector.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        if (ResidentMemory.isKnown()) {
            bytes("thingstead.process.resident", "Memory of this process, without the engine's", ResidentMemory::bytes);
        }
    }

    private void gauge(String name, String description, Supplier<? extends Number> value) {
        Gauge.builder(name, value::get).description(description).register(registry);
    }

    private void bytes(String name, String description, Supplier<? extends Number> value) {
        Gauge.builder(name, value::get)
                .description(description)
                .baseUnit("bytes")
                .register(registry);
    }

    private void seconds(String name, String description, Supplier<? extends Number> millis) {
        Gauge.builder(name, () -> millis.get().doubleValue() / MS_PER_SECOND)
                .description(description)
                .baseUnit("seconds")
                .register(registry);
    }

    private void counter(String name, String description, Supplier<? extends Number> count) {
        FunctionCounter.builder(name, count, counted -> counted.get().doubleValue())
                .description(description)
                .register(registry);
    }

    @Override
    public void close() {
        collector.close();
    }
}
