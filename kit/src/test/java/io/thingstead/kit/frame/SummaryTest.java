package io.thingstead.kit.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Summaries of readings: through a frame's bytes and back, and what is none.
class SummaryTest {
    private static final long T = 1_790_000_000_123L;
    private static final Summary MINUTE = new Summary("temperature", "Cel", 2.1, 7.9, T, T + 59_000, 61, 120);

    private static List<Reading> readings(List<Measurement> measurements) {
        return SenMl.decode(SenMlEncoder.encode(measurements), T).orThrow();
    }

    private static List<Reading> without(int part) {
        List<Reading> readings = new ArrayList<>(readings(MINUTE.measurements()));
        readings.remove(part);
        return readings;
    }

    private static List<Reading> with(int part, Value value, @Nullable String unit, long timeMs, boolean relative) {
        List<Reading> readings = new ArrayList<>(readings(MINUTE.measurements()));
        readings.set(part, new Reading(readings.get(part).name(), unit, value, timeMs, relative));
        return readings;
    }

    private static List<Reading> with(int part, double value) {
        List<Reading> readings = readings(MINUTE.measurements());
        return with(
                part,
                new Value.Number(value),
                readings.get(part).unit(),
                readings.get(part).timeMs(),
                false);
    }

    private static void isRefused(List<Reading> readings) {
        assertThat(Summary.in(readings, "temperature"))
                .isInstanceOfSatisfying(
                        Result.No.class, no -> assertThat(no.refused().code()).isEqualTo(Refusal.EVIDENCE_UNFIT));
    }

    @Test
    void a_summary_grows_with_each_measurement_and_is_read_back_from_a_frame() {
        Summary grown = Summary.of("temperature", "Cel", 61, 5.2, T)
                .and(2.1, T + 20_000)
                .and(7.9, T + 40_000)
                .and(5, T + 40_000);
        assertThat(grown).isEqualTo(new Summary("temperature", "Cel", 2.1, 7.9, T, T + 40_000, 61, 64));
        List<Measurement> all = new ArrayList<>(grown.measurements());
        all.add(Measurement.of("humidity", "%RH", 40, T));
        assertThat(Summary.in(readings(all), "temperature").orThrow()).contains(grown);
        assertThat(Summary.in(readings(all), "humidity").orThrow()).isEmpty();
        assertThat(Summary.in(readings(all), "temp").orThrow()).isEmpty();
        assertThat(SenMlEncoder.encode(grown.measurements()).length).isLessThan(130);
    }

    @Test
    void readings_that_happen_to_be_called_so_are_no_summary() {
        List<Measurement> day = MINUTE.measurements().subList(0, 2);
        assertThat(Summary.in(readings(day), "temperature").orThrow()).isEmpty();
    }

    @Test
    void what_is_not_whole_or_says_what_cannot_be_is_refused() {
        for (int part = 0; part < 4; part++) {
            isRefused(without(part));
            List<Reading> twice = new ArrayList<>(readings(MINUTE.measurements()));
            twice.add(twice.get(part));
            isRefused(twice);
            Reading was = twice.get(part);
            isRefused(with(part, new Value.Text("7"), was.unit(), was.timeMs(), false));
            isRefused(with(part, was.value(), was.unit(), was.timeMs(), true));
            isRefused(with(part, Double.NaN));
            isRefused(with(part, Double.POSITIVE_INFINITY));
            isRefused(with(part, Double.NEGATIVE_INFINITY));
        }
        isRefused(with(0, 8));
        isRefused(with(1, 2));
        isRefused(with(1, new Value.Number(7.9), "K", T + 59_000, false));
        isRefused(with(0, new Value.Number(2.1), "Cel", T - 1, false));
        isRefused(with(1, new Value.Number(7.9), "Cel", T + 59_001, false));
        isRefused(with(2, new Value.Number(61), null, T + 59_001, false));
        isRefused(with(2, 0));
        isRefused(with(2, 1.5));
        isRefused(with(2, 121));
        isRefused(with(2, 120));
        isRefused(with(3, 0x1p53));
        isRefused(with(3, 1e300));
        assertThatThrownBy(() -> MINUTE.and(Double.NaN, T + 60_000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MINUTE.and(5, T)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Summary.of("t".repeat(123), null, 1, 1, T))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
