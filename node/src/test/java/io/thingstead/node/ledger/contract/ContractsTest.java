package io.thingstead.node.ledger.contract;

import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.DryRun;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.Templates;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.Transaction;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.DemandReadings;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import io.thingstead.node.ledger.action.ShowReadings;
import io.thingstead.node.ledger.action.SignContract;
import io.thingstead.node.ledger.action.StepContract;
import io.thingstead.node.ledger.action.Transfer;
import io.thingstead.node.ledger.action.WithdrawContract;
import io.thingstead.node.ledger.money.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A cold chain between four members on the ledger: drafted, signed by all, fed with readings that the ledger itself
/// looks at, paid; and what does not count.
class ContractsTest extends ColdChainOnLedger {
    @Test
    void a_box_that_stayed_cool_is_paid_by_itself() {
        running();
        assertThat(balance(2)).as("the pharmacy's money is locked up").isEqualTo(400_000);
        box.measuresFor(3, 5.2);
        box.measures("arrived", null, 1);
        box.anchor(ledger.time());
        assertThat(show(2, "arrived", box.shown(3, 4))).isNull();
        assertThat(state()).isEqualTo("inspection");

        for (int minute = 0; minute < 9; minute++) {
            ledger.blockAt(ledger.ledger().position().blockTime() + 60_000);
        }
        assertThat(state()).isEqualTo("inspection");
        ledger.blockAt(ledger.ledger().position().blockTime() + 60_000);
        assertThat(record(1).status()).isEqualTo(ContractRecord.Status.ENDED);
        assertThat(state()).isEqualTo("delivered");
        assertThat(List.of(balance(0), balance(1), balance(2), balance(3)))
                .containsExactly(590_000L, 508_000L, 400_000L, 502_000L);
        assertThat(ledger.values().get(StateKeys.balance(new AccountId.Contract(1), EUR)))
                .isNull();
        assertThat(ledger.lastEvent().type()).isEqualTo(EventType.CONTRACT_ENDED);
        assertThat(Move.of(ledger.lastEvent()))
                .contains(new Move(new AccountId.Contract(1), account(0), EUR, 2, 100_000, null))
                .hasSize(5);
        assertThat(ledger.events())
                .filteredOn(e -> e.type() == EventType.CONTRACT_BEGUN)
                .singleElement()
                .satisfies(e -> assertThat(Move.of(e))
                        .contains(new Move(account(2), new AccountId.Contract(1), EUR, 2, 100_000, null)));
        assertThat(ledger.lastEvent().inWords())
                .startsWith("Contract 1: paid 1000.00 acme:EUR to maker; paid 80.00 acme:EUR to carrier;")
                .endsWith("because the deadline of “inspection” came; it ended in “delivered”");
    }

    @Test
    void an_excursion_that_any_party_shows_is_refused_and_the_insurance_pays() {
        running();
        box.measuresFor(2, 5.2);
        box.measuresFor(7, 9.4);
        assertThat(show(1, "excursion", box.shownUnderKeptRoot(2, 8))).isNull();
        assertThat(state()).isEqualTo("refused");
        assertThat(List.of(balance(0), balance(1), balance(2), balance(3)))
                .containsExactly(588_000L, 480_000L, 520_000L, 412_000L);
        assertThat(ledger.lastEvent().inWords())
                .contains("a penalty of 200.00 acme:EUR went to pharmacy")
                .contains("because carrier showed readings for “excursion”");
    }

    @Test
    void the_same_contract_in_a_dry_run_ends_the_same() {
        Machine machine = new Machine(new Code(file.contract()), file.values());
        running();
        long start = record(1).standsAt().entered();
        box.measuresFor(7, 9.4);
        show(1, "excursion", box.shown(0, 7));

        var inputs = new ArrayList<DryRun.Input>();
        for (int i = 0; i < 7; i++) {
            inputs.add(new DryRun.Measured(start + (i + 1) * 60_000L, "temperature", 94, i + 1, i));
        }
        assertThat(DryRun.of(machine, start, inputs, start + 600_000).state())
                .isEqualTo(state())
                .isEqualTo("refused");
    }

