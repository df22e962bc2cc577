package io.thingstead.node;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.alarm.Alarms;
import io.thingstead.node.api.DemoData;
import io.thingstead.node.demo.DemoFleet;
import io.thingstead.node.demo.DemoFolder;
import io.thingstead.node.demo.DemoTarget;
import io.thingstead.node.fleet.Fleet;
import io.thingstead.node.ingest.Tokens;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.retention.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The demo at this node: its fleet while it runs, and removing all that it left.
public final class Demo implements DemoData, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
    private static final long LOOK_MS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MemberCore core;
    private final Tokens tokens;
    private final Fleet fleet;
    private final Alarms alarms;
    private final Retention retention;
    private final Views views;
    private final DemoTarget target;
    private final DemoFolder folder;
    private final LongSupplier clockMs;
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile @Nullable DemoFleet running;
    /// Those that are not removed wholly.
    private volatile Set<DeviceId> known;

    Demo(
            MemberCore core,
            Tokens tokens,
            Fleet fleet,
            Alarms alarms,
            Retention retention,
            Views views,
            DemoTarget target,
            LongSupplier clockMs) {
        this.core = core;
        this.tokens = tokens;
        this.fleet = fleet;
        this.alarms = alarms;
        this.retention = retention;
        this.views = views;
        this.target = target;
        this.folder = new DemoFolder(target.folder());
        this.clockMs = clockMs;
        this.known = look();
    }

    /// Runs the devices from now on; says how many, empty where they were removed from this data folder.
    public synchronized OptionalInt run(DemoFleet.Share share) {
        if (isRemoved()) return OptionalInt.empty();
        DemoFleet started = DemoFleet.start(target, clockMs, share);
        running = started;
        known = look();
        return OptionalInt.of(started.size());
    }

    /// Ends what a crash broke off.
    void goOn() {
        if (!isRemoved() || known.isEmpty()) return;
        Thread.ofVirtual().name("demo-removal").start(() -> {
            try {
                if (remove() instanceof Result.No<Removed>(Refused refused))
                    LOG.warn("the demo's devices are not removed wholly yet: {}", refused);
            } catch (RuntimeException e) {
                if (!closing.get()) LOG.warn("the demo's devices are not removed wholly yet", e);
            }
        });
    }

    @Override
    public Optional<Standing> standing() {
        int count = known.size();
        return count == 0 ? Optional.empty() : Optional.of(new Standing(count, running != null, isRemoved()));
    }

    private boolean isRemoved() {
        return fleet.hidden() > 0;
    }

    private Set<DeviceId> look() {
        return folder.names().stream()
                .flatMap(name -> DeviceId.parse(core.member() + ":" + name).stream())
                .filter(device -> core.ledger().device(device) != null)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public synchronized Result<Removed> remove() {
        Set<DeviceId> devices = known;
        if (devices.isEmpty()) return Result.no(Refusal.REQUEST_NOT_FOUND, "there are no demo devices here");
        fleet.hide(devices);
        // Crash point: they are hidden, and no demo starts here any more; their names are still in their folder, so the
        // next start does the rest. What watches them leaves them then, too.
        alarms.leaveGone();
        stop();
        for (DeviceId device : devices) tokens.list(device).forEach(token -> tokens.revoke(token.id()));
        Optional<Refused> refused = revokeKeys(devices);
        if (refused.isPresent()) return new Result.No<>(refused.get());
        long erased = 0;
        long found;
        do {
            if (!awaitFinal()) {
                return Result.no(
                        Refusal.BUSY,
                        "the ledger has not made all of it final yet: it is erased at the next try or start");
            }
            found = retention.erase(devices, Long.MAX_VALUE);
            erased += found;
            // What was under way when they were stopped is found by another look.
        } while (found > 0);
        devices.forEach(device -> fleet.label(device, null));
        folder.delete();
        known = Set.of();
        return Result.ok(new Removed(devices.size(), erased));
    }

    private Optional<Refused> revokeKeys(Set<DeviceId> devices) {
        List<RevokeDeviceKey> revocations = devices.stream()
                .sorted()
                .map(core.ledger()::device)
                .flatMap(Demo::revocations)
                .toList();
        return revocations.isEmpty() ? Optional.empty() : core.registrar().ask(revocations);
    }

    private static Stream<RevokeDeviceKey> revocations(@Nullable DeviceRecord record) {
        return record == null
                ? Stream.empty()
                : record.keys().stream().map(key -> new RevokeDeviceKey(record.device(), key, RevokeDeviceKey.RETIRED));
    }

    /// Until what is in the log now may be erased: it is final, the views have it, and a block is younger.
    private boolean awaitFinal() {
        LogReader log = core.log().reader();
        long end = log.size();
        if (end == 0) return true;
        long newest = log.leaf(end - 1).orElseThrow().receivedMs();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isFinal(log, end, newest)) {
            if (closing.get() || System.nanoTime() > deadline) return false;
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private boolean isFinal(LogReader log, long end, long newestMs) {
        LogRecord record = core.ledger().log(log.id());
        return record != null
                && record.size() >= end
                && views.taken() >= end
                && core.ledger().head().blockTime() >= newestMs;
    }

    private void stop() {
        DemoFleet ends = running;
        running = null;
        if (ends != null) ends.close();
    }

    @Override
    public void close() {
        closing.set(true);
        synchronized (this) {
            stop();
        }
    }
}
