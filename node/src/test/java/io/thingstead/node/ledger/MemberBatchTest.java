package io.thingstead.node.ledger;

import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.batch;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.member;
import static io.thingstead.node.ledger.TestLedger.memberKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.SetMemberKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Batches of members: what is one, which a block may hold, and how much of them.
class MemberBatchTest {
    private static final int BLOCK_BYTES = 1_000_000;

    private TestLedger ledger;

    @BeforeEach
    void four() {

        ledger = TestLedger.shared(4);
    }

    private byte[] registration(int member, String device) {
        return ledger.transaction(
                key(member, KeyRole.NODE), RegisterDevice.withToken(DeviceId.of(member(member) + ":" + device)));
    }

    private Refusal check(byte[] batch) {
        return ledger.ledger().check(batch, ledger.time()).map(Refused::code).orElse(null);
    }

    private boolean acceptable(byte[]... batches) {
        return ledger.ledger().acceptable(ledger.height() + 1, ledger.time(), List.of(batches));
    }

    private List<byte[]> propose(List<byte[]> pool, int maxBytes) {
        return ledger.ledger().propose(pool, ledger.time(), maxBytes);
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }

    @Test
    void a_batch_reads_back_as_it_was_signed() {
        byte[] one = registration(1, "box");
        MemberBatch read = MemberBatch.decode(batch(2, 7, one, bytes(3))).orThrow();
        assertThat(read.member()).isEqualTo(member(2));
        assertThat(read.sequence()).isEqualTo(7);
        assertThat(read.ledger()).isEqualTo(ID);
        assertThat(read.transactions()).containsExactly(one, bytes(3));
        assertThat(read.signatures()).as("what is malformed counts as one").isEqualTo(2);
    }

    @Test
    void what_fills_the_room_fits_and_more_does_not() {
        int largest = MemberBatch.ROOM - MemberBatch.FRAME_BYTES;
        assertThat(MemberBatch.decode(batch(1, (1L << 53) - 1, bytes(largest)))).isInstanceOf(Result.Ok.class);
        assertThat(MemberBatch.decode(batch(1, 1, bytes(Transaction.MAX_BYTES))))
                .isInstanceOf(Result.Ok.class);
        byte[][] small = Collections.nCopies(1_024, bytes(MemberBatch.ROOM / 1_024 - MemberBatch.FRAME_BYTES))
                .toArray(byte[][]::new);
        assertThat(MemberBatch.decode(batch(1, 1, small))).isInstanceOf(Result.Ok.class);
        for (byte[] wrong : List.of(
                batch(1, 1, bytes(Transaction.MAX_BYTES), bytes(500)),
                batch(1, 1, bytes(Transaction.MAX_BYTES + 1)),
                batch(1, 1),
                batch(1, 1, new byte[0]),
                batch(1, 0, bytes(1)),
                batch(1, 1L << 53, bytes(1)),
                batch(1, 1, Collections.nCopies(1_025, bytes(1)).toArray(byte[][]::new)))) {
            assertThat(check(wrong)).isEqualTo(Refusal.BATCH_MALFORMED);
            assertThat(acceptable(wrong)).isFalse();
        }
    }

    @Test
    void a_batch_is_of_a_member_of_this_ledger_and_signed_by_its_node_key() {
        byte[] inside = bytes(1);
        LedgerId other = LedgerId.ofHex("5b".repeat(32));
        byte[] foreign = MemberBatch.sign(other, member(1), 1, List.of(inside), key(1, KeyRole.NODE));
        byte[] stranger = batch(5, 1, inside);
        byte[] forged = MemberBatch.sign(ID, member(1), 1, List.of(inside), key(2, KeyRole.NODE));
        byte[] wrongRole = MemberBatch.sign(ID, member(1), 1, List.of(inside), key(1, KeyRole.IDENTITY));
        assertThat(check(foreign)).isEqualTo(Refusal.TX_LEDGER);
        assertThat(check(stranger)).isEqualTo(Refusal.MEMBER_UNKNOWN);
        assertThat(check(forged)).isEqualTo(Refusal.TX_SIGNATURE);
        assertThat(check(wrongRole)).isEqualTo(Refusal.TX_SIGNATURE);
        byte[] good = batch(2, 1, inside);
        assertThat(check(good)).isNull();
        for (byte[] wrong : List.of(foreign, stranger, forged, wrongRole)) {
            assertThat(acceptable(good, wrong)).isFalse();
        }
        assertThat(acceptable(good)).isTrue();
        assertThat(propose(List.of(foreign, stranger, forged, good, wrongRole), BLOCK_BYTES))
                .containsExactly(good);
    }