    @Test
    void readings_that_prove_nothing_are_refused_with_a_code() {
        box.measuresFor(6, 9.4);
        running();
        assertThat(show(1, "excursion", box.shown(0, 6)))
                .as("final before the contract began")
                .isEqualTo(Refusal.EVIDENCE_OLD);
        box.measuresFor(7, 9.4);

        ShownFrames good = box.shown(6, 13);
        assertThat(show(1, "excursion", forged(good))).isEqualTo(Refusal.EVIDENCE_FORGED);
        assertThat(show(1, "excursion", new ShownFrames(5, good.eventsSize(), good.anchors(), good.frames())))
                .isEqualTo(Refusal.EVIDENCE_OLD);
        assertThat(show(1, "excursion", good))
                .as("proven under a root that is not the newest any more")
                .isEqualTo(Refusal.EVIDENCE_OLD);

        box.skips();
        box.measuresFor(1, 9.4);
        assertThat(show(1, "excursion", box.shown(6, 14))).isEqualTo(Refusal.EVIDENCE_GAP);
        box.measuresFor(1, 4.0);
        assertThat(show(1, "excursion", box.shown(13, 15))).isEqualTo(Refusal.EVIDENCE_UNFIT);
        assertThat(show(1, "arrived", box.shown(6, 7))).isEqualTo(Refusal.EVIDENCE_UNFIT);

        ledger.submit(key(KeyRole.NODE), TestLedger.device("acme:box-2", key("other")));
        box.signsWith(key("other"));
        box.measuresFor(1, 9.4);
        assertThat(show(1, "excursion", box.shown(15, 16))).isEqualTo(Refusal.EVIDENCE_FOREIGN);
        assertThat(state()).isEqualTo("travelling");
    }

    @Test
    void a_reading_that_became_final_after_its_key_was_revoked_does_not_count() {
        running();
        ledger.submit(
                key(KeyRole.NODE),
                new RevokeDeviceKey(DeviceId.of(TestBox.NAME), TestBox.KEY.key().thumbprint(), 2));
        box.measuresFor(7, 9.4);
        assertThat(show(1, "excursion", box.shown(0, 7))).isEqualTo(Refusal.EVIDENCE_REVOKED);
    }

