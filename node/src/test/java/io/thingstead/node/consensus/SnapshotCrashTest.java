package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.Seeded;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.SnapshotOffer;
import io.thingstead.node.consensus.Application.TrustedHead;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.ledger.RandomBlocks;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import io.thingstead.node.storage.StoreException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Crashes where a complete snapshot takes the place of the state (`BlockRows.replace`): the ledger stands where it
/// stood, or at the snapshot, whole; the same snapshot is taken again and the ledger goes on to the same app hash.
class SnapshotCrashTest {
    private static final int BEFORE = 6;
    private static final int MEANWHILE = 12;

    private final Random random = Seeded.random(SnapshotCrashTest.class);
    private final RandomBlocks content = new RandomBlocks(random);
    private final MemoryStore givingStore = new MemoryStore();
    private final TestChain chain = TestChain.foundedForRandomBlocks(givingStore);
    private final StoredLedger giving = chain.ledger();
    private final MemoryStore.Disk disk = new MemoryStore.Disk();

    private static StoredLedger opened(Store store) {
        StoredLedger ledger = StoredLedger.open(store);
        ledger.show(ledger.info().height());
        return ledger;
    }

    private void goOn(int blocks) {
        for (int i = 0; i < blocks; i++) {
            long time = giving.info().blockTime() + content.gapMs();
            chain.block(new DecidedBlock(giving.info().height() + 1, time, content.transactions(time)));
        }
        // Something that every seed has: its key must be known after the snapshot.
        chain.block(chain.registration("acme:after-" + giving.info().height()));
    }

    private void take(StoredLedger ledger, SnapshotOffer offer) {
        BlockRecord block = giving.blocks().block(offer.height()).orElseThrow();
        var trusted = new TrustedHead(block.era(), block.height(), block.time(), block.headerHash(), block.appHash());
        assertThat(ledger.offer(offer, trusted)).isEmpty();
        for (int i = 0; i < offer.chunks(); i++) {
            assertThat(ledger.apply(i, giving.chunk(i))).isEmpty();
        }
    }

    private void catchUp(StoredLedger ledger) {
        for (long height = ledger.info().height() + 1; height <= giving.info().height(); height++) {
            BlockRecord block = giving.blocks().block(height).orElseThrow();
            ledger.finalizeBlock(new DecidedBlock(height, block.time(), block.transactions()));
            ledger.commit(height, block.header(), block.headerHash());
            ledger.certify(height, chain.sign(block.header()));
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_member_that_was_away_stands_where_it_stood_or_at_the_snapshot(Fault fault) {
        goOn(BEFORE);
        LedgerCrashTest.copied(givingStore, disk);
        crashes(fault, giving.info());
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_newcomer_stands_before_the_first_block_or_at_the_snapshot(Fault fault) {
        goOn(BEFORE);
        Store store = new MemoryStore(disk);
        StoredLedger.found(store, chain.id(), giving.info().era());
        crashes(fault, opened(store).info());
    }

    private void crashes(Fault fault, Application.Info stood) {
        long known = opened(new MemoryStore(disk)).reader().head().eventsSize();
        goOn(MEANWHILE);
        SnapshotOffer offer = giving.snapshot();
        Application.Info given = giving.info();
        StoredLedger crashing = opened(new FaultyStore(new MemoryStore(disk), fault, 1));
        assertThatThrownBy(() -> take(crashing, offer)).isInstanceOf(StoreException.class);
        assertThat(crashing.reader().head().height())
                .as("nothing is shown that may be lost")
                .isEqualTo(stood.height());

        StoredLedger after = opened(new MemoryStore(disk));
        boolean kept = fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED;
        assertThat(after.info()).usingRecursiveComparison().isEqualTo(kept ? given : stood);
        List<EventSpan> missing =
                List.of(new EventSpan(known, giving.reader().head().eventsSize()));
        assertThat(after.history().missing()).isEqualTo(kept ? missing : List.of());

        // The engine begins at a snapshot again, whichever it was.
        take(after, offer);
        assertThat(after.info()).usingRecursiveComparison().isEqualTo(given);
        assertThat(after.history().missing()).isEqualTo(missing);
        goOn(2);
        catchUp(after);
        StoredLedger reopened = opened(new MemoryStore(disk));
        assertThat(reopened.info()).usingRecursiveComparison().isEqualTo(giving.info());
        assertThat(reopened.reader().deviceCount()).isEqualTo(giving.reader().deviceCount());
        assertThat(reopened.history().missing()).isEqualTo(missing);
    }
}
