package io.thingstead.node.mirror;

import static io.thingstead.node.mirror.Consortium.ACME;
import static io.thingstead.node.mirror.Consortium.LOG;
import static io.thingstead.node.mirror.Consortium.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.merkle.Cosignature;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.ledger.ForkRecord;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.mirror.MemberFollower.Round;
import io.thingstead.node.mirror.MirrorState.Condition;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.MemoryStore;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A member follows another's log, honest or not.
class MirrorTest {
    private final Consortium members = new Consortium();
    private final Mirrors mirrors = members.mirrors(2);
    private final Face face = members.face();

    private MirroredLog log() {
        return mirrors.log(LOG).orElseThrow();
    }

    private Round round() {
        // Whether it looks at the checkpoint too depends on the clock: in tests, always.
        return members.follower(mirrors, 2).round();
    }

    @Test
    void a_mirror_grows_with_the_anchors_and_proves_every_leaf_under_the_anchored_root() {
        members.show(face);
        for (int count : new int[] {1, 3, 250, 1, 1, 1, 255, 257, 700}) {
            members.anchor(face.grow("leaf", count));
            assertThat(round()).isEqualTo(Round.DONE);
            MirroredTree tree = log().tree();
            assertThat(tree.size()).isEqualTo(face.size());
            assertThat(tree.root()).isEqualTo(members.record().root());
            for (long index = 0; index < tree.size(); index += 1 + index / 7) {
                byte[] leaf = MerkleTree.leafHash(tree.entry(index));
                assertThat(MerkleVerifier.verifyInclusion(
                                leaf, index, tree.size(), tree.inclusionProof(index, tree.size()), face.root()))
                        .isTrue();
                assertThat(tree.rootAt(index + 1)).isEqualTo(face.rootAt(index + 1));
            }
        }
        assertThat(state(mirrors).condition()).isEqualTo(Condition.FOLLOWING);
        assertThat(state(mirrors).cosigned()).isEqualTo(face.size());
    }

    @Test
    void the_anchored_checkpoint_is_cosigned_by_the_node_key() {
        members.show(face);
        members.anchor(face.grow("leaf", 9));
        round();
        SignedNote note = SignedNote.parse(log().cosigned().orElseThrow()).orElseThrow();
        assertThat(note.text())
                .isEqualTo(new io.thingstead.kit.merkle.Checkpoint(members.origin(), 9, face.root()).body());
        var key = TestLedger.key(2, KeyRole.NODE).key();
        assertThat(Cosignature.time(note, "m2.example/5a5a5a5a", key)).hasValue(TestLedger.START / 1000);
        assertThat(Cosignature.time(note, "m3.example/5a5a5a5a", key)).isEmpty();
        assertThat(Cosignature.time(
                        note,
                        "m2.example/5a5a5a5a",
                        TestLedger.key(3, KeyRole.NODE).key()))
                .isEmpty();
    }

    @Test
    void an_absent_member_catches_up_with_100_000_leaves_in_steps_that_each_are_checked() {
        members.show(face);
        members.anchor(face.grow("leaf", 100_000));
        long size = 0;
        int steps = 0;
        for (Round round = Round.MORE; round == Round.MORE; steps++) {
            round = round();
            assertThat(log().tree().size()).isGreaterThan(size);
            assertThat(log().tree().size() - size).isLessThanOrEqualTo(MirroredLog.STEP_TILES * 256L);
            size = log().tree().size();
            assertThat(log().tree().root()).isEqualTo(face.rootAt(size));
            members.nowMs.addAndGet(6_000);
            if (round == Round.MORE) assertThat(state(mirrors).mirrored()).isLessThan(100_000);
        }
        assertThat(size).isEqualTo(100_000);
        assertThat(steps).isEqualTo(7);
    }

