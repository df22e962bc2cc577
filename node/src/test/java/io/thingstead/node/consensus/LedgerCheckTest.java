package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.Seeded;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.SnapshotOffer;
import io.thingstead.node.consensus.Application.TrustedHead;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.ledger.RandomBlocks;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import io.thingstead.node.storage.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is wrong with a ledger in a store is said under a stable code, with what to do; blocks that this member never
/// had, or that went with time, are nothing wrong.
class LedgerCheckTest {
    private final Random random = Seeded.random(LedgerCheckTest.class);
    private final RandomBlocks content = new RandomBlocks(random);
    private final Store store = new MemoryStore();
    private final TestChain chain = TestChain.foundedForRandomBlocks(store);
    private final StoredLedger ledger = chain.ledger();

    private void goOn(int blocks) {
        for (int i = 0; i < blocks; i++) {
            long time = ledger.info().blockTime() + content.gapMs();
            chain.block(new DecidedBlock(ledger.info().height() + 1, time, content.transactions(time)));
        }
        chain.block(chain.registration("acme:after-" + ledger.info().height()));
    }

    private static LedgerCheck.Report check(Store store) {
        return LedgerCheck.of(store, _ -> {});
    }

    private static void assertSays(Store store, LedgerDamage damage, String what) {
        LedgerCheck.Report report = check(store);
        assertThat(report.isSound()).as(report.found()).isFalse();
        assertThat(report.found())
                .startsWith(damage.code() + ": " + what)
                .contains("What to do: check the disk, and copy the data folder");
    }

    /// Another member of the same ledger: it has the blocks up to now, misses the next ones, takes a snapshot, fetches
    /// the events between, and goes on.
    private Store awayMeanwhile(int missed) {
        Store other = new MemoryStore();
        StoredLedger.found(other, chain.id(), ledger.info().era());
        StoredLedger back = StoredLedger.open(other);
        follow(back);
        goOn(missed);
        takeSnapshot(back);
        goOn(3);
        follow(back);
        return other;
    }

    private void takeSnapshot(StoredLedger back) {
        SnapshotOffer offer = ledger.snapshot();
        BlockRecord block = ledger.blocks().block(offer.height()).orElseThrow();
        var trusted = new TrustedHead(block.era(), block.height(), block.time(), block.headerHash(), block.appHash());
        assertThat(back.offer(offer, trusted)).isEmpty();
        for (int i = 0; i < offer.chunks(); i++) {
            assertThat(back.apply(i, ledger.chunk(i))).isEmpty();
        }
        fetchEvents(back);
    }

    private void fetchEvents(StoredLedger back) {
        while (!back.history().missing().isEmpty()) {
            EventSpan gap = back.history().missing().getFirst();
            EventPart part = ledger.history().part(gap.from(), gap.to()).orElseThrow();
            assertThat(back.history().take(gap, part)).isEmpty();
        }
    }

    private void follow(StoredLedger back) {
        for (long height = back.info().height() + 1; height <= ledger.info().height(); height++) {
            BlockRecord block = ledger.blocks().block(height).orElseThrow();
            back.finalizeBlock(new DecidedBlock(height, block.time(), block.transactions()));
            back.commit(height, block.header(), block.headerHash());
            back.certify(height, chain.sign(block.header()));
        }
    }

    private static List<byte[]> keys(Store store, Column column) {
        List<byte[]> keys = new ArrayList<>();
        try (Scan scan = store.scan(column, new byte[0], null)) {
            while (scan.next()) {
                keys.add(scan.key());
            }
        }
        return keys;
    }

    @Test
    void a_block_in_the_middle_that_is_missing_or_damaged_is_named() {
        goOn(10);
        assertThat(check(store))
                .isEqualTo(new LedgerCheck.Report(
                        true,
                        ledger.info().height() + " blocks, "
                                + chain.reader().head().eventsSize() + " events"));
        byte[] key = LedgerRows.block(5);
        byte[] good = store.get(Column.BLOCK, key);
        store.write(store.newBatch().delete(Column.BLOCK, key));
        assertSays(store, LedgerDamage.BLOCK_MISSING, "block 5 is missing");
        store.write(store.newBatch().put(Column.BLOCK, key, Arrays.copyOf(good, good.length / 2)));
        assertSays(store, LedgerDamage.BLOCK_DAMAGED, "block 5 cannot be read");
        store.write(store.newBatch().put(Column.BLOCK, key, good));
        byte[] certificate = LedgerRows.certificate(6);
        byte[] signed = store.get(Column.BLOCK, certificate);
        store.write(store.newBatch().put(Column.BLOCK, certificate, new byte[signed.length]));
        assertSays(store, LedgerDamage.BLOCK_DAMAGED, "the signature of block 6 is wrong");
        store.write(store.newBatch().put(Column.BLOCK, certificate, signed));
        assertThat(check(store).isSound()).isTrue();
    }

