package io.thingstead.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.node.storage.StoreException.Category;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store must do.
abstract class StoreCompliance {
    private Store store;

    /// Opens the store; the second time in a test, what the first one wrote is there.
    abstract Store open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void a_key_that_was_never_written_has_no_value() {
        assertThat(store.get(Column.META, key("nothing"))).isNull();
    }

    @Test
    void a_batch_is_found_whole_after_it_was_written() {
        store.write(store.newBatch()
                .put(Column.META, key("a"), key("1"))
                .put(Column.STATE, key("a"), key("2"))
                .put(Column.EVENT, key("b"), new byte[0]));

        assertThat(store.get(Column.META, key("a"))).isEqualTo(key("1"));
        assertThat(store.get(Column.STATE, key("a"))).isEqualTo(key("2"));
        assertThat(store.get(Column.EVENT, key("b"))).isEmpty();
        assertThat(store.get(Column.EVENT, key("a"))).isNull();
    }

    @Test
    void changes_of_a_batch_count_in_their_order() {
        store.write(store.newBatch().put(Column.META, key("gone"), key("1")).delete(Column.META, key("gone")));
        store.write(store.newBatch().delete(Column.META, key("kept")).put(Column.META, key("kept"), key("2")));

        assertThat(store.get(Column.META, key("gone"))).isNull();
        assertThat(store.get(Column.META, key("kept"))).isEqualTo(key("2"));
    }

    @Test
    void an_unwritten_batch_changes_nothing() {
        var batch = store.newBatch().put(Column.META, key("a"), key("1"));

        assertThat(store.get(Column.META, key("a"))).isNull();
        assertThat(batch.isEmpty()).isFalse();
        assertThat(batch.sizeBytes()).isEqualTo(2);
    }

    @Test
    void what_was_written_is_there_after_reopening() {
        store.write(store.newBatch().put(Column.META, key("a"), key("1")).put(Column.BLOCK, key("b"), key("2")));
        store.write(store.newBatch().delete(Column.BLOCK, key("b")));
        store.close();
        store = open();

        assertThat(store.get(Column.META, key("a"))).isEqualTo(key("1"));
        assertThat(store.get(Column.BLOCK, key("b"))).isNull();
    }

    @Test
    void many_keys_are_answered_in_their_order() {
        store.write(store.newBatch().put(Column.META, key("a"), key("1")).put(Column.META, key("c"), key("3")));

        assertThat(store.multiGet(Column.META, List.of(key("c"), key("b"), key("a"))))
                .containsExactly(key("3"), null, key("1"));
        assertThat(store.multiGet(Column.META, List.of())).isEmpty();
    }

    @Test
    void a_scan_shows_the_state_at_its_opening() {
        store.write(store.newBatch().put(Column.META, key("a"), key("1")).put(Column.META, key("b"), key("2")));
        try (var scan = store.scan(Column.META, key(""), null)) {
            store.write(store.newBatch()
                    .delete(Column.META, key("a"))
                    .put(Column.META, key("b"), key("new"))
                    .put(Column.META, key("c"), key("3")));

            assertThat(drained(scan)).containsExactly("a=1", "b=2");
        }
    }

    @Test
    void bytes_above_127_come_after_the_lower_ones() {
        var low = new byte[] {0x7f};
        var high = new byte[] {(byte) 0x80};
        store.write(store.newBatch().put(Column.META, high, key("high")).put(Column.META, low, key("low")));

        try (var scan = store.scan(Column.META, new byte[0], null)) {
            assertThat(scan.next()).isTrue();
            assertThat(scan.key()).isEqualTo(low);
            assertThat(scan.next()).isTrue();
            assertThat(scan.key()).isEqualTo(high);
            assertThat(scan.next()).isFalse();
        }
        assertThat(store.last(Column.META, low, high).key()).isEqualTo(low);
    }

    @Test
    void ranges_agree_with_a_sorted_map() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var model = new TreeMap<byte[], byte[]>(Arrays::compareUnsigned);
        for (int round = 0; round < 50; round++) {
            var batch = store.newBatch();
            for (int i = random.nextInt(20); i >= 0; i--) {
                var key = randomKey(random);
                if (random.nextInt(4) == 0) {
                    batch.delete(Column.NUMBER, key);
                    model.remove(key);
                } else {
                    var value = new byte[random.nextInt(40)];
                    random.nextBytes(value);
                    batch.put(Column.NUMBER, key, value);
                    model.put(key, value);
                }
            }
            store.write(batch);
            var from = randomKey(random);
            var to = random.nextInt(5) == 0 ? null : randomKey(random);
            var expected = to == null
                    ? model.tailMap(from)
                    : Arrays.compareUnsigned(from, to) < 0 ? model.subMap(from, to) : new TreeMap<byte[], byte[]>();

            var keys = new ArrayList<String>();
            try (var scan = store.scan(Column.NUMBER, from, to)) {
                while (scan.next()) keys.add(hex(scan.key()) + "=" + hex(scan.value()));
            }
            assertThat(keys)
                    .isEqualTo(expected.entrySet().stream()
                            .map(e -> hex(e.getKey()) + "=" + hex(e.getValue()))
                            .toList());
            var last = store.last(Column.NUMBER, from, to);
            if (expected.isEmpty()) assertThat(last).isNull();
            else assertThat(last.key()).isEqualTo((new TreeMap<>(expected)).lastKey());
        }
    }

    @Test
    void batches_of_several_threads_are_seen_whole() throws InterruptedException {
        var ready = new CountDownLatch(1);
        var torn = new AtomicReference<String>();
        var writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 200; i++) {
                var value = key(Integer.toString(i));
                store.write(store.newBatch().put(Column.META, key("x"), value).put(Column.META, key("y"), value));
                ready.countDown();
            }
        });
        ready.await();
        while (writer.isAlive()) {
            try (var scan = store.scan(Column.META, key(""), null)) {
                var seen = drained(scan);
                if (!seen.get(0).substring(2).equals(seen.get(1).substring(2))) torn.set(seen.toString());
            }
        }
        writer.join();

        assertThat(torn).hasValue(null);
        assertThat(store.get(Column.META, key("y"))).isEqualTo(key("199"));
    }

    @Test
    void a_closed_store_says_so() {
        store.write(store.newBatch().put(Column.META, key("a"), key("1")));
        var scan = store.scan(Column.META, key(""), null);
        store.close();

        assertThatThrownBy(() -> store.get(Column.META, key("a"))).satisfies(StoreCompliance::isClosed);
        assertThatThrownBy(() -> store.write(store.newBatch().put(Column.META, key("a"), key("2"))))
                .satisfies(StoreCompliance::isClosed);
        assertThatThrownBy(scan::next).satisfies(StoreCompliance::isClosed);
        scan.close();
        store.close();
        store = open();
        assertThat(store.get(Column.META, key("a"))).isEqualTo(key("1"));
    }

    private static void isClosed(Throwable trouble) {
        assertThat(((StoreException) trouble).category()).isEqualTo(Category.CLOSED);
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] randomKey(Random random) {
        var key = new byte[1 + random.nextInt(3)];
        random.nextBytes(key);
        key[0] &= 0x07;
        return key;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static List<String> drained(Scan scan) {
        var all = new ArrayList<String>();
        while (scan.next()) all.add(new String(scan.key()) + "=" + new String(scan.value()));
        return all;
    }
}
