package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.LOG;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.HashReader;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.Promise;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.BrokenPromise;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.ForkRecord;
import io.thingstead.node.ledger.Misbehaviour;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Evidence of a cheating member: what counts, what does not, and that it counts once.
class EvidenceTest {
    private static final SigningKey LOG_KEY = key(KeyRole.LOG);
    private static final int SIZE = 7;

    private final TestLedger ledger = TestLedger.shared(4);
    private final List<byte[]> leaves = new ArrayList<>();

    /// The log of acme is anchored at size 7.
    @BeforeEach
    void anchor() {
        for (int i = 0; i < SIZE; i++) {
            leaves.add(MerkleTree.leafHash(entry(i)));
        }
        assertThat(ledger.refusal(LOG_KEY, new AnchorCheckpoint(LOG, 0, SIZE, root(SIZE), List.of())))
                .isNull();
    }

    private static byte[] entry(int number) {
        byte[] entry = new byte[33];
        entry[0] = 1;
        entry[32] = (byte) number;
        return entry;
    }

    private HashReader tree() {
        return (level, index) -> {
            int from = (int) (index << level);
            return MerkleTree.root(leaves.subList(from, from + (1 << level)));
        };
    }

    private byte[] root(int size) {
        return MerkleTree.root(leaves.subList(0, size));
    }

    private static byte[] other(int number) {
        byte[] root = new byte[32];
        root[0] = (byte) number;
        return root;
    }

    private String origin() {
        return ledger.logRecord(LOG).origin();
    }

    private byte[] note(long size, byte[] root) {
        return note(origin(), size, root, LOG_KEY);
    }

    private static byte[] note(String origin, long size, byte[] root, SigningKey by) {
        NoteKey name = new NoteKey(origin, by.key().point());
        return SignedNote.sign(new Checkpoint(origin, size, root).body(), name, by::sign)
                .encode()
                .getBytes(StandardCharsets.UTF_8);
    }

    private Refusal fork(byte[] note, byte[] second) {
        return bring(new LogEvidence(LOG, note, new LogEvidence.Against.Note(second)));
    }

    private Refusal anchored(byte[] note, byte[] root, List<byte[]> proof) {
        return bring(new LogEvidence(LOG, note, new LogEvidence.Against.Anchored(root, proof)));
    }

    /// Another member brings it.
    private Refusal bring(Action evidence) {
        return ledger.refusal(key(3, KeyRole.NODE), evidence);
    }

    @Test
    void two_signed_checkpoints_of_one_size_are_a_fork() {
        assertThat(fork(note(9, other(1)), note(9, other(2)))).isNull();
        ForkRecord fork = ForkRecord.decode(LOG, ledger.values().get(StateKeys.forked(LOG)));
        assertThat(fork.size()).isEqualTo(9);
        assertThat(fork.root()).isEqualTo(other(1));
        assertThat(fork.otherRoot()).isEqualTo(other(2));
        assertThat(fork.event()).isEqualTo(ledger.lastEvent().number());
        assertThat(ledger.lastEvent().subjects()).containsExactly("log/acme/1", "member/acme");
        assertThat(fork(note(4, other(1)), note(4, other(2)))).isEqualTo(Refusal.EVIDENCE_KNOWN);
    }

    @Test
    void a_signed_checkpoint_that_the_anchored_log_did_not_grow_from_is_a_fork() {
        for (int size = 1; size < SIZE; size++) {
            List<byte[]> proof = MerkleTree.consistencyProof(tree(), size, SIZE);
            assertThat(anchored(note(size, root(size)), root(size), proof))
                    .as("the true one at size %d", size)
                    .isEqualTo(Refusal.EVIDENCE_INVALID);
            assertThat(anchored(note(size, other(1)), other(1), proof)).isEqualTo(Refusal.EVIDENCE_INVALID);
            assertThat(anchored(note(size, other(1)), other(2), proof)).isEqualTo(Refusal.EVIDENCE_INVALID);
            assertThat(ledger.values().get(StateKeys.forked(LOG))).isNull();
        }
        assertThat(anchored(note(3, other(1)), root(3), MerkleTree.consistencyProof(tree(), 3, SIZE)))
                .isNull();
    }

    @Test
    void a_checkpoint_against_the_anchored_root_itself_is_a_fork() {
        assertThat(anchored(note(SIZE, root(SIZE)), root(SIZE), List.of())).isEqualTo(Refusal.EVIDENCE_INVALID);
        assertThat(anchored(note(SIZE, other(3)), root(SIZE), List.of())).isNull();
    }

