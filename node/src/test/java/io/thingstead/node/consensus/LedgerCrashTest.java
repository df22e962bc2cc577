package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.ledger.RandomBlocks;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Crashes at each write: a block is on the ledger whole or not at all, and the ledger goes on to the same app hash.
class LedgerCrashTest {
    private static final int BLOCKS = 12;

    /// The blocks, and the app hash after each, without any crash.
    private static final class Course {
        private final List<DecidedBlock> blocks = new ArrayList<>();
        private final List<byte[]> appHashes = new ArrayList<>();

        Course(long seed, TestChain chain) {
            RandomBlocks content = new RandomBlocks(new Random(seed));
            for (int i = 0; i < BLOCKS; i++) {
                long time = chain.ledger().info().blockTime() + content.gapMs();
                blocks.add(new DecidedBlock(2 + i, time, content.transactions(time)));
                chain.block(blocks.getLast());
                appHashes.add(chain.ledger().info().appHash());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_crash_in_any_block_leaves_it_whole_or_not_at_all(Fault fault) {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        MemoryStore first = new MemoryStore();
        TestChain founded = TestChain.foundedForRandomBlocks(first);
        Course course = new Course(seed, founded.reopened(copied(first, new MemoryStore.Disk())));
        for (int crash = 1; crash <= BLOCKS; crash++) {
            MemoryStore.Disk disk = new MemoryStore.Disk();
            copied(first, disk);
            TestChain faulty = founded.reopened(new FaultyStore(new MemoryStore(disk), fault, crash));
            for (int i = 0; i < crash - 1; i++) {
                faulty.block(course.blocks.get(i));
            }
            DecidedBlock crashing = course.blocks.get(crash - 1);
            long certified = faulty.reader().head().height();
            assertThatThrownBy(() -> faulty.block(crashing)).isInstanceOf(StoreException.class);
            assertThat(faulty.reader().head().height())
                    .as("nothing is shown that may be lost")
                    .isEqualTo(certified);

            TestChain after = founded.reopened(new MemoryStore(disk));
            boolean kept = fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED;
            assertThat(after.ledger().info().height()).isEqualTo(crashing.height() - (kept ? 0 : 1));
            assertThat(after.ledger().isCertified()).isTrue();
            for (int i = kept ? crash : crash - 1; i < BLOCKS; i++) {
                after.block(course.blocks.get(i));
                assertThat(after.ledger().info().appHash()).isEqualTo(course.appHashes.get(i));
            }
            assertThat(LedgerReplay.of(new MemoryStore(disk)).fault()).isNull();
        }
    }

    /// Another store with the same contents, so that all courses begin with the same founding block.
    static MemoryStore copied(MemoryStore from, MemoryStore.Disk to) {
        MemoryStore copy = new MemoryStore(to);
        Batch batch = copy.newBatch();
        for (Column column : Column.values()) {
            try (Scan scan = from.scan(column, new byte[0], null)) {
                while (scan.next()) {
                    batch.put(column, scan.key(), scan.value());
                }
            }
        }
        copy.write(batch);
        return copy;
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_crash_while_the_ledger_is_founded_leaves_it_with_its_member_or_none(Fault fault) {
        MemoryStore.Disk disk = new MemoryStore.Disk();
        FaultyStore faulty = new FaultyStore(new MemoryStore(disk), fault, 1);
        assertThatThrownBy(() -> TestChain.foundedForRandomBlocks(faulty)).isInstanceOf(StoreException.class);
        MemoryStore after = new MemoryStore(disk);
        if (fault == Fault.BEFORE_IT_IS_PERSISTED) {
            assertThat(StoredLedger.isFounded(after)).isFalse();
            TestChain.foundedForRandomBlocks(after);
        }
        assertThat(StoredLedger.open(after).info().height()).isEqualTo(1);
        assertThat(LedgerReplay.of(after).fault()).isNull();
    }

    @Test
    void what_a_reader_held_before_the_crash_stays_readable() {
        MemoryStore.Disk disk = new MemoryStore.Disk();
        TestChain founded = TestChain.founded(new MemoryStore(disk));
        FaultyStore store = new FaultyStore(new MemoryStore(disk), Fault.BEFORE_IT_IS_ACKNOWLEDGED, 1);
        TestChain faulty = founded.reopened(store);
        var head = faulty.reader().certified().orElseThrow();
        byte[] before = head.prove("log/acme/1").orElseThrow().value();
        assertThatThrownBy(() -> faulty.block(founded.registration("acme:box"))).isInstanceOf(StoreException.class);
        assertThat(head.prove("log/acme/1").orElseThrow().value()).isEqualTo(before);
        assertThat(head.prove("device/acme:box")).isEmpty();
        assertThat(head.proveAbsence("device/acme:box")).isPresent();
    }
}