    @Test
    void a_batch_that_was_found_good_is_judged_anew_after_each_block() {
        byte[] later = batch(2, 2, bytes(1));
        assertThat(check(later)).isNull();
        assertThat(check(later.clone())).isNull();
        ledger.engineBlock(batch(
                2,
                1,
                ledger.transaction(
                        key(2, KeyRole.IDENTITY),
                        new SetMemberKey(member(2), memberKey(member(2), KeyRole.NODE, key("another"))))));
        assertThat(check(later)).isEqualTo(Refusal.TX_SIGNATURE);
        assertThat(acceptable(later)).isFalse();
        assertThat(propose(List.of(later), BLOCK_BYTES)).isEmpty();
        assertThat(ledger.engineBlock(later).split()).containsExactly(0);
    }

    @Test
    void batches_follow_each_other_without_gap_and_the_pool_keeps_a_few_ahead() {
        ledger.engineBlock(batch(1, 1, registration(1, "a")), batch(1, 2, registration(1, "b")));
        assertThat(ledger.ledger().batchSequence(member(1))).isEqualTo(2);
        assertThat(check(batch(1, 2, bytes(1)))).isEqualTo(Refusal.BATCH_SEQUENCE);
        assertThat(check(batch(1, 3, bytes(1)))).isNull();
        assertThat(check(batch(1, 18, bytes(1)))).isNull();
        assertThat(check(batch(1, 19, bytes(1)))).isEqualTo(Refusal.BATCH_SEQUENCE);
        byte[] third = batch(1, 3, bytes(1));
        byte[] fourth = batch(1, 4, bytes(1));
        byte[] sixth = batch(1, 6, bytes(1));
        assertThat(propose(List.of(sixth, fourth, third), BLOCK_BYTES)).containsExactly(third, fourth);
        assertThat(acceptable(third, fourth)).isTrue();
        assertThat(acceptable(fourth, third)).isFalse();
        assertThat(acceptable(fourth)).isFalse();
        assertThat(acceptable(third, third)).isFalse();
    }

    @Test
    void a_made_up_batch_does_not_take_the_place_of_the_true_one() {
        byte[] forged = MemberBatch.sign(ID, member(1), 1, List.of(bytes(1)), key(2, KeyRole.NODE));
        byte[] good = batch(1, 1, bytes(2));
        assertThat(propose(List.of(forged, good, batch(1, 2, bytes(3))), BLOCK_BYTES))
                .hasSize(2)
                .first()
                .isEqualTo(good);
    }

    @Test
    void a_block_holds_what_is_inside_the_batches_and_one_result_for_each() {
        byte[] box = registration(1, "box");
        BlockOutcome outcome = ledger.engineBlock(
                batch(1, 1, box, bytes(9), registration(1, "bay")), batch(2, 1, box, registration(2, "box")));
        assertThat(outcome.split()).containsExactly(3, 2);
        assertThat(outcome.results())
                .extracting(TransactionResult::happened)
                .containsExactly(true, false, true, false, true);
        assertThat(outcome.results().get(3).firstRefusal().orElseThrow().code()).isEqualTo(Refusal.TX_SEEN);
        assertThat(outcome.events()).hasSize(3);
        assertThat(outcome.validators()).isEmpty();
    }

    @Test
    void what_is_not_acceptable_is_skipped_without_a_trace_and_the_rest_is_executed() {
        byte[] forged = MemberBatch.sign(ID, member(2), 1, List.of(registration(2, "x")), key(1, KeyRole.NODE));
        byte[] gap = batch(3, 2, registration(3, "x"));
        byte[] good = batch(1, 1, registration(1, "box"));
        TestLedger other = TestLedger.shared(4);
        long time = ledger.time();
        BlockOutcome outcome = ledger.engineBlockAt(time, forged, good, gap, bytes(40), registration(4, "plain"));
        assertThat(outcome.split()).containsExactly(0, 1, 0, 0, 0);
        assertThat(outcome.results()).hasSize(1);
        assertThat(other.engineBlockAt(time, good).appHash()).isEqualTo(outcome.appHash());
    }

