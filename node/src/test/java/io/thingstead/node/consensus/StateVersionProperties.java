package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Every version reads as it was, whatever was written since, also while it is being written.
class StateVersionProperties {
    private final MemoryStore store = new MemoryStore();
    private final StoredValues stored = new StoredValues(store);

    private StateVersion write(StateVersion version, Map<String, byte[]> changes) {
        NavigableMap<String, byte[]> before = new TreeMap<>();
        changes.keySet().forEach(key -> before.put(key, stored.get(key)));
        StateVersion next = version.supersede(ValuesBefore.of(before));
        Batch batch = store.newBatch();
        changes.forEach((key, value) -> {
            if (value == null) {
                batch.delete(Column.STATE, StateKeys.bytes(key));
            } else {
                batch.put(Column.STATE, StateKeys.bytes(key), value);
            }
        });
        store.write(batch);
        return next;
    }

    private static TreeMap<String, Byte> all(StateVersion version, String from, String to, int limit) {
        TreeMap<String, Byte> all = new TreeMap<>();
        version.range(
                from,
                to,
                limit,
                (key, value) -> assertThat(all.put(key, value[0])).isNull());
        return all;
    }

    private static String key(int number) {
        return "k/" + (char) ('a' + number);
    }

    @Test
    void old_versions_read_as_a_copy_would() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<StateVersion> versions = new ArrayList<>();
        List<TreeMap<String, Byte>> copies = new ArrayList<>();
        versions.add(new StateVersion(stored));
        copies.add(new TreeMap<>());
        int compared = 0;
        for (int i = 0; i < 400; i++) {
            TreeMap<String, byte[]> changes = new TreeMap<>();
            TreeMap<String, Byte> copy = new TreeMap<>(copies.getLast());
            for (int c = random.nextInt(6); c >= 0; c--) {
                String key = key(random.nextInt(25));
                if (random.nextInt(3) == 0) {
                    changes.put(key, null);
                    copy.remove(key);
                } else {
                    changes.put(key, new byte[] {(byte) i});
                    copy.put(key, (byte) i);
                }
            }
            versions.add(write(versions.getLast(), changes));
            copies.add(copy);
            for (int look = 0; look < 10; look++, compared++) {
                int at = random.nextInt(versions.size());
                String key = key(random.nextInt(26));
                byte[] value = versions.get(at).get(key);
                assertThat(value == null ? null : value[0])
                        .isEqualTo(copies.get(at).get(key));
                String from = key(random.nextInt(26));
                String to = key(random.nextInt(26));
                int limit = random.nextInt(30);
                if (from.compareTo(to) <= 0) {
                    TreeMap<String, Byte> expected = new TreeMap<>();
                    copies.get(at).subMap(from, to).entrySet().stream()
                            .limit(limit)
                            .forEach(e -> expected.put(e.getKey(), e.getValue()));
                    assertThat(all(versions.get(at), from, to, limit)).isEqualTo(expected);
                }
            }
        }
        System.out.println(compared + " looks at old versions");
    }

    /// All keys always carry the same number in one version; a reader that sees two has seen half a write.
    @Test
    void a_reader_never_sees_half_a_write() throws InterruptedException {
        AtomicReference<StateVersion> newest = new AtomicReference<>(new StateVersion(stored));
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        newest.set(write(newest.get(), numbered(0)));
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                while (!over.get()) {
                    StateVersion version = newest.get();
                    byte first = version.get(key(0))[0];
                    for (int i = 0; i < 25; i++) {
                        assertThat(version.get(key(i))[0]).isEqualTo(first);
                    }
                    assertThat(all(version, "k/", "k/~", 100).values())
                            .hasSize(25)
                            .containsOnly(first);
                }
            } catch (Throwable e) {
                wrong.set(e);
            }
        });
        for (int i = 1; i < 3_000 && wrong.get() == null; i++) {
            newest.set(write(newest.get(), numbered(i)));
        }
        over.set(true);
        reader.join();
        assertThat(wrong.get()).isNull();
    }

    private static Map<String, byte[]> numbered(int number) {
        TreeMap<String, byte[]> changes = new TreeMap<>();
        for (int i = 0; i < 25; i++) {
            changes.put(key(i), new byte[] {(byte) number});
        }
        return changes;
    }
}
