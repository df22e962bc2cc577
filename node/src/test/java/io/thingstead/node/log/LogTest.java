package io.thingstead.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.log.Answer.Accepted;
import io.thingstead.node.log.Answer.Declined;
import io.thingstead.node.storage.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogTest {
    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private final TestDevice box = new TestDevice("box-7");
    private TestLog log = TestLog.started(new MemoryStore(disk));

    @AfterEach
    void closeLog() {
        log.close();
    }

    private void reopen() {
        log.close();
        log = TestLog.started(new MemoryStore(disk));
    }

    @Test
    void accepted_frames_stand_at_their_indexes_with_everything_their_commitment_is_made_of() {
        var frames = List.of(box.frame(1, 4.0), box.frame(2, 4.5), box.frame(3, 5.0));

        var answers = log.submit(frames);

        for (int i = 0; i < 3; i++) {
            var accepted = (Accepted) answers.get(i);
            var leaf = log.reader().leaf(i).orElseThrow();
            assertThat(accepted.index()).isEqualTo(i);
            assertThat(accepted.logNumber()).isEqualTo(1);
            assertThat(accepted.duplicate()).isFalse();
            assertThat(leaf.content()).isEqualTo(frames.get(i).bytes());
            assertThat(leaf.salt()).isEqualTo(accepted.salt()).hasSize(32);
            assertThat(leaf.receivedMs()).isEqualTo(accepted.receivedMs()).isEqualTo(1_800_000_000_001L + i);
            assertThat(leaf.entry()).isEqualTo(accepted.entry()).hasSize(33).startsWith(1);
            assertThat(leaf.stream()).isEqualTo(box.stream());
            assertThat(leaf.n()).isEqualTo(i + 1);
            assertThat(log.reader().indexOf(box.stream(), i + 1)).hasValue(i);
        }
        assertThat(log.reader().size()).isEqualTo(3);
        assertThat(log.reader().leaf(3)).isEmpty();
        assertThat(log.reader().leaf(-1)).isEmpty();
        assertThat(log.reader().indexOf(box.stream(), 4)).isEmpty();
    }

    @Test
    void the_commitment_is_the_hash_that_the_formats_document_defines() throws Exception {
        var accepted = (Accepted) log.submit(box.frame(1, 4.0)).getFirst();

        var sha = java.security.MessageDigest.getInstance("SHA-256");
        sha.update("ts-leaf/1".getBytes(StandardCharsets.US_ASCII));
        sha.update((byte) 0);
        sha.update(accepted.salt());
        sha.update((byte) 1);
        sha.update(ByteBuffer.allocate(8).putLong(accepted.receivedMs()).array());
        var commitment = sha.digest(log.reader().leaf(0).orElseThrow().content());
        assertThat(ByteBuffer.wrap(accepted.entry(), 1, 32)).isEqualTo(ByteBuffer.wrap(commitment));
    }

    @Test
    void equal_frames_of_two_devices_get_different_salts_and_leaves() {
        var answers = log.submit(box.frame(1, 4.0), new TestDevice("box-8").frame(1, 4.0));

        var salts = answers.stream().map(answer -> ByteBuffer.wrap(((Accepted) answer).salt()));
        assertThat(salts).doesNotHaveDuplicates();
    }

    @Test
    void a_repeated_frame_gets_its_first_receipt() {
        var frame = box.frame(1, 4.0);
        var first = (Accepted) log.submit(frame).getFirst();

        for (var again : log.submit(frame, frame)) assertThat(again).satisfies(answer -> isRepeated(first, answer));
        reopen();
        assertThat(log.submit(frame).getFirst()).satisfies(answer -> isRepeated(first, answer));
        assertThat(log.reader().size()).isEqualTo(1);
    }

    @Test
    void a_frame_repeated_within_one_batch_gets_the_receipt_of_the_first() {
        log.close();
        log = TestLog.open(new MemoryStore(disk));
        var frame = box.frame(1, 4.0);
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (int i = 0; i < 3; i++) {
            var answer = new CompletableFuture<Answer>();
            answers.add(answer);
            log.log.sequencer().submit(frame.submission(1_800_000_000_000L + i, answer::complete));
        }

        log.log.start();

        var first = (Accepted) TestLog.await(answers.getFirst());
        assertThat(first.duplicate()).isFalse();
        for (var again : answers.subList(1, 3)) isRepeated(first, TestLog.await(again));
        assertThat(log.reader().size()).isEqualTo(1);
    }

    @Test
    void the_same_content_signed_again_is_a_repetition_although_the_bytes_differ() {
        var signer = new TestDevice("box-9", Algorithm.ES256);
        var once = signer.frame(1, 4.0);
        var twice = signer.frame(1, 4.0);
        assertThat(once.bytes()).isNotEqualTo(twice.bytes());

        var first = (Accepted) log.submit(once).getFirst();

        isRepeated(first, log.submit(twice).getFirst());
        assertThat(log.reader().doubleSignings(signer.stream())).isEmpty();
    }

    @Test
    void a_number_signed_twice_is_refused_and_both_frames_are_kept() {
        var first = box.frame(1, 4.0);
        var second = box.frame(1, -20.0);
        log.submit(first);

        var answer = log.submit(second).getFirst();

        isDeclined(answer, Refusal.SEQUENCE_REUSED);
        assertThat(log.reader().size()).isEqualTo(1);
        isDeclined(log.submit(box.frame(1, -30.0)).getFirst(), Refusal.SEQUENCE_REUSED);
        assertThat(log.reader().doubleSignings(box.stream())).singleElement().satisfies(evidence -> {
            assertThat(evidence.n()).isEqualTo(1);
            assertThat(evidence.first()).isEqualTo(first.bytes());
            assertThat(evidence.second()).isEqualTo(second.bytes());
        });
    }

    @Test
    void a_number_signed_twice_within_one_batch_is_kept_as_evidence_too() {
        log.close();
        log = TestLog.open(new MemoryStore(disk));
        var first = new CompletableFuture<Answer>();
        var second = new CompletableFuture<Answer>();
        log.log.sequencer().submit(box.frame(1, 4.0).submission(1_800_000_000_000L, first::complete));
        log.log.sequencer().submit(box.frame(1, -20.0).submission(1_800_000_000_000L, second::complete));

        log.log.start();

        assertThat(TestLog.await(first)).isInstanceOf(Accepted.class);
        isDeclined(TestLog.await(second), Refusal.SEQUENCE_REUSED);
        assertThat(log.reader().doubleSignings(box.stream())).hasSize(1);
    }

    @Test
    void evidence_against_one_device_is_bounded() {
        var frames = new ArrayList<TestDevice.Sent>();
        for (int n = 1; n <= 70; n++) frames.add(box.frame(n, 4.0));
        for (int n = 1; n <= 70; n++) frames.add(box.frame(n, -20.0));

        var answers = log.submit(frames);

        assertThat(answers.subList(70, 140)).allSatisfy(answer -> isDeclined(answer, Refusal.SEQUENCE_REUSED));
        assertThat(log.reader().doubleSignings(box.stream())).hasSize(64);
    }

    @Test
    void refusals_carry_the_codes_of_the_formats_document() {
        log.submit(box.frame(5, 4, 4.0));

        isDeclined(log.submit(box.frame(9, 2, 4.0)).getFirst(), Refusal.SEQUENCE_PREVIOUS);
        assertThat(log.submit(box.frame(100, 5, 4.0)).getFirst()).isInstanceOf(Accepted.class);
        isDeclined(log.submit(box.frame(50, 4.0)).getFirst(), Refusal.SEQUENCE_SKIPPED);
        var gaps = new ArrayList<TestDevice.Sent>();
        for (int i = 0; i < 1024; i++) gaps.add(box.frame(102 + 2 * i, 4.0));
        log.submit(gaps);
        isDeclined(log.submit(box.frame(5000, 4.0)).getLast(), Refusal.SEQUENCE_GAPS);
    }

    @Test
    void gaps_are_recorded_and_closed_across_restarts() {
        log.submit(box.frame(1, 4.0), box.frame(10, 4.0), box.frame(5, 4.0));
        assertThat(log.reader().gaps(box.stream())).containsExactly(new NumberRange(2, 4), new NumberRange(6, 9));

        reopen();

        assertThat(log.reader().highest(box.stream())).isEqualTo(10);
        assertThat(log.submit(box.frame(3, 4.0), box.frame(11, 4.0))).allMatch(Accepted.class::isInstance);
        assertThat(log.reader().gaps(box.stream()))
                .containsExactly(new NumberRange(2, 2), new NumberRange(4, 4), new NumberRange(6, 9));
        reopen();
        for (long n : new long[] {2, 4, 6, 7, 8, 9}) log.submit(box.frame(n, 4.0));
        assertThat(log.reader().gaps(box.stream())).isEmpty();
    }

    @Test
    void a_gateway_counts_for_each_device_on_its_own() {
        var gateway = new TestDevice("gateway");
        var own = gateway.stream();
        var one = new DeviceStream(own.key(), new TestDevice("meter-1").id(), true, own.trust());
        var two = new DeviceStream(own.key(), new TestDevice("meter-2").id(), true, own.trust());
        var frame = gateway.frame(1, 4.0);

        var answers = new ArrayList<Answer>();
        for (var stream : List.of(own, one, two))
            answers.addAll(log.submit(new TestDevice.Sent(stream, 1, -1, frame.identity(), frame.bytes())));

        assertThat(answers)
                .allSatisfy(
                        answer -> assertThat(((Accepted) answer).duplicate()).isFalse());
        assertThat(log.reader().find(one.device(), 1)).hasValue(1);
        assertThat(log.reader().find(two.device(), 1)).hasValue(2);
        assertThat(log.reader().streams(one.device())).containsExactly(one);
        assertThat(log.reader().find(one.device(), 2)).isEmpty();
        assertThat(log.reader().streams(box.id())).isEmpty();
    }

    @Test
    void the_newest_checkpoint_is_signed_by_the_log_key_and_covers_everything_when_the_log_closes() {
        log.submit(box.frame(1, 4.0), box.frame(2, 4.0));
        log.close();

        var signed = log.reader().checkpoint().orElseThrow();
        var note =
                SignedNote.parse(signed.note().getBytes(StandardCharsets.UTF_8)).orElseThrow();
        assertThat(note.verify(List.of(TestLog.NOTE_KEY), TestLog::verify))
                .isInstanceOf(SignedNote.Outcome.Verified.class);
        var head = Checkpoint.parse(note.text()).orElseThrow();
        assertThat(head.origin()).isEqualTo(TestLog.ORIGIN);
        assertThat(head.size()).isEqualTo(2).isEqualTo(signed.size());
        var leaves = log.reader().leaves(0, 10).stream()
                .map(leaf -> MerkleTree.leafHash(leaf.entry()))
                .toList();
        assertThat(head.root()).isEqualTo(MerkleTree.root(leaves)).isEqualTo(signed.root());
    }

    @Test
    void an_empty_log_has_a_checkpoint_of_size_zero() {
        assertThat(log.reader().checkpoint().orElseThrow().size()).isZero();
        assertThat(log.reader().checkpoint().orElseThrow().root()).isEqualTo(MerkleTree.emptyRoot());
        assertThat(log.check().isSound()).isTrue();
    }

    @Test
    void followers_see_every_leaf_once_in_order_and_checkpoints_only_of_durable_leaves() throws Exception {
        log.close();
        log = TestLog.open(new MemoryStore(disk));
        var seen = new ArrayList<Long>();
        var signed = new ArrayList<Long>();
        var done = new CompletableFuture<Void>();
        log.log.listen(new LogListener() {
            @Override
            public void appended(List<AppendedLeaf> leaves) {
                leaves.forEach(leaf -> seen.add(leaf.index()));
                throw new IllegalStateException("a follower's trouble is not the log's");
            }

            @Override
            public void checkpoint(SignedCheckpoint checkpoint) {
                assertThat(checkpoint.size()).isLessThanOrEqualTo(seen.size());
                signed.add(checkpoint.size());
                if (checkpoint.size() == 500) done.complete(null);
            }
        });
        log.log.start();
        var frames = new ArrayList<TestDevice.Sent>();
        for (int n = 1; n <= 500; n++) frames.add(box.frame(n, n));

        log.submit(frames);

        TestLog.await(done);
        assertThat(seen).hasSize(500).isSorted().doesNotHaveDuplicates();
        assertThat(signed).isSorted().doesNotHaveDuplicates();
        var root = log.reader().rootAt(500);
        var leaf = MerkleTree.leafHash(log.reader().leaf(123).orElseThrow().entry());
        assertThat(MerkleVerifier.verifyInclusion(leaf, 123, 500, log.reader().inclusionProof(123, 500), root))
                .isTrue();
    }

    private static void isRepeated(Accepted first, Answer answer) {
        var again = (Accepted) answer;
        assertThat(again.duplicate()).isTrue();
        assertThat(again.index()).isEqualTo(first.index());
        assertThat(again.receivedMs()).isEqualTo(first.receivedMs());
        assertThat(again.salt()).isEqualTo(first.salt());
        assertThat(again.entry()).isEqualTo(first.entry());
    }

    private static void isDeclined(Answer answer, Refusal code) {
        assertThat(answer)
                .asInstanceOf(type(Declined.class))
                .satisfies(declined -> assertThat(declined.refused().code()).isEqualTo(code));
    }
}
