package io.thingstead.node.ledger;

import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.START;
import static io.thingstead.node.ledger.TestLedger.device;
import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which transactions are taken, and what becomes of their parts.
class TransactionTest {
    private static final SigningKey NODE = key(KeyRole.NODE);
    private static final Action OPEN = new OpenLog(new LogId(TestLedger.ACME, 2));

    private TestLedger ledger;

    @BeforeEach
    void found() {
        ledger = TestLedger.founded();
    }

    /// The code with which it is not taken, by the check and by a block, which must agree; null when it is taken.
    private Refusal notTaken(byte[] transaction, long time) {
        Optional<Refusal> checked = ledger.ledger().check(transaction, time).map(Refused::code);
        byte[] before = ledger.ledger().appHash();
        TransactionResult result = ledger.blockAt(time, transaction).results().getFirst();
        assertThat(result.consumed()).isEqualTo(checked.isEmpty());
        if (result.consumed()) {
            return null;
        }
        assertThat(result.events()).isEmpty();
        assertThat(ledger.ledger().appHash()).as("it leaves no trace").isEqualTo(before);
        assertThat(result.firstRefusal().map(Refused::code)).isEqualTo(checked);
        return checked.orElseThrow();
    }

    private byte[] valid(long until) {
        return Transactions.sign(ID, ledger.nonce(), until, List.of(OPEN), List.of(NODE));
    }

    @Test
    void a_transaction_of_another_ledger_is_not_taken() {
        byte[] other = Transactions.sign(
                LedgerId.ofHex("66".repeat(32)), ledger.nonce(), ledger.time() + 9, List.of(OPEN), List.of(NODE));
        assertThat(notTaken(other, ledger.time())).isEqualTo(Refusal.TX_LEDGER);
    }

    @Test
    void its_time_ends_at_validUntil_and_lies_within_a_day() {
        long time = ledger.time();
        byte[] now = valid(time);
        byte[] over = valid(time - 1);
        byte[] far = valid(time + Transaction.MAX_VALIDITY_MS + 1);
        byte[] farthest = valid(time + Transaction.MAX_VALIDITY_MS);
        assertThat(ledger.ledger().check(now, time)).isEmpty();
        assertThat(ledger.ledger().check(farthest, time)).isEmpty();
        assertThat(notTaken(over, time)).isEqualTo(Refusal.TX_EXPIRED);
        assertThat(notTaken(far, ledger.ledger().position().blockTime() + 1)).isNull();
        ledger = TestLedger.founded();
        assertThat(notTaken(far, time)).isEqualTo(Refusal.TX_EXPIRED);
    }

    @Test
    void it_is_taken_once_even_when_refused() {
        byte[] good = valid(ledger.time() + 60_000);
        assertThat(notTaken(good, ledger.time())).isNull();
        assertThat(notTaken(good, ledger.time())).isEqualTo(Refusal.TX_SEEN);
        byte[] refused = valid(ledger.time() + 60_000);
        assertThat(ledger.block(refused)
                        .results()
                        .getFirst()
                        .firstRefusal()
                        .orElseThrow()
                        .code())
                .isEqualTo(Refusal.LOG_EXISTS);
        assertThat(notTaken(refused, ledger.time())).isEqualTo(Refusal.TX_SEEN);
    }

    @Test
    void twice_in_one_block_it_is_taken_once() {
        byte[] good = valid(ledger.time() + 60_000);
        List<TransactionResult> results = ledger.block(good, good).results();
        assertThat(results).extracting(TransactionResult::consumed).containsExactly(true, false);
        assertThat(ledger.events().stream().filter(e -> e.height() == 2)).hasSize(1);
    }

    @Test
    void what_was_seen_is_forgotten_when_its_time_is_over_and_then_refused_as_expired() {
        long until = ledger.time() + 5_000;
        byte[] good = valid(until);
        String seen = StateKeys.seen(until, Transaction.decode(good).orThrow().identity());
        ledger.block(good);
        assertThat(ledger.values().get(seen)).isNotNull();
        byte[] root = ledger.ledger().state().root();
        ledger.blockAt(until + 1);
        assertThat(ledger.ledger().state().root())
                .as("an empty block changes nothing")
                .isEqualTo(root);
        ledger.blockAt(until + 2, new byte[] {1});
        assertThat(ledger.values().get(seen))
                .as("forgotten by any block with a transaction")
                .isNull();
        assertThat(notTaken(good, until + 3)).isEqualTo(Refusal.TX_EXPIRED);
    }

    @Test
    void signers_are_keys_in_force_and_their_signatures_verify() {
        SigningKey box = key("box");
        assertThat(notTaken(ledger.transaction(box, OPEN), ledger.time())).isEqualTo(Refusal.TX_SIGNER);
        ledger.submit(NODE, device("acme:box", box));
        byte[] byBox = ledger.transaction(box, OPEN);
        byte[] wrong = byBox.clone();
        wrong[wrong.length - 1] ^= 1;
        assertThat(notTaken(wrong, ledger.time())).isEqualTo(Refusal.TX_SIGNATURE);
        assertThat(ledger.block(byBox)
                        .results()
                        .getFirst()
                        .firstRefusal()
                        .orElseThrow()
                        .code())
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        ledger.submit(
                NODE, new RevokeDeviceKey(DeviceId.of("acme:box"), box.key().thumbprint(), 1));
        assertThat(notTaken(ledger.transaction(box, OPEN), ledger.time())).isEqualTo(Refusal.TX_SIGNER);
    }

