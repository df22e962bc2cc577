package io.thingstead.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo's things measure what such things would, and the same again from the same seed.
class ThingsTest {
    private static final long START_MS = 1_790_000_000_000L;
    private static final long HOUR_MS = 3_600_000;
    private static final Route ROUTE = Route.of(Route.ROTTERDAM, Route.COLOGNE, Route.FRANKFURT);

    private static final Map<String, Function<RandomGenerator, Thing>> THINGS = Map.of(
            "box", random -> new ColdBox(ROUTE, 0, false, random),
            "weak box", random -> new ColdBox(ROUTE, 0, true, random),
            "bay", random -> new Switch("occupied", new Route.Place(48.14, 11.58), 0.06, random),
            "lock", random -> new Lock(new Route.Place(52.52, 13.40), random),
            "valve", random -> new Valve(new Route.Place(52.09, 5.12), random),
            "water", random -> new Meter(Meter.Kind.WATER, random),
            "power", random -> new Meter(Meter.Kind.POWER, random),
            "greenhouse", random -> new Greenhouse(new Route.Place(51.9, 4.2), random),
            "press", Press::new);

    private static RandomGenerator random() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    }

    private static List<Measurement> hours(Thing thing, int hours) {
        List<Measurement> all = new ArrayList<>();
        for (long now = START_MS; now < START_MS + hours * HOUR_MS; now += thing.periodMs()) {
            all.addAll(thing.measure(now));
        }
        return all;
    }

    private static List<Double> numbers(List<Measurement> all, String name) {
        return all.stream()
                .filter(measurement -> measurement.name().equals(name))
                .map(measurement -> ((Value.Number) measurement.value()).value())
                .toList();
    }

    @Test
    void all_that_they_measure_is_a_payload_that_every_reader_takes() {
        THINGS.forEach((name, make) -> {
            Thing thing = make.apply(random());
            for (long now = START_MS; now < START_MS + HOUR_MS; now += thing.periodMs()) {
                assertThat(SenMl.decode(SenMlEncoder.encode(thing.measure(now)), now)
                                .isOk())
                        .as(name)
                        .isTrue();
            }
        });
    }

    @Test
    void the_same_seed_gives_the_same_values() {
        THINGS.forEach((name, make) ->
                assertThat(hours(make.apply(random()), 1)).as(name).isEqualTo(hours(make.apply(random()), 1)));
    }

    private static String obeyed(Obedient thing, String name, String params) throws Exception {
        var answer = thing.obey(name, new JsonMapper().readTree(params));
        return answer.outcome().label() + " " + answer.result();
    }

    @Test
    void a_lock_and_a_valve_do_what_they_are_told_and_measure_it() throws Exception {
        Lock lock = new Lock(new Route.Place(52.52, 13.40), random());
        assertThat(obeyed(lock, "lock", "null")).isEqualTo("executed {\"locked\":true}");
        assertThat(lock.measure(START_MS).getFirst().value()).isEqualTo(new Value.Flag(true));
        assertThat(obeyed(lock, "desired", "{\"locked\":false}")).isEqualTo("executed {\"locked\":false}");
        assertThat(lock.measure(START_MS).getFirst().value()).isEqualTo(new Value.Flag(false));
        assertThat(obeyed(lock, "desired", "{}")).startsWith("refused ");
        assertThat(obeyed(lock, "melt", "true")).isEqualTo("refused {\"unknown\":\"melt\"}");
        Valve valve = new Valve(new Route.Place(52.09, 5.12), random());
        assertThat(obeyed(valve, "open", "40")).isEqualTo("executed {\"opening\":40}");
        assertThat(valve.measure(START_MS).getFirst().value()).isEqualTo(new Value.Number(40));
        assertThat(obeyed(valve, "open", "{\"percent\":70}")).isEqualTo("executed {\"opening\":70}");
        assertThat(obeyed(valve, "open", "null")).isEqualTo("executed {\"opening\":100}");
        assertThat(obeyed(valve, "open", "101")).startsWith("refused ");
        assertThat(obeyed(valve, "close", "null")).isEqualTo("executed {\"opening\":0}");
        assertThat(((Value.Number) valve.measure(START_MS).get(1).value()).value())
                .isZero();
    }

    @Test
    void a_box_keeps_its_cold_and_a_weak_one_warms_up_now_and_then_and_recovers() {
        assertThat(numbers(hours(new ColdBox(ROUTE, 0, false, random()), 6), "temperature"))
                .allMatch(celsius -> celsius > 2 && celsius < 8);
        List<Double> weak = numbers(hours(new ColdBox(ROUTE, 0, true, random()), 6), "temperature");
        assertThat(weak).anyMatch(celsius -> celsius > 8).allMatch(celsius -> celsius > 2 && celsius < 21);
        assertThat(weak.stream().filter(celsius -> celsius < 8).count()).isGreaterThan(weak.size() / 3);
    }

    @Test
    void a_box_moves_along_its_route_without_jumps() {
        List<Measurement> all = hours(new ColdBox(ROUTE, 0, false, random()), 2);
        List<Double> lat = numbers(all, "lat");
        List<Double> lon = numbers(all, "lon");
        assertThat(lat).allMatch(value -> value > 49 && value < 53);
        assertThat(lon).allMatch(value -> value > 3 && value < 10);
        for (int i = 1; i < lat.size(); i++) {
            double moved = Math.hypot(lat.get(i) - lat.get(i - 1), lon.get(i) - lon.get(i - 1));
            assertThat(moved).as("degrees in two seconds").isLessThan(0.06);
        }
        assertThat(lat.getFirst()).isNotEqualTo(lat.getLast());
    }

    @Test
    void a_meters_sum_never_falls() {
        for (var meter : Map.of("water", "volume", "power", "energy").entrySet()) {
            List<Double> sum = numbers(hours(THINGS.get(meter.getKey()).apply(random()), 3), meter.getValue());
            assertThat(sum).isSorted();
            assertThat(sum.getLast()).isGreaterThan(sum.getFirst());
        }
    }

    @Test
    void a_greenhouse_is_warm_humid_and_lit_by_day() {
        List<Measurement> all = hours(new Greenhouse(new Route.Place(51.9, 4.2), random()), 24);
        assertThat(numbers(all, "temperature")).allMatch(celsius -> celsius > 5 && celsius < 40);
        assertThat(numbers(all, "humidity")).allMatch(percent -> percent >= 20 && percent <= 100);
        assertThat(numbers(all, "light")).contains(0.0).anyMatch(lux -> lux > 50_000);
    }

    @Test
    void this_machine_tells_what_it_has() {
        List<Measurement> all = new ThisMachine(folder).measure(START_MS);
        assertThat(all).isNotEmpty();
        for (String percent : List.of("cpu", "memory", "disk")) {
            assertThat(numbers(all, percent)).as(percent).allMatch(value -> value >= 0 && value <= 100);
        }
        assertThat(numbers(all, "memory")).hasSize(1);
    }

    @TempDir
    Path folder;
}