    @Test
    void what_the_log_did_not_sign_or_is_no_contradiction_is_no_evidence() {
        byte[] good = note(9, other(1));
        SigningKey stranger = key(2, KeyRole.LOG);
        assertThat(fork(good, good)).isEqualTo(Refusal.EVIDENCE_INVALID);
        assertThat(fork(good, note(8, other(2)))).as("sizes differ").isEqualTo(Refusal.EVIDENCE_INVALID);
        assertThat(fork(good, note(origin(), 9, other(2), stranger))).isEqualTo(Refusal.EVIDENCE_INVALID);
        assertThat(fork(good, note("acme.example/5a5a5a5a/2", 9, other(2), LOG_KEY)))
                .as("of another log")
                .isEqualTo(Refusal.EVIDENCE_INVALID);
        assertThat(fork(good, new byte[] {1, 2})).isEqualTo(Refusal.EVIDENCE_INVALID);
        byte[] changed = note(9, other(2));
        changed[changed.length - 10] ^= 1;
        assertThat(fork(good, changed)).isEqualTo(Refusal.EVIDENCE_INVALID);
        LogEvidence nowhere = new LogEvidence(new LogId(ACME, 5), good, new LogEvidence.Against.Note(good));
        assertThat(bring(nowhere)).isEqualTo(Refusal.LOG_UNKNOWN);
        assertThat(ledger.values().get(StateKeys.forked(LOG))).isNull();
    }

    private byte[] promise(int index, byte[] entry, long anchorBy) {
        return new Promise(ID, LOG, index, entry, anchorBy).sign(LOG_KEY);
    }

    private Refusal late(byte[] promise) {
        return bring(new PromiseEvidence(LOG, promise, null));
    }

    private Refusal replaced(byte[] promise, byte[] entry, int index) {
        return bring(new PromiseEvidence(
                LOG, promise, new PromiseEvidence.Other(entry, MerkleTree.inclusionProof(tree(), index, SIZE))));
    }

    private long now() {
        return ledger.ledger().position().blockTime();
    }

    @Test
    void another_entry_at_the_promised_place_breaks_the_promise() {
        byte[] kept = promise(2, entry(2), now());
        assertThat(replaced(kept, entry(2), 2)).as("it was kept").isEqualTo(Refusal.EVIDENCE_INVALID);
        byte[] broken = promise(2, entry(99), now());
        assertThat(replaced(broken, entry(3), 2)).as("not what stands there").isEqualTo(Refusal.EVIDENCE_INVALID);
        assertThat(replaced(promise(3, entry(99), now()), entry(2), 2)).isEqualTo(Refusal.EVIDENCE_INVALID);
        assertThat(replaced(broken, entry(2), 2)).isNull();
        BrokenPromise record = BrokenPromise.decode(
                StateKeys.brokenPromise(LOG, 2), ledger.values().get(StateKeys.brokenPromise(LOG, 2)));
        assertThat(record.how()).isEqualTo(BrokenPromise.How.REPLACED);
        assertThat(record.index()).isEqualTo(2);
        assertThat(record.log()).isEqualTo(LOG);
        assertThat(replaced(broken, entry(2), 2)).isEqualTo(Refusal.EVIDENCE_KNOWN);
    }

    @Test
    void a_leaf_that_is_not_final_in_time_breaks_the_promise() {
        long by = now() + 60_000;
        byte[] lost = promise(SIZE, entry(50), by);
        byte[] kept = promise(SIZE - 1, entry(6), by);
        assertThat(late(lost)).isEqualTo(Refusal.EVIDENCE_INVALID);
        while (now() + 60_000 < by + PromiseEvidence.GRACE_MS) {
            ledger.engineBlockAt(now() + 60_000);
        }
        ledger.engineBlockAt(by + PromiseEvidence.GRACE_MS - 1_000);
        assertThat(late(lost)).as("just in time").isEqualTo(Refusal.EVIDENCE_INVALID);
        assertThat(late(kept)).as("it is final").isEqualTo(Refusal.EVIDENCE_INVALID);
        assertThat(late(lost)).isNull();
        assertThat(ledger.lastEvent().inWords())
                .isEqualTo("The log acme/1 broke its promise of leaf 7: it was not made final in time");
        assertThat(late(kept)).isEqualTo(Refusal.EVIDENCE_INVALID);
    }

