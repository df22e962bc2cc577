package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.RandomBlocks;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A replay finds a sound ledger sound, and notices every byte that somebody changed in the store.
class LedgerReplayTest {
    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private final Store store = new MemoryStore(disk);

    private TestChain chain(Random random, int blocks) {
        TestChain chain = TestChain.foundedForRandomBlocks(store);
        RandomBlocks content = new RandomBlocks(random);
        for (int i = 0; i < blocks; i++) {
            long time = chain.ledger().info().blockTime() + content.gapMs();
            chain.block(new DecidedBlock(chain.ledger().info().height() + 1, time, content.transactions(time)));
        }
        return chain;
    }

    @Test
    void a_ledger_that_was_only_used_is_sound() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        TestChain chain = chain(new Random(seed), 40);
        LedgerReplay.Report report = LedgerReplay.of(store);
        assertThat(report.fault()).isNull();
        assertThat(report.isSound()).isTrue();
        assertThat(report.height()).isEqualTo(chain.ledger().info().height());
        assertThat(report.appHash()).isEqualTo(chain.ledger().info().appHash());
        assertThat(report.events()).isEqualTo(chain.reader().head().eventsSize());
        System.out.println(report);
    }

    @Test
    void a_ledger_of_two_eras_is_sound() {
        TestChain chain = TestChain.founded(store);
        chain.block(chain.registration("acme:one"));
        Application.Info info = chain.ledger().info();
        chain.ledger()
                .startEra(new EraRecord(
                        2,
                        EraRecord.SOLO,
                        EraRecord.chainId(info.ledger(), 2),
                        50,
                        chain.reader().head().eventsSize(),
                        info.appHash(),
                        info.era().members()));
        chain.block(chain.registration("acme:two"));
        assertThat(LedgerReplay.of(store).fault()).isNull();
        assertThat(LedgerReplay.of(store).height()).isEqualTo(50);
    }

    @Test
    void every_change_in_the_store_is_noticed() {
        Random random = Seeded.random(LedgerReplayTest.class);
        chain(random, 12);
        int changed = 0;
        for (Column column : List.of(Column.STATE, Column.EVENT, Column.BLOCK)) {
            List<byte[]> keys = new ArrayList<>();
            try (Scan scan = store.scan(column, new byte[0], null)) {
                while (scan.next()) {
                    keys.add(scan.key());
                }
            }
            for (int i = 0; i < 25; i++) {
                byte[] key = keys.get(random.nextInt(keys.size()));
                if (column == Column.EVENT && key.length == 9) {
                    // Inner hashes of the tree of events: derived, and any wrong one spoils only the proofs made of it.
                    continue;
                }
                byte[] good = store.get(column, key);
                byte[] bad = good.clone();
                int at = random.nextInt(bad.length);
                bad[at] ^= (byte) (1 << random.nextInt(8));
                store.write(store.newBatch().put(column, key, bad));
                assertThat(soundOrUnreadable())
                        .as("%s %s, byte %s of %s", column, HexFormat.of().formatHex(key), at, bad.length)
                        .isFalse();
                store.write(store.newBatch().delete(column, key));
                assertThat(soundOrUnreadable()).as("%s without a row", column).isFalse();
                store.write(store.newBatch().put(column, key, good));
                changed++;
            }
        }
        assertThat(LedgerReplay.of(store).fault()).isNull();
        System.out.println(changed + " rows changed and removed");
    }

    private boolean soundOrUnreadable() {
        try {
            return LedgerReplay.of(store).isSound();
        } catch (RuntimeException e) {
            // Rows of our own that cannot even be read: a damaged store.
            return false;
        }
    }

    @Test
    void a_block_signed_by_another_key_is_noticed() {
        TestChain chain = TestChain.founded(store);
        chain.block(chain.registration("acme:one"));
        chain.block();
        BlockRecord second = chain.ledger().blocks().block(2).orElseThrow();
        SigningKey other = SigningKey.generate(Algorithm.ED25519);
        byte[] forged = io.thingstead.kit.proof.SoloHeader.decode(second.header())
                .orThrow()
                .sign(other);
        store.write(store.newBatch().put(Column.BLOCK, LedgerRows.certificate(2), forged));
        assertThat(LedgerReplay.of(store).fault()).contains("signature of block 2");
        assertThat(chain.key(KeyRole.ENGINE)).isNotNull();
    }
}
