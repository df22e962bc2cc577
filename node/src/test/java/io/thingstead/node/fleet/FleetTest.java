package io.thingstead.node.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.kit.model.Value;
import io.thingstead.node.MemberCore;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.live.LiveState;
import io.thingstead.node.view.live.Presence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The fleet of a real member, whose devices are registered on its ledger.
class FleetTest {
    private static final long T = 1_790_000_000_000L;

    @TempDir
    Path folder;

    private MemberCore core;
    private LiveState live;
    private Fleet fleet;

    @BeforeEach
    void open() {
        core = MemberCore.open(folder, NodeConfig.DEFAULT, System::currentTimeMillis, e -> {
            throw new IllegalStateException(e);
        });
        core.start();
        live = new LiveState(core.log().reader(), () -> T);
        fleet = new Fleet(core.member(), core.ledger(), live, Labels.open(core.store()), Hidden.open(core.store()));
    }

    @AfterEach
    void close() {
        fleet.close();
        core.close();
    }

    private static DeviceId id(String name) {
        return DeviceId.of("home:" + name);
    }

    private void register(String... names) {
        var devices =
                Stream.of(names).map(name -> RegisterDevice.withToken(id(name))).toList();
        assertThat(core.registrar().ask(List.of(new RegisterDevices(devices)))).isEmpty();
    }

    private void says(String device, long receivedMs, TrustLevel trust, String quantity, Value value) {
        long index = live.next();
        var reading = new Reading(quantity, null, value, receivedMs, false);
        var frame = new LoggedFrame(index, id(device), index + 1, trust, receivedMs, List.of(reading));
        live.take(List.of(frame), index + 1);
    }

    private void says(String device, long receivedMs, String quantity, double value) {
        says(device, receivedMs, TrustLevel.DEVICE_SIGNED, quantity, new Value.Number(value));
    }

    private FleetPage page(FleetQuery query) {
        return fleet.page(query, T);
    }

    private static List<String> names(FleetPage page) {
        return page.devices().stream().map(found -> found.device().id().name()).toList();
    }

    private static FleetQuery search(String text) {
        return query(text, Set.of(), FleetSort.NAME, false, Optional.empty(), 100);
    }

    private static FleetQuery query(
            String text,
            Set<Presence> states,
            FleetSort sort,
            boolean descending,
            Optional<FleetCursor> after,
            int limit) {
        return new FleetQuery(
                FleetQuery.words(text),
                states,
                Set.of(),
                Set.of(),
                sort == FleetSort.VALUE ? Optional.of("t") : Optional.empty(),
                false,
                Optional.empty(),
                sort,
                descending,
                after,
                limit);
    }

    @Test
    void names_are_sorted_as_people_count() {
        register("box-10", "box-2", "box-02", "box", "a9", "a10", "a-1", "box-2-b");
        assertThat(names(page(FleetQuery.ALL)))
                .containsExactly("a9", "a10", "a-1", "box", "box-02", "box-2", "box-2-b", "box-10");
        assertThat(names(page(query("box", Set.of(), FleetSort.NAME, true, Optional.empty(), 3))))
                .containsExactly("box-10", "box-2-b", "box-2");
    }

    @Test
    void a_word_is_found_in_name_label_role_and_quantity_and_all_words_must_be() {
        register("box-1", "box-2", "lock");
        says("box-1", T, "Temperature", 4);
        fleet.label(id("box-2"), "Käfig Nord");
        assertThat(names(page(search("temper")))).containsExactly("box-1");
        assertThat(names(page(search("KÄFIG")))).containsExactly("box-2");
        assertThat(names(page(search("token")))).containsExactly("box-1", "box-2", "lock");
        assertThat(names(page(search("box nord")))).containsExactly("box-2");
        assertThat(names(page(search("box-1 nord")))).isEmpty();
        assertThat(page(search("nobody")).counts().all()).isEqualTo(3);
        fleet.label(id("box-2"), null);
        assertThat(names(page(search("nord")))).isEmpty();
    }

    @Test
    void a_device_that_is_registered_later_is_found_at_once() {
        register("b");
        assertThat(names(page(FleetQuery.ALL))).containsExactly("b");
        register("c", "a");
        assertThat(names(page(FleetQuery.ALL))).containsExactly("a", "b", "c");
    }

