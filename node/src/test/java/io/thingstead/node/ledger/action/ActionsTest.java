package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.TransactionResult;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every action must do, whatever it is about.
class ActionsTest {
    private static final List<Integer> ALL = IntStream.concat(
                    IntStream.concat(IntStream.rangeClosed(1, 32), IntStream.rangeClosed(40, 45)),
                    IntStream.rangeClosed(50, 52))
            .boxed()
            .toList();

    static List<ActionSample> samples() {
        return ActionSample.all();
    }

    static List<Action> actions() {
        return ActionSample.ofEveryKind();
    }

    private static byte[] encoded(Action action) {
        CborWriter out = new CborWriter().array(2).integer(action.type());
        action.writeBody(out);
        return out.toBytes();
    }

    private static Result<Action> read(byte[] bytes) {
        return Actions.read(CborReader.strict(bytes));
    }

    @Test
    void the_samples_cover_every_action() {
        assertThat(actions().stream().map(Action::type).distinct().sorted())
                .containsExactlyElementsOf(ALL)
                .hasSize(Action.class.getPermittedSubclasses().length);
        assertThat(actions().stream().map(Action::name).distinct()).hasSize(ALL.size());
    }

    @ParameterizedTest
    @MethodSource("actions")
    void what_was_written_reads_back_to_the_same_bytes(Action action) {
        CborReader in = CborReader.strict(encoded(action));
        Action back = Actions.read(in).orThrow();
        in.expectEnd();
        assertThat(back).isInstanceOf(action.getClass());
        assertThat(encoded(back)).isEqualTo(encoded(action));
        assertThat(back.inWords()).isEqualTo(action.inWords());
        assertThat(back.subjects()).isEqualTo(action.subjects());
    }

    @ParameterizedTest
    @MethodSource("actions")
    void it_reads_in_plain_words_and_names_its_subjects(Action action) {
        assertThat(action.inWords()).matches("[A-Z].{8,}[^.]").doesNotContain("null", "[", "@");
        assertThat(action.subjects())
                .hasSizeBetween(1, Event.MAX_SUBJECTS)
                .allMatch(s ->
                        s.matches("(member|log|device|decision|asset|key|hold|limit|channel|contract|offer)/.+|ledger")
                                && s.length() <= 128);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void its_own_signer_may_ask_for_it_and_every_event_names_a_subject(ActionSample sample) {
        TestLedger ledger = sample.ledger();
        TransactionResult result = ledger.submit(sample.signers(), sample.action());
        assertThat(result.refusals()).isEmpty();
        assertThat(result.happened()).isTrue();
        assertThat(result.events()).isNotEmpty().allSatisfy(event -> {
            assertThat(event.type()).isNotEqualTo(EventType.REFUSED);
            assertThat(event.subjects()).isNotEmpty();
            assertThat(Event.ofLeaf(event.leaf()).leaf()).isEqualTo(event.leaf());
            assertThat(event.inWords()).matches("[A-Za-z].{10,}").doesNotContain("null", "@");
        });
    }

    @ParameterizedTest
    @MethodSource("samples")
    void nobody_else_may_ask_for_it_and_the_refusal_names_the_same_subjects(ActionSample sample) {
        TestLedger ledger = sample.ledger();
        ledger.submit(key(KeyRole.NODE), TestLedger.device("acme:bike", key("bike")));
        for (SigningKey stranger : List.of(key("bike"), key(KeyRole.ATTEST), key(KeyRole.ENGINE), key(KeyRole.LOG))) {
            if (sample.signers().stream().anyMatch(s -> s.key().equals(stranger.key()))) {
                continue;
            }
            byte[] before = ledger.ledger().state().root();
            TransactionResult result = ledger.submit(stranger, sample.action());
            assertThat(result.consumed()).isTrue();
            assertThat(result.firstRefusal().orElseThrow().code()).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
            assertThat(ledger.lastEvent().type()).isEqualTo(EventType.REFUSED);
            assertThat(ledger.lastEvent().subjects()).isEqualTo(sample.action().subjects());
            assertThat(ledger.lastEvent().inWords()).contains("action.not-allowed");
            // Only the transaction's identity came into the state.
            assertThat(ledger.ledger().state().root()).isNotEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void the_same_actions_give_the_same_app_hash(ActionSample sample) {
        TestLedger one = sample.ledger();
        TestLedger two = sample.ledger();
        one.submit(sample.signers(), sample.action());
        assertThat(two.ledger().appHash()).isNotEqualTo(one.ledger().appHash());
        two.submit(sample.signers(), sample.action());
        assertThat(two.ledger().appHash()).isEqualTo(one.ledger().appHash());
    }

    @ParameterizedTest
    @MethodSource("actions")
    void bytes_that_are_cut_short_are_malformed(Action action) {
        byte[] bytes = encoded(action);
        int refused = 0;
        for (int length = 3; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            if (read(cut) instanceof Result.No<Action>(var no)) {
                assertThat(no.code()).isEqualTo(Refusal.ACTION_MALFORMED);
                refused++;
            }
        }
        assertThat(refused).isEqualTo(bytes.length - 3);
    }

    @Test
    void an_unknown_type_is_said_to_be_unknown() {
        byte[] bytes = new CborWriter().array(2).integer(77).array(1).text("x").toBytes();
        assertThat(read(bytes)).isInstanceOf(Result.No.class);
        assertThat(((Result.No<Action>) read(bytes)).refused().code()).isEqualTo(Refusal.ACTION_UNKNOWN);
    }

    @Test
    void reasons_and_numbers_out_of_range_are_malformed() {
        DeviceId box = DeviceId.of("acme:box");
        for (Action wrong : List.of(
                new RevokeDeviceKey(box, key("box").key().thumbprint(), 5),
                new RevokeDeviceKey(box, key("box").key().thumbprint(), 0),
                new CloseLog(TestLedger.LOG, 4),
                new CloseLog(TestLedger.LOG, 0),
                TestLedger.rotation("acme:box", key("box"), 1L << 53, key("box 2")),
                new AnchorCheckpoint(TestLedger.LOG, 0, 1L << 53, new byte[32], List.of()))) {
            assertThat(read(encoded(wrong))).as(wrong.toString()).isInstanceOf(Result.No.class);
        }
    }
}
