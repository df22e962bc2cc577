package io.thingstead.node.view.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.kit.model.Value;
import io.thingstead.node.view.LoggedFrame;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that fills a series is killed at random moments; what it goes on with has every reading exactly once.
class SeriesCrashE2E {
    private static final int KILLS = 6;
    private static final int PER_LEAF = 3;
    private static final String ORIGIN = "acme.example/01234567/1";
    private static final DeviceId BOX = DeviceId.of("acme:box-1");

    @TempDir
    Path folder;

    @Test
    void after_each_kill_readings_and_cursor_fit_and_nothing_that_was_taken_is_missing() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        long taken = 0;
        for (int i = 0; i < KILLS; i++) {
            var process = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-Xmx300m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Filler.class.getName(),
                            folder.toString())
                    .redirectErrorStream(true)
                    .start();
            try (var out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                int batches = 3 + random.nextInt(60);
                for (int b = 0; b < batches; b++) {
                    var line = out.readLine();
                    assertThat(line).as("what the process says").startsWith("taken ");
                    taken = Long.parseLong(line.substring(6));
                }
                Thread.sleep(random.nextInt(30));
                process.toHandle().destroyForcibly(); // what it said before can still be read
                for (var line = out.readLine(); line != null && line.startsWith("taken "); line = out.readLine())
                    taken = Long.parseLong(line.substring(6));
            }
            process.waitFor();
            var notices = new ArrayList<String>();
            try (var series = DuckSeries.open(folder, ORIGIN, Long.MAX_VALUE, notices::add)) {
                assertThat(notices).isEmpty();
                assertThat(series.next()).isGreaterThanOrEqualTo(taken);
                assertThat(series.count()).isEqualTo(PER_LEAF * series.next());
                assertThat(series.range(BOX, "q", 0, 1L << 52, 1).getFirst().count())
                        .isEqualTo(series.count());
                taken = series.next();
            }
        }
        System.out.println("killed " + KILLS + " times, " + taken + " leaves");
    }

    /// Takes batch after batch, and says so after each.
    static final class Filler {
        public static void main(String[] args) {
            var random = new Random();
            var series = DuckSeries.open(Path.of(args[0]), ORIGIN, Long.MAX_VALUE, notice -> {
                if (!notice.contains("no files")) throw new IllegalStateException(notice);
            });
            while (true) {
                var frames = new ArrayList<LoggedFrame>();
                long next = series.next();
                for (int i = 1 + random.nextInt(2_000); i > 0; i--, next++) {
                    long time = 1_790_000_000_000L + next * 2_000;
                    var readings = new ArrayList<Reading>();
                    for (int r = 0; r < PER_LEAF; r++)
                        readings.add(new Reading("q", "Cel", new Value.Number(next + r), time + r, false));
                    frames.add(new LoggedFrame(
                            next, BOX, next + 1, TrustLevel.DEVICE_SIGNED, time, List.copyOf(readings)));
                }
                series.take(frames, next);
                System.out.println("taken " + series.next());
            }
        }
    }
}
