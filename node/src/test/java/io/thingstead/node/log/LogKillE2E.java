package io.thingstead.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.ChildJvm;
import io.thingstead.node.storage.RocksStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// kill -9 at random moments under load: nothing acknowledged is lost, moved or doubled.
/// `-Dkills=30` for more than the usual number.
class LogKillE2E {
    private static final int KILLS = Integer.getInteger("kills", 6);

    @TempDir
    private Path folder;

    private final AcknowledgedFrames acknowledged = new AcknowledgedFrames(TestDevice.LEDGER);

    @Test
    void a_killed_log_keeps_every_promise() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int kill = 1; kill <= KILLS; kill++) {
            int before = acknowledged.count();
            runUntilKilled(random);
            System.out.printf(
                    "kill %d: %d frames acknowledged, %d in all%n",
                    kill, acknowledged.count() - before, acknowledged.count());
            // Every other time the next process finds the store just as the killed one left it.
            if (kill == KILLS || random.nextBoolean()) check();
        }
        assertThat(acknowledged.count()).isGreaterThan(KILLS * 100);
    }

    private void runUntilKilled(Random random) throws IOException {
        try (var child = ChildJvm.start(LogUnderLoad.class, folder.toString(), Long.toString(random.nextLong()))) {
            record(child.line());
            var moment = CompletableFuture.delayedExecutor(random.nextInt(1500), TimeUnit.MILLISECONDS);
            CompletableFuture.runAsync(child::kill, moment);
            for (var line = child.line(); line != null; line = child.line()) record(line);
        }
    }

    private void record(String line) {
        assertThat(line).as("the process ended by itself").isNotNull();
        var parts = line.split(" ");
        acknowledged.acknowledged(Long.parseLong(parts[0]), HexFormat.of().parseHex(parts[1]));
    }

    private void check() {
        try (var store = RocksStore.open(folder.resolve("store"), trouble -> {})) {
            var log = Log.read(TestLog.ID, TestLog.ORIGIN, store);
            assertThat(acknowledged.problems(log)).isEmpty();
            var report = TestLog.check(store);
            assertThat(report.problems()).isEmpty();
            System.out.printf("  checked %d leaves, checkpoint at %d%n", report.size(), report.checkpointSize());
        }
    }
}
