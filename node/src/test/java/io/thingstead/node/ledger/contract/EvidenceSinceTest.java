package io.thingstead.node.ledger.contract;

import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.Summary;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.DraftContract;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.ShowReadings;
import io.thingstead.node.ledger.action.SignContract;
import io.thingstead.node.ledger.action.StepContract;
import io.thingstead.node.ledger.money.Balance;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// From when on readings count: from the contract's begin, or only from its state's. Two devices of one member are the
/// parties, each with an account of its own.
class EvidenceSinceTest {
    private static final AssetId EUR = AssetId.parse("acme:EUR").orElseThrow();
    private static final AccountId GUEST = new AccountId.Device(DeviceId.of("acme:car"));
    private static final AccountId HOST = new AccountId.Device(DeviceId.of(TestBox.NAME));
    private static final SigningKey NODE = key(1, KeyRole.NODE);
    private static final String TEXT = """
            thingstead: contract/1
            title: Warm enough
            about: Once the room is warm the host is paid.
            parties:
              guest: {role: pays}
              host: {role: heats}
            terms:
              room: {type: device, held_by: host, value: "ROOM"}
              temperature: {type: stream, device: room, reading: temperature, unit: Cel}
              warm: {type: quantity, unit: Cel, value: "20.5"}
              price: {type: money, asset: "acme:EUR", value: "3.00"}
              time: {type: duration, value: 1 h}
            deposits:
              pot: {by: guest, amount: price}
            start: booked
            states:
              booked:
                means: Nobody is there yet.
                on: {came: {signature: guest, go: heating}}
                deadline: time
                otherwise: {effects: [{release: pot}], go: cold}
              heating:
                means: The room is being heated.
                on:
                  is_warm:
                    evidence: temperature
                    when: temperature >= warm
                    since: SINCE
                    effects: [{pay: price, from: pot, to: host}]
                    go: paid
                deadline: time
                otherwise: {effects: [{release: pot}], go: cold}
              paid: {means: The host is paid., end: true}
              cold: {means: It did not get warm., end: true}
            """;

    private final TestLedger ledger = TestLedger.founded();
    private final TestBox box = new TestBox(ledger);

    private void begin(String since) {
        ContractFile file = ContractFile.read(TEXT.replace("ROOM", TestBox.NAME).replace("SINCE", since), Map.of());
        assertThat(file.findings()).noneMatch(f -> f.isError());
        ledger.submit(NODE, new CreateAsset(EUR, 2));
        ledger.submit(key(KeyRole.NODE), RegisterDevice.withToken(DeviceId.of("acme:car")));
        ledger.submit(NODE, new Issue(EUR, GUEST, 500, null));
        CborWriter values = new CborWriter();
        file.values().write(values);
        assertThat(ledger.refusal(
                        NODE,
                        new DraftContract(
                                file.contract().encode(),
                                values.toBytes(),
                                List.of(GUEST, HOST),
                                PlainText.RENDERER,
                                PlainText.hash("text"),
                                0)))
                .isNull();
        assertThat(ledger.refusal(NODE, new SignContract(1, record().agreement())))
                .as("the node of their member signs for both devices")
                .isNull();
    }

    private ContractRecord record() {
        return ContractRecord.decode(1, ledger.values().get(StateKeys.contract(1)));
    }

    private void guestComes() {
        assertThat(ledger.refusal(NODE, new StepContract(1, "guest", StepContract.Kind.SIGN, "came")))
                .isNull();
    }

    private Refusal show(ShownFrames frames) {
        byte[] commitment = ledger.attaching(new Attachment(new byte[32], frames.encode()));
        return ledger.refusal(NODE, new ShowReadings(1, "host", "is_warm", commitment));
    }

    private long balance(AccountId account) {
        byte[] value = ledger.values().get(StateKeys.balance(account, EUR));
        return value == null ? 0 : Balance.decode(value).amount();
    }

    @Test
    void what_was_final_before_the_state_was_entered_does_not_count_where_the_contract_says_so() {
        begin("state");
        box.measuresFor(1, 21);
        guestComes();
        assertThat(show(box.shown(0, 1))).isEqualTo(Refusal.EVIDENCE_OLD);
        box.measuresFor(1, 21);
        assertThat(show(box.shown(1, 2))).isNull();
        assertThat(record().status()).isEqualTo(ContractRecord.Status.ENDED);
        assertThat(balance(HOST)).isEqualTo(300);
        assertThat(balance(GUEST)).isEqualTo(200);
    }

    /// Though both are final only after the state was entered.
    @Test
    void what_was_summed_up_before_the_state_was_entered_does_not_count_where_the_contract_says_so() {
        begin("state");
        guestComes();
        long entered = record().standsAt().entered();
        box.sends(new Summary("temperature", "Cel", 21, 22, entered - 60_000, entered - 1, 1, 60).measurements());
        box.sends(new Summary("temperature", "Cel", 21, 22, entered - 1, entered + 1_000, 61, 62).measurements());
        box.anchor(ledger.time());
        assertThat(show(box.shown(0, 1))).isEqualTo(Refusal.EVIDENCE_OLD);
        assertThat(show(box.shown(0, 2))).as("not even beside what counts").isEqualTo(Refusal.EVIDENCE_OLD);
        assertThat(show(box.shown(1, 2))).as("it reaches over the moment").isNull();
        assertThat(balance(HOST)).isEqualTo(300);
    }

    @Test
    void otherwise_all_since_the_begin_of_the_contract_counts() {
        begin("begin");
        box.measuresFor(1, 21);
        guestComes();
        assertThat(show(box.shown(0, 1))).isNull();
        assertThat(balance(HOST)).isEqualTo(300);
    }

    @Test
    void a_contract_of_devices_is_found_by_their_member() {
        begin("begin");
        assertThat(record().partyOf(new MemberId("acme"))).hasValue(0);
        assertThat(record().partyOf(new MemberId("bolt"))).isEmpty();
        assertThat(ledger.values().get(StateKeys.party(new AccountId.Member(new MemberId("acme")), "contract", 1)))
                .isNotNull();
    }
}
