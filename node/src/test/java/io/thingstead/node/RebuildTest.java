package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Value;
import io.thingstead.node.api.PartialNode;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import io.thingstead.node.view.SigningDevice;
import io.thingstead.node.view.series.DuckSeries;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `thingstead rebuild`: the series made again from the log are the series that were.
class RebuildTest {
    private static final long DAY_MS = 86_400_000;
    private static final String[] NAMES = {"temperature", "door", "note"};

    @TempDir
    Path folder;

    private final Random random = Seeded.random(RebuildTest.class);
    private final List<DeviceId> devices = new ArrayList<>();
    private String origin;
    private long size;

    /// A member with readings of several devices, kinds and months; some come late, some numbers never come.
    private Path lived() throws Exception {
        Path at = folder.resolve("member");
        try (PartialNode node = new PartialNode(at)) {
            for (int d = 0; d < 3; d++) {
                SigningDevice device = node.device("box-" + d);
                devices.add(device.id);
                for (int i = 0; i < 60; i++) {
                    if (random.nextInt(8) == 0) device.skip(random.nextInt(3));
                    long now = System.currentTimeMillis();
                    long measured = random.nextInt(3) == 0 ? now - random.nextLong(90 * DAY_MS) : now;
                    var value = Measurement.of("temperature", "Cel", random.nextInt(400) / 10.0, measured);
                    device.send(
                            now, value, new Measurement("door", null, new Value.Flag(random.nextBoolean()), measured));
                }
            }
            node.awaitViews();
            assertThat(node.failures).isEmpty();
            origin = node.core.log().reader().origin();
            size = node.core.log().reader().size();
        }
        return at;
    }

    /// All that the series answer.
    private List<Object> answers(Path at) {
        List<Object> answers = new ArrayList<>();
        try (DuckSeries series = DuckSeries.open(at.resolve("series"), origin, size, notice -> {
            throw new AssertionError(notice);
        })) {
            answers.add(series.next());
            answers.add(series.count());
            answers.add(sorted(series.latest()));
            for (DeviceId device : devices) {
                answers.add(sorted(series.recent(device, 1_000)));
                for (String name : NAMES) {
                    long now = System.currentTimeMillis() / DAY_MS * DAY_MS + 2 * DAY_MS;
                    answers.add(series.range(device, name, now - 100 * DAY_MS, now, 500));
                }
            }
        }
        return answers;
    }

    private static List<String> sorted(List<?> readings) {
        return readings.stream().map(Object::toString).sorted().toList();
    }

    @Test
    void rebuilt_series_equal_the_original() throws Exception {
        Path at = lived();
        List<Object> before = answers(at);
        assertThat((Long) before.get(1)).isEqualTo(360);
        List<String> says = new ArrayList<>();
        assertThat(Rebuild.run(at, says::add)).as("%s", says).isTrue();
        assertThat(answers(at)).isEqualTo(before);
    }

    /// Changes a row of the ledger's blocks while no node runs; null: takes it away.
    private static void changeBlock(Path at, long height, byte @Nullable [] value) {
        byte[] key = ByteBuffer.allocate(9).putLong(height).array();
        try (Store store = RocksStore.open(at.resolve("store"), e -> {
            throw new AssertionError(e);
        })) {
            assertThat(store.get(Column.BLOCK, key)).isNotNull();
            Batch batch = store.newBatch();
            store.write(value == null ? batch.delete(Column.BLOCK, key) : batch.put(Column.BLOCK, key, value));
        }
    }

    private static String rebuilt(Path at, int code) {
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said);
        assertThat(Thingstead.commandLine().setOut(to).setErr(to).execute("rebuild", "--data", at.toString()))
                .as(said.toString())
                .isEqualTo(code);
        return said.toString();
    }

    @Test
    void a_block_that_is_gone_or_damaged_is_said_with_what_to_do_and_the_rest_is_checked_all_the_same()
            throws Exception {
        Path at = lived();
        long newest;
        try (PartialNode node = new PartialNode(at)) {
            newest = node.core.ledger().head().height();
        }
        assertThat(newest).isGreaterThan(3);
        changeBlock(at, 3, new byte[] {1, 2, 3});
        assertThat(rebuilt(at, 1))
                .contains("NOT SOUND: ledger.block-damaged: block 3 cannot be read")
                .contains("What to do: check the disk, and copy the data folder")
                .contains("sound: " + size + " leaves")
                .contains("done: 360 readings");
        changeBlock(at, 3, null);
        assertThat(rebuilt(at, 1)).contains("NOT SOUND: ledger.block-missing: block 3 is missing. What to do:");
        try (PartialNode node = new PartialNode(at)) {
            node.awaitViews();
            assertThat(node.failures).as("it may go on, as was said").isEmpty();
            newest = node.core.ledger().head().height();
        }
        changeBlock(at, newest, new byte[] {1, 2, 3});
        assertThat(rebuilt(at, 1)).contains("ledger.block-damaged: block " + newest + " cannot be read");
    }

    @Test
    void series_that_are_gone_are_made_again_at_the_next_start() throws Exception {
        Path at = lived();
        List<Object> before = answers(at);
        delete(at.resolve("series"));
        try (PartialNode node = new PartialNode(at)) {
            node.awaitViews();
            assertThat(node.failures).isEmpty();
        }
        assertThat(answers(at)).isEqualTo(before);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