    @Test
    void a_demand_that_nobody_answers_has_its_outcome() {
        running();
        long now = ledger.ledger().position().blockTime();
        assertThat(ledger.refusal(node(1), new DemandReadings(1, "pharmacy", "temperature", now, now)))
                .as("only the pharmacy speaks for the pharmacy")
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(node(2), new DemandReadings(1, "pharmacy", "temperature", now, now)))
                .isNull();
        ledger.blockAt(ledger.ledger().position().blockTime() + 60_000);
        for (int i = 0; i < 241; i++) {
            ledger.blockAt(ledger.ledger().position().blockTime() + 60_000);
        }
        assertThat(state()).isEqualTo("withheld");
    }

    @Test
    void a_demand_that_is_answered_leaves_time_to_read() {
        running();
        long from = ledger.ledger().position().blockTime() + 60_000;
        box.measuresFor(3, 5.0);
        assertThat(ledger.refusal(node(2), new DemandReadings(1, "pharmacy", "temperature", from, from + 60_000)))
                .isNull();
        assertThat(show(0, null, box.shown(0, 3))).isNull();
        assertThat(record(1).standsAt().demand()).isNull();
        assertThat(ledger.lastEvent().inWords()).contains("maker delivered what was demanded");
    }

    @Test
    void what_answers_a_demand_may_begin_before_the_contract_but_not_with_a_later_key() {
        box.measuresFor(2, 5.0);
        running();
        long from = ledger.ledger().position().blockTime();
        box.measuresFor(2, 5.0);
        long to = ledger.ledger().position().blockTime();
        assertThat(ledger.refusal(node(2), new DemandReadings(1, "pharmacy", "temperature", from, to)))
                .isNull();
        assertThat(show(0, null, box.shown(2, 4))).isEqualTo(Refusal.EVIDENCE_GAP);
        assertThat(show(0, null, box.shown(1, 4))).isNull();
        assertThat(record(1).standsAt().demand()).isNull();

        assertThat(ledger.refusal(node(3), new DemandReadings(1, "insurer", "temperature", from, to)))
                .isNull();
        ledger.submit(key(KeyRole.NODE), TestLedger.furtherKey(TestBox.NAME, key("later")));
        box.beginsAgainWith(key("later"));
        box.measuresFor(1, 5.0);
        assertThat(show(0, null, box.shown(4, 5))).isEqualTo(Refusal.EVIDENCE_GAP);
    }

    @Test
    void frames_of_two_keys_do_not_follow_each_other_though_their_numbers_do() {
        running();
        box.measuresFor(4, 9.4);
        ledger.submit(key(KeyRole.NODE), TestLedger.furtherKey(TestBox.NAME, key("later")));
        box.beginsAgainWith(key("later"));
        box.measuresFor(8, 9.4);
        assertThat(show(1, "excursion", box.shownAt(2, 3, 8, 9, 10, 11))).isEqualTo(Refusal.EVIDENCE_GAP);
        box.beginsAgainWith(TestBox.KEY);
        box.measuresFor(1, 9.4);
        assertThat(show(1, "excursion", box.shown(12, 13)))
                .as("an older key, though in force")
                .isEqualTo(Refusal.EVIDENCE_REVOKED);
        assertThat(show(1, "excursion", box.shown(0, 3))).isNull();
        assertThat(show(1, "excursion", box.shown(4, 7))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").lasted()).isEqualTo(120_000);
        assertThat(show(1, "excursion", box.shown(3, 4))).isEqualTo(Refusal.EVIDENCE_USED);
        assertThat(show(1, "excursion", box.shown(7, 11))).isNull();
        assertThat(state()).isEqualTo("refused");
    }

    @Test
    void of_a_frame_with_many_readings_those_count_that_fit() {
        running();
        long time = ledger.time();
        box.sends(List.of(
                Measurement.of("temperature", "Cel", 5, time - 3_000),
                Measurement.of("temperature", "Cel", 9.4, time - 2_000),
                Measurement.of("temperature", "Cel", 9.4, time)));
        box.anchor(time);
        box.measuresFor(4, 9.4);
        time = ledger.ledger().position().blockTime() + 60_000;
        box.sends(List.of(
                Measurement.of("temperature", "Cel", 9.4, time - 1_000),
                Measurement.of("temperature", "Cel", 5, time)));
        box.anchor(time);
        assertThat(show(1, "excursion", box.shown(0, 5)))
                .as("not for long enough")
                .isNull();
        assertThat(state()).isEqualTo("travelling");
        assertThat(show(1, "excursion", box.shown(0, 6))).isNull();
        assertThat(state()).isEqualTo("refused");
    }

    @Test
    void an_arrival_counts_though_the_frame_has_readings_from_before_and_after() {
        running();
        long time = ledger.time();
        box.sends(List.of(
                Measurement.of("arrived", null, 0, time - 2_000),
                Measurement.of("arrived", null, 1, time - 1_000),
                Measurement.of("arrived", null, 0, time)));
        box.anchor(time);
        assertThat(show(2, "arrived", box.shown(0, 1))).isNull();
        assertThat(state()).isEqualTo("inspection");
    }

    @Test
    void what_is_not_signed_by_all_does_not_begin() {
        ledger.submit(node(0), draft(file.contract().encode()));
        byte[] agreement = record(1).agreement();
        assertThat(ledger.refusal(node(0), new SignContract(1, new byte[32]))).isEqualTo(Refusal.CONTRACT_SIGNED);
        assertThat(ledger.refusal(node(0), new SignContract(1, agreement))).isNull();
        assertThat(ledger.refusal(node(0), new SignContract(1, agreement))).isEqualTo(Refusal.CONTRACT_SIGNED);
        assertThat(ledger.refusal(node(1), new StepContract(1, "carrier", StepContract.Kind.SIGN, "arrived")))
                .isEqualTo(Refusal.CONTRACT_WAY);
        assertThat(ledger.refusal(TestBox.KEY, new WithdrawContract(1))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(node(3), new WithdrawContract(1))).isNull();
        assertThat(ledger.refusal(node(1), new SignContract(1, agreement))).isEqualTo(Refusal.CONTRACT_SIGNED);

        assertThat(ledger.refusal(node(0), draft(file.contract().hash())))
                .as("known by its hash")
                .isNull();
        for (int i = 0; i < 10_081 / 100; i++) {
            ledger.blockAt(ledger.ledger().position().blockTime() + 100_000);
        }
        assertThat(record(2).status()).isEqualTo(ContractRecord.Status.DRAFT);
    }

    @Test
    void a_contract_that_is_unsound_or_not_backed_is_refused() {
        byte[] sound = file.contract().encode();
        assertThat(ledger.refusal(node(0), draft(new byte[] {1, 2, 3}))).isEqualTo(Refusal.CONTRACT_MALFORMED);
        assertThat(ledger.refusal(node(0), draft(new byte[32]))).isEqualTo(Refusal.CONTRACT_UNKNOWN);
        assertThat(ledger.refusal(TestBox.KEY, draft(sound))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        ContractFile leaking = ContractFile.read(
                Templates.find("cold-chain")
                        .orElseThrow()
                        .text()
                        .replace("bank:EUR", "acme:EUR")
                        .replace("maker:box-1", TestBox.NAME)
                        .replace("          - release: transport\n", ""),
                Map.of("too_long", "5 min"));
        assertThat(leaking.isSound()).isFalse();
        assertThat(ledger.refusal(node(0), draft(leaking.contract().encode()))).isEqualTo(Refusal.CONTRACT_UNSOUND);

        ledger.submit(node(1), new Transfer(account(1), account(0), EUR, 490_000, null, null));
        ledger.submit(node(0), draft(sound));
        byte[] agreement = record(1).agreement();
        for (int i = 0; i < 3; i++) {
            ledger.submit(node(i), new SignContract(1, agreement));
        }
        assertThat(ledger.refusal(node(3), new SignContract(1, agreement)))
                .as("the carrier has not what it is to lock up")
                .isEqualTo(Refusal.FUNDS_INSUFFICIENT);
        assertThat(record(1).status()).isEqualTo(ContractRecord.Status.DRAFT);
        assertThat(balance(2)).as("nobody's money is locked up").isEqualTo(500_000);
    }

    @Test
    void a_transaction_without_its_attachment_or_with_another_is_none() {
        running();
        box.measuresFor(7, 9.4);
        Attachment attachment = new Attachment(new byte[32], box.shown(0, 7).encode());
        Action action = new ShowReadings(1, "carrier", "excursion", attachment.commitment());
        byte[] without = Transactions.sign(
                TestLedger.ID, ledger.nonce(), ledger.time() + 60_000, List.of(action), false, List.of(node(1)));
        byte[] another = Transactions.sign(
                TestLedger.ID,
                ledger.nonce(),
                ledger.time() + 60_000,
                List.of(action),
                false,
                List.of(node(1)),
                List.of(new Attachment(new byte[32], new byte[] {1})));
        assertThat(Transaction.decode(without).isOk()).isFalse();
        assertThat(Transaction.decode(another).isOk()).isFalse();
    }
}
