package io.thingstead.node.ledger.contract;

import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.frame.Summary;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.DryRun;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Shown;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.Templates;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.Transaction;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.DemandReadings;
import io.thingstead.node.ledger.action.DraftContract;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import io.thingstead.node.ledger.action.ShowReadings;
import io.thingstead.node.ledger.action.SignContract;
import io.thingstead.node.ledger.action.StepContract;
import io.thingstead.node.ledger.action.Transfer;
import io.thingstead.node.ledger.action.WithdrawContract;
import io.thingstead.node.ledger.money.Balance;
import io.thingstead.node.ledger.money.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A cold chain between four members on the ledger: drafted, signed by all, fed with readings that the ledger itself
/// looks at, paid; and what does not count.
class ContractsTest {
    private static final AssetId EUR = AssetId.parse("acme:EUR").orElseThrow();
    private static final List<String> PARTIES = List.of("maker", "carrier", "pharmacy", "insurer");

    private final TestLedger ledger = TestLedger.founded();
    private final TestBox box;
    private final ContractFile file;

    ContractsTest() {
        for (int i = 2; i <= 4; i++) {
            ledger.submit(key(KeyRole.IDENTITY), TestLedger.fullRegistration(TestLedger.member(i)));
        }
        ledger.submit(node(0), new CreateAsset(EUR, 2));
        for (int i = 0; i < 4; i++) {
            ledger.submit(node(0), new Issue(EUR, account(i), 500_000, null));
        }
        box = new TestBox(ledger);
        file = ContractFile.read(
                Templates.find("cold-chain")
                        .orElseThrow()
                        .text()
                        .replace("bank:EUR", "acme:EUR")
                        .replace("maker:box-1", TestBox.NAME),
                Map.of("too_long", "5 min"));
        assertThat(file.findings()).noneMatch(f -> f.isError());
    }

    private static SigningKey node(int party) {
        return key(party + 1, KeyRole.NODE);
    }

    private static AccountId account(int party) {
        return new AccountId.Member(TestLedger.member(party + 1));
    }

    private List<AccountId> accounts() {
        return List.of(account(0), account(1), account(2), account(3));
    }

    private DraftContract draft(byte[] contract) {
        CborWriter values = new CborWriter();
        file.values().write(values);
        return new DraftContract(contract, values.toBytes(), accounts(), 1, PlainText.hash("text"), 0);
    }

    private ContractRecord record(long number) {
        return ContractRecord.decode(number, ledger.values().get(StateKeys.contract(number)));
    }

    /// Drafted, and signed by all four.
    private long running() {
        assertThat(ledger.refusal(node(0), draft(file.contract().encode()))).isNull();
        long number = 1;
        for (int i = 0; i < 4; i++) {
            assertThat(ledger.refusal(
                            node(i), new SignContract(number, record(number).agreement())))
                    .isNull();
        }
        return number;
    }

    private Refusal show(int party, String way, ShownFrames frames) {
        byte[] commitment = ledger.attaching(new Attachment(new byte[32], frames.encode()));
        return ledger.refusal(node(party), new ShowReadings(1, PARTIES.get(party), way, commitment));
    }

    private long balance(int party) {
        byte[] value = ledger.values().get(StateKeys.balance(account(party), EUR));
        return value == null ? 0 : Balance.decode(value).amount();
    }

    private String state() {
        return record(1).standsAt().state();
    }

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

    /// What the box measured in a minute, each second, summed up in a frame that is final at its end.
    private Summary minute(long first, double min, double max) {
        long time = ledger.ledger().position().blockTime() + 60_000;
        return new Summary("temperature", "Cel", min, max, time - 59_000, time, first, first + 59);
    }

    private void sumsUp(Summary summary) {
        box.sends(summary.measurements());
        ledger.blockAt(summary.toMs() - 1);
        box.anchor(summary.toMs());
    }

    private void sumsUpFor(int minutes, double min, double max) {
        for (int i = 0; i < minutes; i++) {
            sumsUp(minute(box.size() * 60L + 1, min, max));
        }
    }