    @Test
    void a_member_that_floods_waits_until_its_bucket_has_drained_and_the_others_do_not() {
        byte[] large = bytes(60_000);
        long sequence = 1;
        long taken = 0;
        long time = ledger.time();
        while (ledger.ledger().acceptable(ledger.height() + 1, time, List.of(batch(1, sequence, large)))) {
            byte[] next = batch(1, sequence++, large);
            taken += next.length;
            ledger.engineBlockAt(time++, next);
        }
        assertThat(taken).isBetween(8_000_000 - 60_300L, 8_000_000 + 1_000 * sequence);
        byte[] waits = batch(1, sequence, large);
        byte[] honest = batch(2, 1, large);
        List<byte[]> both = List.of(waits, honest);
        assertThat(ledger.ledger().propose(both, time, BLOCK_BYTES).equals(List.of(honest)))
                .isTrue();
        assertThat(ledger.ledger().acceptable(ledger.height() + 1, time, both)).isFalse();
        assertThat(ledger.ledger().acceptable(ledger.height() + 1, time + 61, both))
                .as("a millisecond drains a thousand bytes")
                .isTrue();
    }

    @Test
    void signatures_fill_a_bucket_of_their_own() {
        byte[] transaction = ledger.transaction(
                IntStream.range(0, 16).mapToObj(i -> TestLedger.key("s" + i)).toList(),
                false,
                List.of(RegisterDevice.withToken(DeviceId.of("acme:x"))));
        int inside = MemberBatch.ROOM / (transaction.length + MemberBatch.FRAME_BYTES);
        byte[][] full = Collections.nCopies(inside, transaction).toArray(byte[][]::new);
        long time = ledger.time();
        int batches = 0;
        while (ledger.ledger().acceptable(ledger.height() + 1, time, List.of(batch(1, batches + 1, full)))) {
            ledger.engineBlockAt(time++, batch(1, ++batches, full));
        }
        assertThat(batches * inside * 16).isBetween(12_000 - inside * 16, 12_000 + 3 * batches);
    }

    @Test
    void nobody_gets_more_than_its_share_while_others_wait_and_all_of_it_when_they_do_not() {
        byte[] large = bytes(50_000);
        List<byte[]> pool = new ArrayList<>();
        for (int i = 1; i <= 16; i++) {
            pool.add(batch(1, i, large));
        }
        assertThat(propose(pool, 500_000)).as("alone").hasSize(9);
        for (int member = 2; member <= 4; member++) {
            for (int i = 1; i <= 2; i++) {
                pool.add(batch(member, i, large));
            }
        }
        List<byte[]> chosen = propose(pool, 500_000);
        assertThat(chosen).hasSize(9);
        assertThat(chosen.stream()
                        .map(b -> MemberBatch.decode(b).orThrow().member())
                        .filter(member(1)::equals))
                .as("the other three get their two each")
                .hasSize(3);
        assertThat(acceptable(chosen.toArray(byte[][]::new))).isTrue();
        for (int i = 3; i <= 16; i++) {
            pool.add(batch(2, i, large));
        }
        chosen = propose(pool, 1_000_000);
        assertThat(chosen.stream()
                        .map(b -> MemberBatch.decode(b).orThrow().member())
                        .filter(member(1)::equals)
                        .count())
                .isBetween(7L, 9L);
    }

    @Test
    void every_member_gets_a_turn_however_small_the_block() {
        List<byte[]> pool = new ArrayList<>();
        for (int member = 1; member <= 4; member++) {
            pool.add(batch(member, 1, bytes(50_000)));
        }
        List<String> turns = new ArrayList<>();
        for (int block = 0; block < 4; block++) {
            List<byte[]> chosen = propose(pool, 60_000);
            assertThat(chosen).hasSize(1);
            turns.add(MemberBatch.decode(chosen.getFirst()).orThrow().member().value());
            ledger.engineBlock(chosen.getFirst());
        }
        assertThat(turns).containsExactlyInAnyOrder("acme", "m2", "m3", "m4");
    }

    @Test
    void mutated_batches_are_refused_or_read_but_never_throw_and_none_passes_as_signed() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] good = batch(1, 1, registration(1, "box"), registration(1, "bay"));
        int readable = 0;
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            byte[] mutated = TransactionFuzz.mutate(good, random);
            if (MemberBatch.decode(mutated) instanceof Result.Ok<MemberBatch>(MemberBatch read)) {
                readable++;
                assertThat(read.transactions()).isNotEmpty();
                assertThat(read.signatures()).isPositive();
            }
            if (!Arrays.equals(mutated, good) && i % 10 == 0) {
                assertThat(acceptable(mutated)).isFalse();
                assertThat(propose(List.of(mutated, good), BLOCK_BYTES)).containsExactly(good);
            }
        }
        System.out.println(rounds + " mutated batches, " + readable + " still readable");
        assertThat(readable).isPositive();
    }
}