    @Test
    void an_outage_of_the_ledger_breaks_nobodys_word() {
        byte[] promise = promise(SIZE, entry(50), now() + 60_000);
        ledger.engineBlockAt(now() + 7_200_000);
        assertThat(late(promise)).isEqualTo(Refusal.EVIDENCE_INVALID);
        for (int i = 0; i < 4; i++) {
            ledger.engineBlockAt(now() + 60_000);
        }
        assertThat(late(promise)).as("time on the ledger counts").isNull();
    }

    @Test
    void a_promise_of_somebody_else_is_no_evidence() {
        byte[] forged = new Promise(ID, LOG, 2, entry(99), now()).sign(key(2, KeyRole.LOG));
        assertThat(replaced(forged, entry(2), 2)).isEqualTo(Refusal.EVIDENCE_INVALID);
        byte[] otherLog = new Promise(ID, new LogId(ACME, 2), 2, entry(99), now()).sign(LOG_KEY);
        assertThat(replaced(otherLog, entry(2), 2)).isEqualTo(Refusal.EVIDENCE_INVALID);
        assertThat(late(new byte[100])).isEqualTo(Refusal.EVIDENCE_INVALID);
    }

    @Test
    void mutated_evidence_never_counts_and_never_throws() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] one = note(9, other(1));
        byte[] two = note(9, other(2));
        byte[] promise = promise(2, entry(99), now());
        for (int i = 0; i < 300; i++) {
            byte[] note = two.clone();
            note[random.nextInt(note.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] broken = promise.clone();
            broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(ledger.block(ledger.transaction(
                                    key(3, KeyRole.NODE),
                                    new LogEvidence(LOG, one, new LogEvidence.Against.Note(note)),
                                    new PromiseEvidence(
                                            LOG,
                                            broken,
                                            new PromiseEvidence.Other(
                                                    entry(2), MerkleTree.inclusionProof(tree(), 2, SIZE)))))
                            .events())
                    .extracting(Event::type)
                    .containsExactly(EventType.REFUSED, EventType.REFUSED);
        }
    }

    @Test
    void what_the_engine_caught_a_member_at_is_told_at_the_start_of_the_block_and_counted() {
        byte[] address = MemberSet.address(key(2, KeyRole.ENGINE).key());
        byte[] transaction = ledger.transaction(key(KeyRole.NODE), new OpenLog(new LogId(ACME, 2)));
        BlockOutcome block = ledger.engineBlockAt(
                ledger.time(),
                List.of(
                        new Misbehaviour(address, 5, 1),
                        new Misbehaviour(new byte[20], 5, 1),
                        new Misbehaviour(address, 5, 2)),
                ledger.nextBatch(1, transaction));
        assertThat(block.events())
                .extracting(Event::type)
                .containsExactly(EventType.MEMBER_MISBEHAVED, EventType.MEMBER_MISBEHAVED, EventType.LOG_OPENED);
        assertThat(block.events().getFirst().isOfBlock()).isTrue();
        assertThat(block.events().getFirst().subjects()).containsExactly("member/m2");
        assertThat(block.events().getFirst().inWords()).isEqualTo("m2 cheated at block 5: it voted twice in one round");
        assertThat(Misbehaviour.count(ledger.values().get(StateKeys.memberFault(member(2)))))
                .isEqualTo(2);
    }

    @Test
    void a_key_that_votes_no_more_is_still_known_by_its_address() {
        SigningKey fresh = key("fresh engine");
        var possession = TestLedger.memberKey(member(2), KeyRole.ENGINE, fresh).possession();
        ledger.block();
        ledger.block();
        ledger.submit(
                key(1, KeyRole.IDENTITY), new Propose(ACME, new ChangeEngineKey(member(2), fresh.key(), possession)));
        ledger.submit(key(2, KeyRole.IDENTITY), new Approve(member(2), 1));
        BlockOutcome changed = ledger.block(ledger.transaction(key(3, KeyRole.IDENTITY), new Approve(member(3), 1)));
        assertThat(changed.validatorUpdates())
                .containsExactlyInAnyOrder(
                        new EraMember(member(2), fresh.key(), 1),
                        new EraMember(member(2), key(2, KeyRole.ENGINE).key(), 0));
        for (SigningKey key : List.of(fresh, key(2, KeyRole.ENGINE))) {
            ledger.engineBlockAt(ledger.time(), List.of(new Misbehaviour(MemberSet.address(key.key()), 5, 1)));
            assertThat(ledger.lastEvent().subjects()).containsExactly("member/m2");
        }
        byte[] before = ledger.ledger().appHash();
        ledger.engineBlockAt(ledger.time(), List.of(new Misbehaviour(new byte[20], 5, 1)));
        assertThat(ledger.ledger().appHash()).as("nobody's").isEqualTo(before);
    }
}
