package io.thingstead.node;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.backup.Restored;
import io.thingstead.node.consensus.LedgerCheck;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.solo.SoloEngine;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogCheck;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import io.thingstead.node.upgrade.Upgrade;
import io.thingstead.node.view.LogFollower;
import io.thingstead.node.view.series.DuckSeries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/// Checks a stopped node's ledger and logs from their beginning, and makes its series again from the log.
public final class Rebuild {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Store store;
    private final LedgerReader ledger;
    private final Consumer<String> says;
    private boolean sound = true;

    private Rebuild(Store store, LedgerReader ledger, Consumer<String> says) {
        this.store = store;
        this.ledger = ledger;
        this.says = says;
    }

    /// @param says gets a line of progress now and then, and the findings
    /// @return whether ledger and logs are sound
    public static boolean run(Path folder, Consumer<String> says) {
        Restored.requireWhole(folder);
        Upgrade.ifOlder(folder, says);
        try (DataFolder _ = DataFolder.open(folder);
                Store store = RocksStore.open(folder.resolve("store"), e -> says.accept("the store failed: " + e))) {
            MemberKeys keys = MemberKeys.open(folder.resolve("keys"));
            // Opening it checks that its state gives its app hash.
            StoredLedger stored = StoredLedger.open(store);
            var rebuild = new Rebuild(store, stored.reader(), says);
            rebuild.checkLedger();
            show(stored, keys);
            LogReader newest = rebuild.checkLogs(keys.of(KeyRole.NODE).key().thumbprint());
            rebuild.series(folder.resolve("series"), newest);
            return rebuild.sound;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void checkLedger() {
        var check = LedgerCheck.of(store, says);
        found(check.isSound(), check.found());
    }

    /// The newest block's certificate is written with the next block, so that of a stopped node alone is made again by
    /// its engine. Where several certify, the newest block is shown as it was decided.
    private static void show(StoredLedger stored, MemberKeys keys) {
        if (!stored.info().era().engine().equals(EraRecord.SOLO)) {
            stored.show(stored.info().height());
            return;
        }
        try (var engine = new SoloEngine(stored, keys.of(KeyRole.ENGINE), System::currentTimeMillis, e -> {
            throw new IllegalStateException("the engine failed", e);
        })) {
            engine.start();
        }
    }

    private void found(boolean holds, String text) {
        sound &= holds;
        says.accept((holds ? "  sound: " : "  NOT SOUND: ") + text);
    }

    private LogReader checkLogs(Thumbprint nodeKey) {
        MemberId member = ledger.members().stream()
                .filter(record ->
                        record.key(KeyRole.NODE).filter(nodeKey::equals).isPresent())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the ledger knows no member with this folder's keys"))
                .member();
        LogReader newest = null;
        for (long number = 1; ; number++) {
            LogRecord record = ledger.log(new LogId(member, number));
            if (record == null) {
                return Objects.requireNonNull(newest, "the member has no log");
            }
            newest = Log.read(record.log(), record.origin(), store);
            check(record, newest);
        }
    }

    private void check(LogRecord record, LogReader reader) {
        if (record.isLost() && reader.checkpoint().isEmpty()) {
            found(true, "log " + record.origin() + ": closed at " + record.size() + " leaves, its data were lost");
            return;
        }
        says.accept("log " + record.origin() + ": checking " + reader.size() + " leaves");
        VerifyingKey key = Objects.requireNonNull(ledger.key(record.key()), "the log's key is on the ledger")
                .key();
        var report = LogCheck.run(
                record.log(),
                new NoteKey(record.origin(), key.point()),
                (point, message, signature) ->
                        VerifyingKey.of(Algorithm.ED25519, point).verify(message, signature),
                store,
                done -> says.accept("  " + done + " leaves checked"));
        report.problems().forEach(problem -> found(false, problem));
        if (report.isSound()) {
            found(
                    true,
                    report.size() + " leaves, the newest checkpoint covers " + report.checkpointSize()
                            + (report.erased() == 0 ? "" : "; the contents of " + report.erased() + " are erased"));
        }
    }

    private void series(Path path, LogReader log) throws InterruptedException {
        says.accept("series: making them again from the log");
        try (DuckSeries series = DuckSeries.open(path, log.origin(), log.size(), says)) {
            series.clear();
            try (var follower =
                    new LogFollower("rebuild", log, series, PAUSE, e -> says.accept("  trying again after: " + e))) {
                follower.start();
                while (series.next() < log.size()) {
                    Thread.sleep(PAUSE);
                }
            }
            says.accept("  done: " + series.count() + " readings");
        }
    }
}