    @Test
    void a_mirror_that_is_behind_says_how_far_it_is() {
        members.show(face);
        members.anchor(face.grow("leaf", 40_000));
        members.nowMs.addAndGet(0);
        round();
        members.nowMs.addAndGet(6_000);
        round();
        assertThat(state(mirrors).condition()).isEqualTo(Condition.BEHIND);
        assertThat(state(mirrors).text()).isEqualTo("catching up: 32768 of 40000 leaves are kept");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_crash_at_the_write_leaves_the_mirror_as_before_or_with_the_whole_step(Fault fault) {
        members.show(face);
        face.grow("leaf", 20_000);
        members.anchor(face);
        for (int failing = 1; failing <= 2; failing++) {
            MemoryStore.Disk disk = new MemoryStore.Disk();
            Mirrors crashing = members.mirrors(2, new FaultyStore(new MemoryStore(disk), fault, failing));
            MemberFollower first = members.follower(crashing, 2);
            while (first.round() == Round.MORE) continue;
            assertThat(state(crashing).condition()).isEqualTo(Condition.UNREACHABLE);
            long written = fault == Fault.BEFORE_IT_IS_PERSISTED ? failing - 1 : failing;

            Mirrors next = members.mirrors(2, new MemoryStore(disk));
            MirroredTree tree = next.log(LOG).orElseThrow().tree();
            assertThat(tree.size()).isEqualTo(Math.min(20_000, written * 64 * 256));
            assertThat(tree.root()).isEqualTo(face.rootAt(tree.size()));
            assertThat(next.log(LOG).orElseThrow().cosigned().isPresent()).isEqualTo(tree.size() == 20_000);
            MemberFollower second = members.follower(next, 2);
            while (second.round() == Round.MORE) continue;
            assertThat(tree.root()).isEqualTo(face.root());
            assertThat(state(next).condition()).isEqualTo(Condition.FOLLOWING);
        }
    }

    @Test
    void a_mirror_opened_again_at_any_size_around_a_tile_goes_on() {
        MemoryStore.Disk disk = new MemoryStore.Disk();
        members.show(face);
        for (int count : new int[] {254, 1, 1, 1, 255, 65_100}) {
            members.anchor(face.grow("leaf", count));
            Mirrors opened = members.mirrors(2, new MemoryStore(disk));
            MemberFollower again = members.follower(opened, 2);
            while (again.round() == Round.MORE) continue;
            assertThat(opened.log(LOG).orElseThrow().tree().root()).isEqualTo(face.root());
        }
    }

    @Test
    void leaves_that_are_not_the_anchored_ones_are_not_kept() {
        members.anchor(face.grow("leaf", 600));
        members.show(members.face().grow("other", 600));
        assertThat(round()).isEqualTo(Round.FAILED);
        assertThat(log().tree().size()).isZero();
        assertThat(state(mirrors).condition()).isEqualTo(Condition.UNREACHABLE);
        assertThat(state(mirrors).text()).contains("not those of the anchored log");
        members.show(face);
        assertThat(round()).isEqualTo(Round.DONE);
        assertThat(log().tree().size()).isEqualTo(600);
    }

    @Test
    void a_log_that_shrinks_or_withholds_leaves_is_said_to_be_so() {
        members.show(face);
        members.anchor(face.grow("leaf", 300));
        round();
        members.show(members.face().grow("leaf", 299));
        assertThat(round()).isEqualTo(Round.FAILED);
        assertThat(state(mirrors).condition()).isEqualTo(Condition.UNREACHABLE);
        assertThat(state(mirrors).text())
                .contains("the log shrank")
                .contains("299")
                .contains("300");
        members.anchor(face.grow("leaf", 1));
        assertThat(round()).isEqualTo(Round.FAILED);
        assertThat(state(mirrors).text()).contains("answers 404");
        assertThat(members.chain.reader().forks()).isEmpty();
    }

    @Test
    void a_checkpoint_that_the_anchored_log_did_not_grow_from_is_brought_to_the_ledger() {
        members.show(face);
        members.anchor(face.grow("leaf", 300));
        round();
        Face other = members.face().grow("leaf", 200).grow("hidden", 100);
        face.shownNote = other.checkpoint(250, other.rootAt(250));
        round();
        assertFork(250, other.rootAt(250), face.rootAt(250));
    }

    @Test
    void a_checkpoint_shown_before_the_anchor_of_another_face_is_brought_to_the_ledger_when_that_comes() {
        members.show(face);
        members.anchor(face.grow("leaf", 300));
        Face other = members.face().grow("leaf", 300).grow("hidden", 40);
        members.show(face);
        round();
        members.show(other);
        other.shownNote = members.face().grow("leaf", 299).grow("hidden", 41).checkpoint();
        round();
        assertThat(state(mirrors).text()).contains("does not grow from what is final");
        assertThat(members.chain.reader().forks()).isEmpty();
        members.show(face);
        members.anchor(face.grow("leaf", 100));
        round();
        assertFork(340, members.face().grow("leaf", 299).grow("hidden", 41).root(), face.rootAt(340));
    }

    @Test
    void two_checkpoints_of_one_size_are_brought_to_the_ledger_before_anything_is_anchored() {
        members.show(face);
        face.grow("leaf", 10);
        round();
        Face other = members.face().grow("leaf", 9).grow("hidden", 1);
        face.shownNote = other.checkpoint();
        round();
        assertFork(10, face.root(), other.root());
    }

    @Test
    void evidence_of_a_fork_survives_a_restart() {
        MemoryStore.Disk disk = new MemoryStore.Disk();
        Mirrors before = members.mirrors(2, new MemoryStore(disk));
        before.log(LOG).orElseThrow().see(face.grow("leaf", 10).checkpoint());
        Face other = members.face().grow("hidden", 10);
        before.log(LOG).orElseThrow().see(other.checkpoint());
        Mirrors after = members.mirrors(2, new MemoryStore(disk));
        assertThat(after.log(LOG).orElseThrow().fork()).isPresent();
        members.follower(after, 2).round();
        assertFork(10, face.root(), other.root());
    }

    @Test
    void what_the_log_key_did_not_sign_is_no_checkpoint_and_no_evidence() {
        members.show(face);
        members.anchor(face.grow("leaf", 10));
        byte[] note = face.checkpoint(5, new byte[32]);
        note[note.length - 10] ^= 1;
        face.shownNote = note;
        assertThat(round()).isEqualTo(Round.FAILED);
        assertThat(state(mirrors).text()).contains("not signed by the log's key");
        assertThat(members.chain.reader().forks()).isEmpty();
        assertThat(log().tree().size()).isEqualTo(10);
    }

    @Test
    void a_member_that_is_not_there_is_unreachable_until_it_answers() {
        members.anchor(face.grow("leaf", 10));
        assertThat(round()).isEqualTo(Round.FAILED);
        assertThat(state(mirrors).condition()).isEqualTo(Condition.UNREACHABLE);
        assertThat(state(mirrors).sinceMs()).isEqualTo(TestLedger.START);
        members.nowMs.addAndGet(5_000);
        round();
        assertThat(state(mirrors).sinceMs()).isEqualTo(TestLedger.START);
        members.show(face);
        assertThat(round()).isEqualTo(Round.DONE);
        assertThat(state(mirrors).condition()).isEqualTo(Condition.FOLLOWING);
        assertThat(state(mirrors).sinceMs()).isEqualTo(TestLedger.START + 5_000);
    }

    private void assertFork(long size, byte[] root, byte[] other) {
        List<ForkRecord> forks = members.chain.reader().forks();
        assertThat(forks).hasSize(1);
        assertThat(forks.getFirst().log()).isEqualTo(LOG);
        assertThat(forks.getFirst().size()).isEqualTo(size);
        assertThat(List.of(forks.getFirst().root(), forks.getFirst().otherRoot()))
                .containsExactly(root, other);
        assertThat(state(mirrors).condition()).isEqualTo(Condition.FORKED);
        assertThat(ACME).isEqualTo(state(mirrors).log().member());
    }
}
