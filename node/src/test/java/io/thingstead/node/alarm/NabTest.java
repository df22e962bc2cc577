package io.thingstead.node.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.Vectors;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.kit.model.Value;
import io.thingstead.node.anomaly.Forest;
import io.thingstead.node.view.LoggedFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the rule for anomalies finds in series of which people have labelled the anomalies (the Numenta Anomaly
/// Benchmark): reading by reading, the past alone, the same settings for all series. A labelled window counts as found
/// when an alarm is raised in it; an alarm outside of all windows is a false one; the first 15 % of a series, at most
/// 750
/// readings, do not count. The figures were seen when the usual limit of 2.5 was chosen, so they are no promise for
/// other
/// series.
class NabTest {
    private static final int MOST_PROBATION = 750;
    private static final double USUAL = 2.5;

    private record Window(long fromMs, long toMs) {
        boolean has(long timeMs) {
            return fromMs <= timeMs && timeMs <= toMs;
        }
    }

    private record Result(int windows, int found, int falseAlarms, int readings) {
        Result plus(Result other) {
            return new Result(
                    windows + other.windows,
                    found + other.found,
                    falseAlarms + other.falseAlarms,
                    readings + other.readings);
        }
    }

    private static long millis(String text) {
        return LocalDateTime.parse(text.replace(' ', 'T'))
                .toInstant(ZoneOffset.UTC)
                .toEpochMilli();
    }

    @Test
    void the_labelled_series_are_scored_and_the_result_is_told() throws IOException {
        Path folder = Vectors.folder("nab");
        JsonNode labels = Vectors.json(folder.resolve("labels/combined_windows.json"));
        List<Path> files = Vectors.files(folder.resolve("data"), ".csv");
        assertThat(files).isNotEmpty();
        for (double limit : new double[] {2, USUAL, 3}) {
            Result all = new Result(0, 0, 0, 0);
            for (Path file : files) {
                String name = folder.resolve("data").relativize(file).toString();
                assertThat(labels.has(name)).as(name).isTrue();
                List<Window> windows = new ArrayList<>();
                labels.get(name)
                        .forEach(window -> windows.add(new Window(
                                millis(window.get(0).asText()),
                                millis(window.get(1).asText()))));
                Result result = judge(file, limit, windows);
                tell(name, limit, result);
                all = all.plus(result);
            }
            tell("all series", limit, all);
            if (limit == USUAL) {
                assertThat(all.found).isGreaterThanOrEqualTo(all.windows / 2);
                assertThat(1_000.0 * all.falseAlarms / all.readings).isLessThan(1);
            }
        }
    }

    private static void tell(String name, double limit, Result result) {
        Vectors.report("nab %s, anomaly = %s: %d of %d windows found, %d false alarms in %d readings"
                .formatted(name, limit, result.found, result.windows, result.falseAlarms, result.readings));
    }

    private static Result judge(Path file, double limit, List<Window> windows) throws IOException {
        Rule rule = RuleReaderTest.rule("quantity = \"value\"\nanomaly = " + limit);
        List<String> lines = Files.readAllLines(file);
        int probation = Math.min(MOST_PROBATION, (lines.size() - 1) * 15 / 100);
        List<Long> raised = new ArrayList<>();
        Watch.OfReadings[] watch = {(Watch.OfReadings) Watch.of(rule, DeviceId.of("nab:series"), Long.MIN_VALUE)};
        var forest = new Forest();
        long newestMs = Long.MIN_VALUE;
        for (int i = 1; i < lines.size(); i++) {
            String[] columns = lines.get(i).split(",", -1);
            long timeMs = millis(columns[0]);
            if (timeMs < newestMs) continue; // late, as a device's clock that was set back is
            newestMs = timeMs;
            double value = Double.parseDouble(columns[1]);
            var reading = new Reading("value", null, new Value.Number(value), timeMs, false);
            var frame = new LoggedFrame(i, watch[0].device, i, TrustLevel.DEVICE_SIGNED, timeMs, List.of(reading));
            double score = forest.add(value);
            if (i > probation) watch[0].score(frame, reading, score, raising(raised));
        }
        int found = (int) windows.stream()
                .filter(window -> raised.stream().anyMatch(window::has))
                .count();
        int wrong = (int) raised.stream()
                .filter(timeMs -> windows.stream().noneMatch(window -> window.has(timeMs)))
                .count();
        return new Result(windows.size(), found, wrong, lines.size() - 1);
    }

    private static Watch.Listener raising(List<Long> raised) {
        return new Watch.Listener() {
            @Override
            public void raised(
                    Watch watch,
                    Turn.Raised turn,
                    Watch.@Nullable Place place,
                    @Nullable Reading reading,
                    @Nullable Double value) {
                raised.add(turn.atMs());
            }

            @Override
            public void cleared(Watch watch, Turn.Cleared cleared) {}

            @Override
            public void late(Watch watch, LoggedFrame frame, long timeMs) {}
        };
    }
}
