package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import io.thingstead.node.storage.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Old blocks go, a few with each new one; events, state and proofs stay.
class BlockPruningTest {
    private static final int KEEP = 5;

    private static int rows(Store store) {
        int rows = 0;
        try (Scan scan = store.scan(Column.BLOCK, new byte[0], null)) {
            while (scan.next()) {
                rows++;
            }
        }
        return rows;
    }

    private static void grow(TestChain chain, int blocks) {
        for (int i = 0; i < blocks; i++) {
            chain.block(chain.registration("acme:box-" + chain.ledger().info().height()));
        }
    }

    private static void assertReadable(LedgerReader reader, long height) {
        assertThat(reader.firstBlock()).isEqualTo(height - KEEP + 1);
        assertThat(reader.block(height - KEEP)).isEmpty();
        assertThat(reader.certificate(height - KEEP)).isEmpty();
        assertThat(reader.block(height - KEEP + 1)).isPresent();
        assertThat(reader.block(height).orElseThrow().certificate()).isPresent();
        for (long number = 0; number < reader.head().eventsSize(); number++) {
            assertThat(reader.event(number)).as("event " + number).isPresent();
        }
        assertThat(reader.certified().orElseThrow().eventPath(0)).isNotEmpty();
        assertThat(reader.device(DeviceId.of("acme:box-1"))).isNotNull();
    }

    @Test
    void blocks_go_in_bounded_steps_until_so_many_are_left_and_all_else_stays() {
        MemoryStore.Disk disk = new MemoryStore.Disk();
        Store store = new MemoryStore(disk);
        TestChain chain = TestChain.founded(store);
        grow(chain, 300);
        int all = rows(store);
        chain.ledger().keepBlocks(KEEP);
        grow(chain, 1);
        assertThat(all - rows(store)).as("at once").isBetween(64, BlockPruning.MOST_ROWS + 2);
        grow(chain, 6);
        long height = chain.ledger().info().height();
        assertThat(rows(store)).as("each block and its certificate").isLessThanOrEqualTo(2 * KEEP);
        assertReadable(chain.reader(), height);

        TestChain again = chain.reopened(new MemoryStore(disk));
        assertReadable(again.reader(), height);
        again.ledger().keepBlocks(KEEP);
        grow(again, 20);
        assertReadable(again.reader(), height + 20);
        assertThat(rows(store)).isLessThanOrEqualTo(2 * KEEP);
        assertThat(LedgerReplay.of(store).fault()).isEqualTo("block 1 is not kept here any more");
    }

    @Test
    void without_a_limit_all_blocks_stay() {
        Store store = new MemoryStore();
        TestChain chain = TestChain.founded(store);
        chain.ledger().keepBlocks(0);
        grow(chain, 50);
        assertThat(chain.reader().firstBlock()).isEqualTo(1);
        assertThat(LedgerReplay.of(store).fault()).isNull();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_crash_while_blocks_go_leaves_them_or_lets_them_go_with_the_new_block(Fault fault) {
        MemoryStore.Disk disk = new MemoryStore.Disk();
        TestChain chain = TestChain.founded(new MemoryStore(disk));
        grow(chain, 40);
        long height = chain.ledger().info().height();
        TestChain faulty = chain.reopened(new FaultyStore(new MemoryStore(disk), fault, 1));
        faulty.ledger().keepBlocks(KEEP);
        assertThatThrownBy(() -> grow(faulty, 1)).isInstanceOf(StoreException.class);

        TestChain after = chain.reopened(new MemoryStore(disk));
        boolean kept = fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED;
        assertThat(after.ledger().info().height()).isEqualTo(height + (kept ? 1 : 0));
        assertThat(after.reader().firstBlock()).isEqualTo(kept ? height + 1 - KEEP + 1 : 1);
        after.ledger().keepBlocks(KEEP);
        grow(after, 3);
        assertReadable(after.reader(), after.ledger().info().height());
    }
}
