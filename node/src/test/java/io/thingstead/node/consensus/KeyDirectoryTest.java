package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValueSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Prepared keys are quick to get, few in memory, and never older than what was changed.
class KeyDirectoryTest {
    private static final MemberId ACME = new MemberId("acme");

    /// Values that count how often they are asked.
    private static final class Values implements ValueSource {
        private final TreeMap<String, byte[]> values = new TreeMap<>();
        private final AtomicLong scans = new AtomicLong();

        @Override
        public synchronized byte[] get(String key) {
            return values.get(key);
        }

        synchronized void put(KeyRecord record) {
            values.put(StateKeys.key(record.key().thumbprint()), record.encode());
        }

        @Override
        public synchronized void range(String from, String to, int limit, BiConsumer<String, byte[]> visitor) {
            scans.incrementAndGet();
            values.subMap(from, to).forEach(visitor);
        }
    }

    private final Values values = new Values();

    private static KeyRecord fresh(long number) {
        VerifyingKey key = SigningKey.generate(Algorithm.ED25519).key();
        return KeyRecord.fresh(key, "acme:box-" + number, ACME, KeyRole.DEVICE, number);
    }

    private static long hint(KeyRecord record) {
        return ByteBuffer.wrap(record.key().kid()).getLong();
    }

    private static String stateKey(KeyRecord record) {
        return StateKeys.key(record.key().thumbprint());
    }

    @Test
    void a_hint_that_nobody_has_never_reaches_the_store() {
        KeyDirectory directory = new KeyDirectory(100);
        for (long hint : new long[] {0, 1, -1, 77}) {
            assertThat(directory.byHint(hint, () -> values)).isEmpty();
        }
        assertThat(values.scans).hasValue(0);
    }

    @Test
    void a_key_is_prepared_once_and_again_when_it_changed() {
        KeyDirectory directory = new KeyDirectory(100);
        KeyRecord record = fresh(1);
        values.put(record);
        directory.add(stateKey(record));
        for (int i = 0; i < 10; i++) {
            assertThat(directory.byHint(hint(record), () -> values)).hasSize(1);
        }
        assertThat(values.scans).hasValue(1);
        values.put(record.ended(9, 9, null));
        directory.changed(List.of(stateKey(record), "device/acme:box"));
        assertThat(directory.byHint(hint(record), () -> values).getFirst().inForce())
                .isFalse();
        assertThat(values.scans).hasValue(2);
    }

    @Test
    void memory_is_bounded_and_every_key_is_found_all_the_same() {
        KeyDirectory directory = new KeyDirectory(20);
        List<KeyRecord> records =
                LongStream.range(0, 200).mapToObj(KeyDirectoryTest::fresh).toList();
        records.forEach(values::put);
        records.forEach(record -> directory.add(stateKey(record)));
        for (int round = 0; round < 3; round++) {
            for (KeyRecord record : records) {
                assertThat(directory.byHint(hint(record), () -> values))
                        .extracting(KeyRecord::owner)
                        .containsExactly(record.owner());
                assertThat(directory.prepared()).isLessThanOrEqualTo(22);
            }
        }
    }

    /// Readers prepare keys while they change: once the change is told, nobody may get the old record any more.
    @Test
    void a_reader_that_prepares_while_a_key_changes_leaves_nothing_old_behind() throws InterruptedException {
        KeyDirectory directory = new KeyDirectory(8);
        List<KeyRecord> records =
                LongStream.range(0, 12).mapToObj(KeyDirectoryTest::fresh).toList();
        records.forEach(values::put);
        records.forEach(record -> directory.add(stateKey(record)));
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(2);
        List<Thread> readers =
                List.of(reader(directory, records, over, reading), reader(directory, records, over, reading));
        reading.await();
        for (int change = 1; change < 2_000; change++) {
            KeyRecord record = records.get(change % records.size());
            values.put(record.ended(change, change, null));
            directory.changed(List.of(stateKey(record)));
            assertThat(directory.byHint(hint(record), () -> values).getFirst().validTo())
                    .isEqualTo(change);
        }
        over.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
    }

    private Thread reader(KeyDirectory directory, List<KeyRecord> records, AtomicBoolean over, CountDownLatch reading) {
        return Thread.ofPlatform().start(() -> {
            for (int i = 0; !over.get(); i++) {
                directory.byHint(hint(records.get(i % records.size())), () -> values);
                reading.countDown();
            }
        });
    }

    @Test
    void hints_are_kept_exactly() {
        KeyHints hints = new KeyHints();
        Random random = new Random(7);
        TreeSet<Long> model = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            long hint = i == 500 ? 0 : i % 2 == 0 ? random.nextLong() : i;
            hints.add(hint);
            model.add(hint);
        }
        model.forEach(hint -> assertThat(hints.mayContain(hint)).isTrue());
        for (int i = 0; i < 20_000; i++) {
            long hint = random.nextLong();
            assertThat(hints.mayContain(hint)).isEqualTo(model.contains(hint));
        }
    }
}