    @Test
    void a_member_that_was_away_is_sound_without_the_blocks_that_it_never_had() {
        goOn(4);
        long left = ledger.info().height();
        Store away = awayMeanwhile(6);
        LedgerCheck.Report report = check(away);
        assertThat(report.isSound()).as(report.found()).isTrue();
        // The founding, five blocks until it left, four after it came back.
        assertThat(report.found()).contains("; " + (left + 4) + " blocks and ");
        assertThat(BlockGaps.of(away).gaps()).containsExactly(new BlockGaps.Gap(left + 1, left + 7));

        for (byte[] key : keys(away, Column.BLOCK)) {
            byte[] good = away.get(Column.BLOCK, key);
            if (LedgerRows.isBlock(key)) {
                away.write(away.newBatch().delete(Column.BLOCK, key));
                assertSays(away, LedgerDamage.BLOCK_MISSING, "block ");
            }
            byte[] bad = good.clone();
            bad[random.nextInt(8)] ^= (byte) (1 << random.nextInt(8));
            away.write(away.newBatch().put(Column.BLOCK, key, bad));
            assertThat(check(away).isSound()).as(check(away).found()).isFalse();
            away.write(away.newBatch().put(Column.BLOCK, key, good));
        }
        for (byte[] key : keys(away, Column.EVENT)) {
            if (key.length == Long.BYTES) {
                byte[] good = away.get(Column.EVENT, key);
                away.write(away.newBatch().delete(Column.EVENT, key));
                assertSays(away, LedgerDamage.DIFFERS, "event ");
                byte[] bad = good.clone();
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                away.write(away.newBatch().put(Column.EVENT, key, bad));
                assertSays(away, LedgerDamage.DIFFERS, "the events are not those");
                away.write(away.newBatch().put(Column.EVENT, key, good));
            }
        }
        assertThat(check(away)).isEqualTo(report);
    }

    @Test
    void the_newest_block_whose_signature_is_not_written_yet_is_compared_with_its_header() {
        goOn(4);
        Store away = awayMeanwhile(6);
        long newest = ledger.info().height();
        byte[] good = away.get(Column.BLOCK, LedgerRows.block(newest));
        assertThat(away.get(Column.BLOCK, LedgerRows.certificate(newest))).isNull();
        byte[] bad = good.clone();
        bad[7] ^= 1; // in its time
        assertThat(BlockRecord.decode(bad).time())
                .isNotEqualTo(BlockRecord.decode(good).time());
        away.write(away.newBatch().put(Column.BLOCK, LedgerRows.block(newest), bad));
        assertSays(away, LedgerDamage.BLOCK_DAMAGED, "block " + newest + " is not what was written");
    }

    @Test
    void newcomers_and_those_who_come_back_twice_are_sound_too() {
        goOn(4);
        Store newcomer = new MemoryStore();
        StoredLedger.found(newcomer, chain.id(), ledger.info().era());
        StoredLedger joining = StoredLedger.open(newcomer);
        takeSnapshot(joining);
        goOn(2);
        takeSnapshot(joining);
        long first = ledger.info().height();
        assertThat(BlockGaps.of(newcomer).gaps()).containsExactly(new BlockGaps.Gap(1, first));
        goOn(2);
        follow(joining);
        goOn(2);
        takeSnapshot(joining);
        goOn(2);
        follow(joining);
        assertThat(BlockGaps.of(newcomer).gaps())
                .containsExactly(new BlockGaps.Gap(1, first), new BlockGaps.Gap(first + 4, first + 6));
        assertThat(check(newcomer).isSound()).as(check(newcomer).found()).isTrue();
    }

    @Test
    void where_old_blocks_went_the_newer_ones_are_looked_at() {
        ledger.keepBlocks(10);
        goOn(30);
        LedgerCheck.Report report = check(store);
        assertThat(report.isSound()).as(report.found()).isTrue();
        assertThat(report.found()).contains("; 10 blocks and ");
        store.write(store.newBatch()
                .delete(Column.BLOCK, LedgerRows.block(ledger.info().height() - 4)));
        assertSays(store, LedgerDamage.BLOCK_MISSING, "block " + (ledger.info().height() - 4) + " is missing");
    }

    @Test
    void a_state_that_does_not_give_its_app_hash_is_not_opened() {
        goOn(3);
        store.write(store.newBatch().delete(Column.STATE, StateKeys.bytes("member/acme")));
        assertThatThrownBy(() -> StoredLedger.open(store))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(
                        "ledger.state-damaged: the ledger's state does not give its app hash. What to do:")
                .hasMessageContaining("with a copy of keys/ and an invite of another member");
    }
}