    @Test
    void an_excursion_is_shown_by_summaries_as_by_the_readings_themselves_and_as_in_a_dry_run() {
        running();
        long start = record(1).standsAt().entered();
        sumsUpFor(2, 4.1, 8.0);
        List<DryRun.Input> inputs = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Summary minute = minute(box.size() * 60L + 1, 8.06, 9.44);
            inputs.add(new DryRun.Measured(
                    "temperature",
                    new Shown.At(minute.fromMs(), minute.toMs(), 81, 94, minute.first(), minute.last()),
                    i + 1,
                    i));
            sumsUp(minute);
        }
        assertThat(show(1, "excursion", box.shown(0, 8)))
                .as("the second one fits in part")
                .isEqualTo(Refusal.EVIDENCE_UNFIT);
        assertThat(show(1, "excursion", box.shown(2, 5))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").next()).isEqualTo(301);
        assertThat(show(1, "excursion", box.shown(5, 8))).isNull();
        Machine machine = new Machine(new Code(file.contract()), file.values());
        assertThat(DryRun.of(machine, start, inputs, start + 600_000).state())
                .isEqualTo(state())
                .isEqualTo("refused");
    }

    @Test
    void a_long_summary_lasted_since_the_frame_before_came_and_no_longer_by_a_fast_clock() {
        running();
        box.measuresFor(1, 5.0);
        long begin = ledger.ledger().position().blockTime() + 1_000;
        Summary summary = new Summary("temperature", "Cel", 8.1, 9, begin, begin + 280_000, 1, 281);
        sumsUp(summary);
        assertThat(show(1, "excursion", box.shown(1, 2))).as("too short").isNull();
        assertThat(state()).isEqualTo("travelling");
        assertThat(show(1, "excursion", box.shown(0, 2)))
                .as("too short as well")
                .isNull();
        Standing.Run run = record(1).standsAt().runs().get("excursion");
        assertThat(run.lasted()).isEqualTo(280_000);

        box.measures("temperature", "Cel", 5);
        box.anchor(ledger.time());
        long now = ledger.ledger().position().blockTime();
        box.sends(new Summary("temperature", "Cel", 8.1, 9, now + 1_000, now + 600_000, 283, 882).measurements());
        box.anchor(now + 60_000);
        assertThat(show(1, "excursion", box.shown(2, 4))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").lasted())
                .as("ten minutes by the device’s clock, one by the ledger’s")
                .isBetween(55_000L, 65_000L);

        box.measures("temperature", "Cel", 5);
        box.anchor(ledger.time());
        now = ledger.ledger().position().blockTime();
        box.sends(new Summary("temperature", "Cel", 8.1, 9, now + 400_000, now + 700_000, 884, 890).measurements());
        box.anchor(now + 60_000);
        assertThat(show(1, "excursion", box.shown(4, 6))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").lasted())
                .as("five minutes, and nearly seven between")
                .isEqualTo(60_000);

        box.measuresFor(1, 5.0);
        begin = ledger.ledger().position().blockTime() + 1_000;
        box.anotherSends(begin + 200_000);
        sumsUp(new Summary("temperature", "Cel", 8.1, 9, begin, begin + 300_000, 892, 1_192));
        assertThat(show(1, "excursion", box.shownAt(8))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").lasted())
                .as("others were anchored since, and nobody knows when it began")
                .isEqualTo(100_000);
        assertThat(state()).isEqualTo("travelling");
        assertThat(show(1, "excursion", box.shownAt(6, 8))).isNull();
        assertThat(state()).isEqualTo("refused");
    }

    @Test
    void summaries_that_prove_nothing_are_refused_with_a_code() {
        Summary early = minute(1, 9, 9);
        box.sends(early.measurements());
        running();
        long began = record(1).since();
        box.anchor(early.toMs());
        assertThat(early.toMs()).isGreaterThan(began);
        assertThat(show(1, "excursion", box.shown(0, 1))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").first())
                .as("what was measured before the contract began does not count")
                .isEqualTo(began);
        box.sends(new Summary("temperature", "Cel", 9, 9, began - 60_000, began - 1, 61, 120).measurements());
        box.anchor(ledger.time());
        assertThat(show(1, "excursion", box.shown(1, 2))).isEqualTo(Refusal.EVIDENCE_OLD);

        Summary good = minute(121, 9, 9);
        sumsUp(good);
        box.sends(good.measurements());
        box.anchor(ledger.time());
        assertThat(show(1, "excursion", box.shown(2, 4))).as("again").isEqualTo(Refusal.EVIDENCE_UNFIT);
        sumsUp(minute(180, 9, 9));
        assertThat(show(1, "excursion", box.shown(3, 5)))
                .as("one measurement twice")
                .isEqualTo(Refusal.EVIDENCE_GAP);
        sumsUp(minute(241, 9, 9));
        assertThat(show(1, "excursion", box.shown(4, 6)))
                .as("one measurement is missing")
                .isEqualTo(Refusal.EVIDENCE_GAP);
        box.measures("temperature", "Cel", 9);
        box.anchor(ledger.time());
        sumsUp(minute(302, 9, 9));
        assertThat(show(1, "excursion", box.shown(5, 8)))
                .as("a reading is the measurement between")
                .isNull();

        Summary next = minute(362, 9, 9);
        for (List<Measurement> wrong : List.of(
                new Summary("temperature", "K", 282, 283, next.fromMs(), next.toMs(), 362, 421).measurements(),
                new Summary("temperature", "Cel", 9, 1e18, next.fromMs(), next.toMs(), 362, 421).measurements(),
                next.measurements().subList(0, 3),
                List.of(
                        Measurement.of("temperature/min", "Cel", 9.5, next.fromMs()),
                        Measurement.of("temperature/max", "Cel", 9, next.toMs()),
                        Measurement.of("temperature/first", null, 362, next.fromMs()),
                        Measurement.of("temperature/last", null, 421, next.toMs())))) {
            box.sends(wrong);
            box.anchor(ledger.time());
            assertThat(show(1, "excursion", box.shown(box.size() - 1, box.size())))
                    .isEqualTo(Refusal.EVIDENCE_UNFIT);
        }
        assertThat(state()).isEqualTo("travelling");
    }

    @Test
    void a_demand_is_answered_by_summaries_that_hide_nothing() {
        running();
        sumsUpFor(4, 4, 5);
        sumsUpFor(1, 4, 9);
        long to = ledger.ledger().position().blockTime();
        assertThat(ledger.refusal(node(2), new DemandReadings(1, "pharmacy", "temperature", to - 200_000, to)))
                .isNull();
        assertThat(show(0, null, box.shown(0, 5)))
                .as("whether it was too warm the last one does not say")
                .isEqualTo(Refusal.EVIDENCE_UNFIT);
        assertThat(show(0, null, box.shown(0, 3))).isNull();
        assertThat(record(1).standsAt().demand().next()).isEqualTo(181);

        assertThat(show(0, null, box.shown(3, 5))).isEqualTo(Refusal.EVIDENCE_UNFIT);
        assertThat(show(0, null, box.shown(3, 4))).isNull();
        box.measures("temperature", "Cel", 5);
        box.anchor(ledger.time());
        assertThat(show(0, null, box.shown(5, 6))).as("a frame is left out").isEqualTo(Refusal.EVIDENCE_GAP);
        assertThat(record(1).standsAt().demand()).isNotNull();
        assertThat(ledger.refusal(node(3), new DemandReadings(1, "insurer", "temperature", to, to)))
                .as("one at a time")
                .isEqualTo(Refusal.CONTRACT_WAY);
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
        var frames = new ArrayList<>(good.frames());
        var first = frames.getFirst();
        frames.set(
                0,
                new ShownFrames.Shown(
                        first.leaf(), first.signer(), first.log(), first.index() + 1, first.path(), first.anchor()));
        assertThat(show(1, "excursion", new ShownFrames(good.slot(), good.eventsSize(), good.anchors(), frames)))
                .isEqualTo(Refusal.EVIDENCE_FORGED);
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