    @Test
    void a_signature_that_verified_once_does_not_vouch_for_another() {
        byte[] good = valid(ledger.time() + 60_000);
        assertThat(ledger.ledger().check(good, ledger.time())).isEmpty();
        byte[] forged = good.clone();
        forged[forged.length - 64] ^= 1;
        assertThat(ledger.ledger().check(forged, ledger.time()).orElseThrow().code())
                .isEqualTo(Refusal.TX_SIGNATURE);
    }

    @Test
    void all_signers_must_have_signed() {
        byte[] two = ledger.transaction(List.of(NODE, key(KeyRole.IDENTITY)), false, List.of(OPEN));
        byte[] oneWrong = two.clone();
        oneWrong[oneWrong.length - 1] ^= 1;
        assertThat(notTaken(oneWrong, ledger.time())).isEqualTo(Refusal.TX_SIGNATURE);
        assertThat(notTaken(two, ledger.time())).isNull();
    }

    @Test
    void a_refused_action_leaves_an_event_and_the_others_happen() {
        byte[] mixed = ledger.transaction(NODE, OPEN, OPEN, new OpenLog(new LogId(TestLedger.ACME, 3)));
        TransactionResult result = ledger.block(mixed).results().getFirst();
        assertThat(result.refusals()).extracting(Refused::code).containsExactly(Refusal.LOG_EXISTS);
        assertThat(result.events())
                .extracting(Event::type)
                .containsExactly(EventType.LOG_OPENED, EventType.REFUSED, EventType.LOG_OPENED);
        assertThat(result.events().get(1).inWords()).isEqualTo("Action 2 of a transaction was refused: log.exists");
    }

    @Test
    void an_atomic_transaction_happens_whole_or_not_at_all() {
        byte[] mixed = ledger.transaction(
                List.of(NODE), true, List.of(new OpenLog(new LogId(TestLedger.ACME, 4)), OPEN, OPEN, OPEN));
        TransactionResult result = ledger.block(mixed).results().getFirst();
        assertThat(result.consumed()).isTrue();
        assertThat(result.events()).extracting(Event::type).containsExactly(EventType.REFUSED);
        assertThat(ledger.logRecord(new LogId(TestLedger.ACME, 4))).isNull();
        assertThat(notTaken(mixed, ledger.time())).isEqualTo(Refusal.TX_SEEN);
    }

    @Test
    void only_the_one_form_is_read() {
        byte[] good = valid(START + 90_000);
        assertThat(Transaction.decode(good).isOk()).isTrue();
        byte[] longer = java.util.Arrays.copyOf(good, good.length + 1);
        assertThat(malformed(longer)).isTrue();
        assertThat(malformed(new byte[Transaction.MAX_BYTES + 1])).isTrue();
        assertThat(malformed(signed(payload(5, 0, 1, 1, 1), 1, 0))).isFalse();
        assertThat(malformed(signed(payload(6, 0, 1, 1, 1), 1, 0))).isFalse();
        assertThat(malformed(signed(payload(4, 0, 1, 1, 1), 1, 0)))
                .as("a label is missing")
                .isTrue();
        assertThat(malformed(signed(payload(5, 0, 1, 0, 1), 1, 0)))
                .as("no action")
                .isTrue();
        assertThat(malformed(signed(payload(5, 0, 1, 257, 1), 1, 0)))
                .as("too many actions")
                .isTrue();
        assertThat(malformed(signed(payload(5, 0, 1, 256, 1), 1, 0))).isFalse();
        assertThat(malformed(signed(payload(5, 1L << 53, 1, 1, 1), 1, 0)))
                .as("a time over 2^53 - 1")
                .isTrue();
        assertThat(malformed(signed(payload(5, 0, 0, 1, 1), 0, 0)))
                .as("nobody signs")
                .isTrue();
        assertThat(malformed(signed(payload(5, 0, 2, 1, 1), 2, 0)))
                .as("a signer twice")
                .isTrue();
        assertThat(malformed(signed(payload(5, 0, 1, 1, 1), 2, 0)))
                .as("a signature too many")
                .isTrue();
        assertThat(malformed(signed(payload(5, 0, 1, 1, 1), 1, 1)))
                .as("another kind of signature")
                .isTrue();
    }

    private static boolean malformed(byte[] bytes) {
        return Transaction.decode(bytes) instanceof io.thingstead.kit.model.Result.No<Transaction>(var refused)
                && refused.code() == Refusal.TX_MALFORMED;
    }

    private static CborWriter payload(int labels, long until, int signers, int actions, int from) {
        byte[] node = NODE.key().thumbprint().bytes();
        CborWriter out = new CborWriter().map(labels).integer(1).bytes(ID.bytes());
        out.integer(2).bytes(new byte[16]).integer(3).integer(until);
        out.integer(4).array(signers);
        Collections.nCopies(signers, node).forEach(out::bytes);
        if (labels > 4) {
            out.integer(5).array(actions);
            for (int i = 0; i < actions; i++) {
                out.array(2).integer(OPEN.type());
                OPEN.writeBody(out);
            }
        }
        return labels == 6 ? out.integer(6).bool(true) : out;
    }

    private static byte[] signed(CborWriter payload, int signatures, int kind) {
        CborWriter out = new CborWriter().array(2).bytes(payload.toBytes()).array(signatures);
        for (int i = 0; i < signatures; i++) {
            out.array(4)
                    .bytes(NODE.key().thumbprint().bytes())
                    .integer(kind)
                    .bytes(new byte[0])
                    .bytes(new byte[64]);
        }
        return out.toBytes();
    }
}
