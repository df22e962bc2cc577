package io.thingstead.node.ledger.contract;

import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.DraftContract;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.SignContract;
import io.thingstead.node.ledger.action.StepContract;
import io.thingstead.node.ledger.contract.ContractRecord.Status;
import io.thingstead.node.ledger.money.Balance;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Amendments: a contract in place of a running one, once all its parties have signed anew.
class ReplacementTest {
    private static final AssetId EUR = AssetId.parse("acme:EUR").orElseThrow();
    private static final SigningKey GUEST = key(1, KeyRole.NODE);
    private static final SigningKey HOST = key(2, KeyRole.NODE);
    private static final AccountId GUESTS = new AccountId.Member(TestLedger.member(1));
    private static final AccountId HOSTS = new AccountId.Member(TestLedger.member(2));
    private static final AccountId THIRD = new AccountId.Member(TestLedger.member(3));
    private static final String TEXT = """
            thingstead: contract/1
            title: A stay
            about: The host is paid when the guest says so.
            parties:
              guest: {role: pays}
              host: {role: is paid}
            terms:
              price: {type: money, asset: "acme:EUR", value: "PRICE"}
              time: {type: duration, value: 1 h}
            deposits:
              pot: {by: guest, amount: price}
            start: staying
            states:
              staying:
                means: The guest is there.
                on: {left: {signature: guest, effects: [{pay: price, from: pot, to: host}], go: paid}}
                deadline: time
                otherwise: {effects: [{pay: price, from: pot, to: host}], go: paid}
              paid: {means: The host is paid., end: true}
            """;

    private final TestLedger ledger = TestLedger.founded();

    ReplacementTest() {
        for (int i = 2; i <= 3; i++) {
            ledger.submit(key(KeyRole.IDENTITY), TestLedger.fullRegistration(TestLedger.member(i)));
        }
        ledger.submit(GUEST, new CreateAsset(EUR, 2));
        ledger.submit(GUEST, new Issue(EUR, GUESTS, 500, null));
    }

    private static DraftContract draft(String price, long replaces, AccountId... accounts) {
        ContractFile file = ContractFile.read(TEXT.replace("PRICE", price), Map.of());
        assertThat(file.findings()).noneMatch(f -> f.isError());
        CborWriter values = new CborWriter();
        file.values().write(values);
        return new DraftContract(
                file.contract().encode(),
                values.toBytes(),
                List.of(accounts),
                PlainText.RENDERER,
                PlainText.hash(price),
                replaces);
    }

    private ContractRecord record(long number) {
        return ContractRecord.decode(number, ledger.values().get(StateKeys.contract(number)));
    }

    private Refusal sign(SigningKey by, long number) {
        return ledger.refusal(by, new SignContract(number, record(number).agreement()));
    }

    private void running(String price) {
        assertThat(ledger.refusal(GUEST, draft(price, 0, GUESTS, HOSTS))).isNull();
        assertThat(sign(GUEST, 1)).isNull();
        assertThat(sign(HOST, 1)).isNull();
    }

    private long balance(AccountId account) {
        byte[] value = ledger.values().get(StateKeys.balance(account, EUR));
        return value == null ? 0 : Balance.decode(value).amount();
    }

    @Test
    void with_the_last_signature_the_old_one_ends_and_its_deposits_go_back() {
        running("4.00");
        assertThat(balance(GUESTS)).isEqualTo(100);
        assertThat(ledger.refusal(HOST, draft("3.00", 1, GUESTS, HOSTS))).isNull();
        assertThat(record(2).agreement()).isNotEqualTo(record(1).agreement());
        assertThat(sign(HOST, 2)).isNull();
        assertThat(record(1).status())
                .as("until all have signed the old one goes on")
                .isEqualTo(Status.RUNNING);
        assertThat(sign(GUEST, 2)).isNull();

        assertThat(record(1).status()).isEqualTo(Status.REPLACED);
        assertThat(record(2).status()).isEqualTo(Status.RUNNING);
        assertThat(balance(GUESTS)).isEqualTo(200);
        assertThat(balance(new AccountId.Contract(1))).isZero();
        assertThat(balance(new AccountId.Contract(2))).isEqualTo(300);
        assertThat(ledger.events())
                .extracting(e -> e.inWords())
                .contains(
                        "Contract 1: 4.00 acme:EUR of “pot” went to guest because it was replaced by contract 2; it ended in"
                                + " “staying”");
        for (int minute = 0; minute < 61; minute++) {
            ledger.blockAt(ledger.ledger().position().blockTime() + 60_000);
        }
        assertThat(balance(HOSTS)).as("only the new one pays").isEqualTo(300);
        assertThat(ledger.refusal(GUEST, new StepContract(1, "guest", StepContract.Kind.SIGN, "left")))
                .isEqualTo(Refusal.CONTRACT_WAY);
    }

    @Test
    void what_cannot_be_paid_leaves_the_old_one_as_it_is() {
        running("4.00");
        assertThat(ledger.refusal(HOST, draft("6.00", 1, GUESTS, HOSTS))).isNull();
        assertThat(sign(HOST, 2)).isNull();
        assertThat(sign(GUEST, 2)).isEqualTo(Refusal.FUNDS_INSUFFICIENT);
        assertThat(record(1).status()).isEqualTo(Status.RUNNING);
        assertThat(balance(new AccountId.Contract(1))).isEqualTo(400);
        assertThat(balance(GUESTS)).isEqualTo(100);
    }

    @Test
    void nobody_is_left_out_and_what_has_ended_is_not_replaced() {
        running("4.00");
        assertThat(ledger.refusal(HOST, draft("3.00", 1, HOSTS, THIRD))).isEqualTo(Refusal.CONTRACT_PARTY);
        assertThat(ledger.refusal(HOST, draft("3.00", 7, GUESTS, HOSTS))).isEqualTo(Refusal.CONTRACT_UNKNOWN);
        assertThat(ledger.refusal(HOST, draft("3.00", 1, GUESTS, HOSTS))).isNull();
        assertThat(sign(HOST, 2)).isNull();
        assertThat(ledger.refusal(GUEST, new StepContract(1, "guest", StepContract.Kind.SIGN, "left")))
                .isNull();
        assertThat(sign(GUEST, 2)).as("too late").isEqualTo(Refusal.CONTRACT_WAY);
        assertThat(ledger.refusal(HOST, draft("3.00", 1, GUESTS, HOSTS))).isEqualTo(Refusal.CONTRACT_WAY);
        assertThat(balance(HOSTS)).isEqualTo(400);
    }
}