    @Test
    void states_follow_the_time_and_each_count_leaves_out_its_own_filter() {
        register("live", "late", "silent", "never");
        says("live", T - 1_000, "t", 1);
        says("late", T - 200_000, TrustLevel.MEMBER_ATTESTED, "t", new Value.Flag(true));
        says("silent", T - 700_000, "u", 1);
        assertThat(fleet.figures(T).states().values()).containsExactly(1L, 1L, 1L, 1L);
        var found =
                page(query("", Set.of(Presence.SILENT, Presence.NEVER), FleetSort.NAME, false, Optional.empty(), 9));
        assertThat(names(found)).containsExactly("never", "silent");
        assertThat(found.counts().found()).isEqualTo(2);
        assertThat(found.counts().states().values()).containsExactly(1L, 1L, 1L, 1L);
        assertThat(fleet.figures(T).quantities()).containsExactly(Map.entry("t", 2L), Map.entry("u", 1L));
        assertThat(found.counts().trust()).containsEntry(TrustLevel.DEVICE_SIGNED, 1L);
        assertThat(fleet.page(FleetQuery.ALL, T + 3_600_000).counts().states())
                .containsEntry(Presence.SILENT, 3L)
                .containsEntry(Presence.LIVE, 0L);
    }

    @Test
    void what_is_on_a_part_of_the_map_is_found_over_the_date_line_too() {
        register("here", "there", "nowhere");
        place("here", 51.5, 179);
        place("there", 51.5, 4);
        says("nowhere", T, "t", 1);
        assertThat(within(new Box(170, 50, -170, 52))).containsExactly("here");
        assertThat(within(new Box(0, 50, 10, 52))).containsExactly("there");
        assertThat(within(new Box(0, 52, 10, 53))).isEmpty();
    }

    private void place(String device, double lat, double lon) {
        long index = live.next();
        var readings = List.of(
                new Reading("lat", "lat", new Value.Number(lat), T, false),
                new Reading("lon", "lon", new Value.Number(lon), T, false));
        live.take(
                List.of(new LoggedFrame(index, id(device), index + 1, TrustLevel.DEVICE_SIGNED, T, readings)),
                index + 1);
    }

    private List<String> within(Box box) {
        return names(page(new FleetQuery(
                List.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Optional.empty(),
                false,
                Optional.of(box),
                FleetSort.NAME,
                false,
                Optional.empty(),
                9)));
    }

