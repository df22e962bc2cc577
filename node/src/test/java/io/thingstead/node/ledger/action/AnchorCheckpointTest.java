package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.LOG;
import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.HashReader;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.TestLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Anchors are compare-and-swap, with a consistency proof that the ledger itself checks.
class AnchorCheckpointTest {
    private static final SigningKey LOG_KEY = key(KeyRole.LOG);

    /// A log's tree in memory.
    private static final class Tree {
        private final List<byte[]> leaves = new ArrayList<>();

        void grow(int to, int seed) {
            while (leaves.size() < to) {
                leaves.add(MerkleTree.leafHash(
                        new byte[] {(byte) leaves.size(), (byte) (leaves.size() >> 8), (byte) seed}));
            }
        }

        byte[] root(int size) {
            return MerkleTree.root(leaves.subList(0, size));
        }

        List<byte[]> proof(int from, int to) {
            TreeMap<String, byte[]> known = new TreeMap<>();
            HashReader reader = (level, index) -> known.computeIfAbsent(
                    level + "/" + index,
                    _ -> MerkleTree.root(leaves.subList((int) (index << level), (int) ((index + 1) << level))));
            return MerkleTree.consistencyProof(reader, from, to);
        }

        AnchorCheckpoint anchor(int from, int to) {
            return new AnchorCheckpoint(LOG, from, to, root(to), proof(from, to));
        }
    }

    @Test
    void each_anchor_extends_the_one_before_and_says_when_that_was() {
        TestLedger ledger = TestLedger.founded();
        long opened = ledger.ledger().position().blockTime();
        Tree tree = new Tree();
        tree.grow(300, 1);
        long before = opened;
        int from = 0;
        for (int to : new int[] {1, 2, 7, 8, 9, 64, 65, 200, 256, 300}) {
            assertThat(ledger.refusal(LOG_KEY, tree.anchor(from, to))).isNull();
            Event.Anchor anchor = ledger.lastEvent().anchor().orElseThrow();
            assertThat(anchor.fromSize()).isEqualTo(from);
            assertThat(anchor.toSize()).isEqualTo(to);
            assertThat(anchor.root()).isEqualTo(tree.root(to));
            assertThat(anchor.previousTime()).isEqualTo(before);
            assertThat(ledger.logRecord(LOG).size()).isEqualTo(to);
            assertThat(ledger.logRecord(LOG).anchorEvent())
                    .isEqualTo(ledger.lastEvent().number());
            before = ledger.lastEvent().blockTime();
            from = to;
        }
    }

    @Test
    void an_anchor_from_another_size_than_the_last_is_stale() {
        TestLedger ledger = TestLedger.founded();
        Tree tree = new Tree();
        tree.grow(40, 1);
        assertThat(ledger.refusal(LOG_KEY, tree.anchor(10, 20))).isEqualTo(Refusal.ANCHOR_STALE);
        ledger.submit(LOG_KEY, tree.anchor(0, 10));
        assertThat(ledger.refusal(LOG_KEY, tree.anchor(0, 10))).isEqualTo(Refusal.ANCHOR_STALE);
        assertThat(ledger.refusal(LOG_KEY, tree.anchor(0, 20))).isEqualTo(Refusal.ANCHOR_STALE);
        assertThat(ledger.refusal(LOG_KEY, tree.anchor(10, 10))).isEqualTo(Refusal.ANCHOR_SIZE);
        assertThat(ledger.refusal(LOG_KEY, new AnchorCheckpoint(LOG, 10, 3, tree.root(3), List.of())))
                .isEqualTo(Refusal.ANCHOR_SIZE);
        assertThat(ledger.refusal(LOG_KEY, new AnchorCheckpoint(new LogId(ACME, 7), 0, 3, tree.root(3), List.of())))
                .isEqualTo(Refusal.LOG_UNKNOWN);
    }

    @Test
    void a_rewritten_log_finds_no_proof() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        TestLedger ledger = TestLedger.founded();
        Tree honest = new Tree();
        honest.grow(100, 1);
        ledger.submit(LOG_KEY, honest.anchor(0, 50));
        int tried = 0;
        for (int i = 0; i < 200; i++, tried++) {
            Tree other = new Tree();
            other.grow(random.nextInt(50), 1);
            other.grow(100, 2);
            int to = 51 + random.nextInt(50);
            List<byte[]> proof = new ArrayList<>(
                    random.nextBoolean() ? other.proof(50, to) : honest.proof(50, 51 + random.nextInt(50)));
            if (random.nextBoolean() && !proof.isEmpty()) {
                proof.remove(random.nextInt(proof.size()));
            }
            assertThat(ledger.refusal(LOG_KEY, new AnchorCheckpoint(LOG, 50, to, other.root(to), proof)))
                    .isEqualTo(Refusal.ANCHOR_PROOF);
        }
        assertThat(ledger.logRecord(LOG).size()).isEqualTo(50);
        assertThat(ledger.refusal(LOG_KEY, honest.anchor(50, 100))).isNull();
        System.out.println(tried + " rewritten logs refused");
    }

    @Test
    void a_first_anchor_brings_no_proof() {
        TestLedger ledger = TestLedger.founded();
        assertThat(ledger.refusal(LOG_KEY, new AnchorCheckpoint(LOG, 0, 2, new byte[32], List.of(new byte[32]))))
                .isEqualTo(Refusal.ANCHOR_PROOF);
    }
}
