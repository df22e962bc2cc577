package io.thingstead.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The check of a whole log finds whatever was changed in its rows.
class LogCheckTest {
    private final MemoryStore store = new MemoryStore();

    @BeforeEach
    void aLogOfTwoTilesAndMore() {
        try (var log = TestLog.started(store)) {
            log.submit(Contents.numbered(1, 600));
        }
    }

    @Test
    void an_untouched_log_is_sound() {
        var report = TestLog.check(store);

        assertThat(report.problems()).isEmpty();
        assertThat(report.isSound()).isTrue();
        assertThat(report.size()).isEqualTo(600).isEqualTo(report.checkpointSize());
        assertThat(report.root())
                .isEqualTo(Log.read(TestLog.ID, TestLog.ORIGIN, store).rootAt(600));
    }

    @Test
    void every_flipped_byte_of_a_content_is_found() {
        var key = Rows.leafKey(1, 300);
        var row = store.get(Column.CONTENT, key);
        // The first bytes say whose frame it is, which the commitment does not cover but the number does.
        for (int i = 0; i < row.length; i++) {
            var changed = row.clone();
            changed[i] ^= 1;
            store.write(store.newBatch().put(Column.CONTENT, key, changed));

            assertThat(problems()).as("byte %d", i).isNotEmpty();
        }
    }

    @Test
    void a_changed_missing_or_added_row_is_found() {
        found(Column.CONTENT, Rows.leafKey(1, 300), null, "leaf 301 follows leaf 299");
        found(Column.CONTENT, Rows.leafKey(1, 599), null, "covers 600 leaves, there are 599");
        found(Column.TILE, Rows.tileKey(1, 0, 1), null, "tile 1 of level 0 is missing");
        found(Column.TILE, Rows.tileKey(1, 0, 0), new byte[8192], "tile 0 of level 0 is another");
        found(Column.NUMBER, Rows.numberKey(0, 5), null, "number 5 of leaf 4");
        found(Column.NUMBER, Rows.numberKey(0, 5), Rows.place(1, 5), "number 5 of leaf 4");
        found(Column.NUMBER, Rows.numberKey(0, 601), Rows.place(1, 5), "601 numbers lead to 600 leaves");
        found(Column.CHECKPOINT, Rows.log(1), null, "no checkpoint");
        assertThat(problems()).isEmpty();
    }

    @Test
    void a_checkpoint_that_the_log_key_did_not_sign_is_found() {
        var row = store.get(Column.CHECKPOINT, Rows.log(1));
        row[row.length - 10] ^= 1;

        found(Column.CHECKPOINT, Rows.log(1), row, "checkpoint");
    }

    @Test
    void a_checkpoint_over_another_tree_is_found() {
        try (var other = TestLog.started(new MemoryStore())) {
            other.submit(Contents.numbered(1, 600));
            other.close();
            found(Column.CHECKPOINT, Rows.log(1), other.store.get(Column.CHECKPOINT, Rows.log(1)), "another root");
        }
    }

    @Test
    void a_large_log_tells_its_progress() {
        try (var log = TestLog.started(store)) {
            for (int n = 601; n < 66_000; n += 6540) log.submit(Contents.numbered(n, 6540));
        }
        var told = new ArrayList<Long>();

        var report = LogCheck.run(TestLog.ID, TestLog.NOTE_KEY, TestLog::verify, store, told::add);

        assertThat(report.problems()).isEmpty();
        assertThat(told).containsExactly(65_536L);
    }

    /// Changes one row, expects the check to say so, and puts the row back.
    private void found(Column column, byte[] key, byte[] value, String problem) {
        var before = store.get(column, key);
        put(column, key, value);
        assertThat(problems()).anySatisfy(text -> assertThat(text).contains(problem));
        put(column, key, before);
    }

    private void put(Column column, byte[] key, byte[] value) {
        var batch = store.newBatch();
        store.write(value == null ? batch.delete(column, key) : batch.put(column, key, value));
    }

    private List<String> problems() {
        return TestLog.check(store).problems();
    }
}