    /// Pages of any size, by any column and either way, hold each device once and in one order.
    @Test
    void pages_hold_each_device_once_in_the_order_that_was_asked_for() {
        Random random = Seeded.random(FleetTest.class);
        int many = 60;
        register(Stream.iterate(0, i -> i + 1).limit(many).map(i -> "d-" + i).toArray(String[]::new));
        for (int i = 0; i < many; i++) {
            if (random.nextInt(3) == 0) fleet.label(id("d-" + i), "label " + random.nextInt(5));
            if (random.nextInt(5) > 0) {
                var value = switch (random.nextInt(3)) {
                    case 0 -> new Value.Number(random.nextInt(4) - 2);
                    case 1 -> new Value.Text("é" + random.nextInt(3));
                    default -> new Value.Flag(random.nextBoolean());
                };
                var trust = TrustLevel.values()[random.nextInt(3)];
                says("d-" + i, T - random.nextInt(4) * 100_000L, trust, random.nextBoolean() ? "t" : "u", value);
            }
        }
        for (FleetSort sort : FleetSort.values()) {
            for (boolean descending : new boolean[] {false, true}) {
                FleetQuery whole = query("", Set.of(), sort, descending, Optional.empty(), 1_000);
                List<String> all = names(page(whole));
                int limit = 1 + random.nextInt(20);
                var paged = new ArrayList<String>();
                Optional<FleetCursor> after = Optional.empty();
                do {
                    FleetPage page = page(query("", Set.of(), sort, descending, after, limit));
                    paged.addAll(names(page));
                    after = page.next().flatMap(cursor -> FleetCursor.decode(cursor.encode()));
                    assertThat(page.next().isPresent()).isEqualTo(after.isPresent());
                } while (after.isPresent());
                assertThat(paged).as("%s %s by %s", sort, descending, limit).isEqualTo(all);
                assertThat(all).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void those_without_a_value_stand_last_whichever_way_it_is_sorted() {
        register("a", "b", "c");
        says("a", T, "t", 3);
        says("c", T, "t", 7);
        assertThat(names(page(byValue(false)))).containsExactly("a", "c");
        assertThat(names(page(byValue(true)))).containsExactly("c", "a");
        assertThat(names(page(query("", Set.of(), FleetSort.HEARD, false, Optional.empty(), 9))))
                .endsWith("b");
        assertThat(names(page(query("", Set.of(), FleetSort.HEARD, true, Optional.empty(), 9))))
                .endsWith("b");
    }

    private static FleetQuery byValue(boolean descending) {
        return query("", Set.of(), FleetSort.VALUE, descending, Optional.empty(), 9);
    }

    @Test
    void a_label_is_a_line_that_shows_something() {
        for (String good : List.of("Kitchen", "北の倉庫", "Box №7 – left", "x".repeat(80)))
            assertThat(Labels.isWellFormed(good)).as(good).isTrue();
        for (String bad : List.of("", "  ", "two\nlines", "\u202eabc", "\u0000", "x".repeat(81), "\ud800"))
            assertThat(Labels.isWellFormed(bad)).as(bad).isFalse();
    }

    private void isAt(String device, long receivedMs, double lat, double lon) {
        long index = live.next();
        var readings = List.of(
                new Reading("lat", "lat", new Value.Number(lat), receivedMs, false),
                new Reading("lon", "lon", new Value.Number(lon), receivedMs, false));
        var frame = new LoggedFrame(index, id(device), index + 1, TrustLevel.DEVICE_SIGNED, receivedMs, readings);
        live.take(List.of(frame), index + 1);
    }

    @Test
    void devices_that_are_close_to_each_other_are_one_cluster_until_the_map_is_looked_at_closely() {
        register("a", "b", "c", "d", "placeless", "never");
        isAt("a", T, 52.51, 13.41);
        isAt("b", T - 86_400_000, 52.53, 13.43);
        isAt("c", T, 52.52, 13.42);
        isAt("d", T - 86_400_000, -33.9, 151.2);
        says("placeless", T, "temperature", 4);
        fleet.label(id("d"), "Far away");

        var world = fleet.map(Box.WORLD, 16, T);
        assertThat(world).hasSize(2);
        var berlin =
                world.stream().filter(each -> each.only().isEmpty()).findFirst().orElseThrow();
        assertThat(berlin.states()).containsEntry(Presence.LIVE, 2L).containsEntry(Presence.SILENT, 1L);
        assertThat(berlin.middle().lat()).isCloseTo(52.52, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(berlin.around()).isEqualTo(new Box(13.41, 52.51, 13.43, 52.53));
        var sydney = world.stream()
                .filter(each -> each.only().isPresent())
                .findFirst()
                .orElseThrow();
        assertThat(sydney.only().orElseThrow().label()).contains("Far away");

        var close = fleet.map(new Box(13.40, 52.50, 13.44, 52.54), 16, T);
        assertThat(close).hasSize(3).allMatch(each -> each.only().isPresent());
        assertThat(fleet.map(new Box(13.40, 52.50, 13.415, 52.54), 16, T)).hasSize(1);
        // over the date line, from the far east to the far west
        assertThat(fleet.map(new Box(150, -40, -170, 0), 16, T)).hasSize(1);
    }

    @Test
    void a_map_has_all_devices_that_are_there_whichever_part_is_looked_at() {
        Random random = Seeded.random(FleetTest.class);
        var names = new ArrayList<String>();
        for (int i = 0; i < 300; i++) names.add("m-" + i);
        register(names.toArray(String[]::new));
        var places = new ArrayList<double[]>();
        for (String name : names) {
            double[] place = {random.nextDouble(-90, 90), random.nextDouble(-180, 180)};
            places.add(place);
            isAt(name, T, place[0], place[1]);
        }
        for (int i = 0; i < 50; i++) {
            double west = random.nextDouble(-180, 180);
            double south = random.nextDouble(-90, 90);
            var box = new Box(west, south, random.nextDouble(west, 180), random.nextDouble(south, 90));
            int across = random.nextInt(1, 41);
            var clusters = fleet.map(box, across, T);
            long there = places.stream()
                    .filter(place -> place[0] >= box.south()
                            && place[0] <= box.north()
                            && place[1] >= box.west()
                            && place[1] <= box.east())
                    .count();
            assertThat(clusters.stream()
                            .mapToLong(each -> each.states().get(Presence.LIVE))
                            .sum())
                    .isEqualTo(there);
        }
    }
}
