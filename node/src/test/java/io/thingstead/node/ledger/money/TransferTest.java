package io.thingstead.node.ledger.money;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.member;
import static io.thingstead.node.ledger.money.TestMoney.ANN;
import static io.thingstead.node.ledger.money.TestMoney.ANNS;
import static io.thingstead.node.ledger.money.TestMoney.BANK;
import static io.thingstead.node.ledger.money.TestMoney.CAR;
import static io.thingstead.node.ledger.money.TestMoney.CAR_KEY;
import static io.thingstead.node.ledger.money.TestMoney.EUR;
import static io.thingstead.node.ledger.money.TestMoney.NODE;
import static io.thingstead.node.ledger.money.TestMoney.SHOP;
import static io.thingstead.node.ledger.money.TestMoney.SHOP_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.OpenAccount;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.Redeem;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RemoveMember;
import io.thingstead.node.ledger.action.Transfer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Assets are made, given out, paid on and taken back, by those who may, and to the unit.
class TransferTest {
    private final TestMoney money = new TestMoney();

    private static Transfer pay(AccountId from, AccountId to, long amount) {
        return new Transfer(from, to, EUR, amount, null, null);
    }

    @Test
    void the_issuer_makes_an_asset_once_and_as_much_as_it_likes_up_to_2_to_the_53() {
        assertThat(money.issued()).isEqualTo(110_000);
        assertThat(money.refusal(NODE, new CreateAsset(EUR, 2))).isEqualTo(Refusal.ASSET_EXISTS);
        assertThat(money.refusal(SHOP_KEY, new CreateAsset(AssetId.of("acme:USD"), 2)))
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(SHOP_KEY, new Issue(EUR, SHOP, 1, null))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(NODE, new Issue(AssetId.of("acme:USD"), SHOP, 1, null)))
                .isEqualTo(Refusal.ASSET_UNKNOWN);
        assertThat(money.refusal(NODE, new Issue(EUR, SHOP, Amounts.MAX - 109_999, null)))
                .isEqualTo(Refusal.AMOUNT_RANGE);
        assertThat(money.refusal(NODE, new Issue(EUR, SHOP, 0, null))).isEqualTo(Refusal.AMOUNT_RANGE);
        money.require(NODE, new Issue(EUR, SHOP, Amounts.MAX - 110_000, null));
        assertThat(money.issued()).isEqualTo(Amounts.MAX);
        assertThat(money.refusal(NODE, new Issue(EUR, SHOP, 1, null))).isEqualTo(Refusal.AMOUNT_RANGE);
    }

    @Test
    void the_issuer_redeems_what_it_has_itself() {
        assertThat(money.refusal(NODE, new Redeem(EUR, 100_001, null))).isEqualTo(Refusal.FUNDS_INSUFFICIENT);
        assertThat(money.refusal(CAR_KEY, new Redeem(EUR, 1, null))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        money.require(NODE, new Redeem(EUR, 100_000, new byte[32]));
        assertThat(money.has(BANK)).isZero();
        assertThat(money.issued()).isEqualTo(10_000);
        assertThat(money.ledger.values().get(StateKeys.balance(BANK, EUR)))
                .as("nothing stands for nothing")
                .isNull();
    }

    @Test
    void money_goes_from_account_to_account_and_the_events_say_so() {
        money.require(CAR_KEY, pay(CAR, SHOP, 250));
        assertThat(money.has(CAR)).isEqualTo(9_750);
        assertThat(money.has(SHOP)).isEqualTo(250);
        var event = money.ledger.lastEvent();
        assertThat(event.type()).isEqualTo(EventType.TRANSFERRED);
        assertThat(event.subjects()).containsExactly("device/acme:car", "member/m2", "asset/acme:EUR");
        assertThat(event.inWords()).isEqualTo("acme:car paid 2.50 acme:EUR to m2");
        money.require(SHOP_KEY, pay(SHOP, ANNS, 200));
        money.require(ANN, pay(ANNS, CAR, 200));
        assertThat(money.has(ANNS)).isZero();
        assertThat(money.has(CAR)).isEqualTo(9_950);
    }

    @Test
    void nobody_spends_what_is_not_there_or_anothers() {
        assertThat(money.refusal(CAR_KEY, pay(CAR, SHOP, 10_001))).isEqualTo(Refusal.FUNDS_INSUFFICIENT);
        assertThat(money.refusal(CAR_KEY, pay(CAR, SHOP, 0))).isEqualTo(Refusal.AMOUNT_RANGE);
        assertThat(money.refusal(CAR_KEY, pay(CAR, CAR, 1))).isEqualTo(Refusal.ACTION_MALFORMED);
        assertThat(money.refusal(CAR_KEY, pay(BANK, CAR, 1))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(SHOP_KEY, pay(CAR, SHOP, 1))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(key(KeyRole.IDENTITY), pay(BANK, CAR, 1))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(CAR_KEY, new Transfer(CAR, SHOP, AssetId.of("acme:USD"), 1, null, null)))
                .isEqualTo(Refusal.ASSET_UNKNOWN);
        assertThat(money.refusal(NODE, pay(CAR, SHOP, 1)))
                .as("the member of a device may pay for it")
                .isNull();
    }

    @Test
    void only_accounts_that_are_there_are_paid() {
        for (AccountId nobody : List.of(
                AccountId.of(new MemberId("nobody")),
                AccountId.of(DeviceId.of("acme:none")),
                AccountId.of(key("stranger").key().thumbprint()),
                AccountId.of(CAR_KEY.key().thumbprint()),
                new AccountId.Contract(1),
                new AccountId.Channel(1))) {
            assertThat(money.refusal(CAR_KEY, pay(CAR, nobody, 1)))
                    .as(nobody.value())
                    .isEqualTo(Refusal.ACCOUNT_UNKNOWN);
            assertThat(money.refusal(NODE, new Issue(EUR, nobody, 1, null)))
                    .as(nobody.value())
                    .isEqualTo(Refusal.ACCOUNT_UNKNOWN);
        }
        money.require(NODE, RegisterDevice.withToken(DeviceId.of("acme:none")));
        money.require(CAR_KEY, pay(CAR, AccountId.of(DeviceId.of("acme:none")), 1));
    }

    @Test
    void a_member_that_was_removed_is_paid_no_more() {
        TestLedger ledger = money.ledger;
        ledger.submit(key(KeyRole.IDENTITY), new Propose(ACME, new RemoveMember(member(3))));
        ledger.submit(key(2, KeyRole.IDENTITY), new io.thingstead.node.ledger.action.Approve(member(2), 1));
        ledger.submit(key(3, KeyRole.IDENTITY), new io.thingstead.node.ledger.action.Approve(member(3), 1));
        assertThat(ledger.values().get(StateKeys.removed(member(3)))).isNotNull();
        assertThat(money.refusal(CAR_KEY, pay(CAR, AccountId.of(member(3)), 1))).isEqualTo(Refusal.MEMBER_REMOVED);
    }

    @Test
    void a_wallet_comes_onto_the_ledger_with_its_host_and_the_proof_that_it_is_held() {
        SigningKey wallet = key("wallet");
        OpenAccount open = TestMoney.account(wallet);
        assertThat(money.refusal(SHOP_KEY, open)).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(
                        NODE, new OpenAccount(ACME, wallet.key(), Possession.sign("m2#wallet", TestLedger.ID, wallet))))
                .isEqualTo(Refusal.KEY_POSSESSION);
        assertThat(money.refusal(NODE, TestMoney.account(CAR_KEY))).isEqualTo(Refusal.KEY_EXISTS);
        money.require(NODE, open);
        assertThat(money.ledger.keyRecord(wallet).role()).isEqualTo(KeyRole.WALLET);
        assertThat(money.refusal(NODE, open)).isEqualTo(Refusal.KEY_EXISTS);
        assertThat(money.refusal(wallet, RegisterDevice.withToken(DeviceId.of("acme:none"))))
                .as("a wallet signs for its own account only")
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
    }

    @Test
    void two_payments_of_the_same_money_in_one_block_are_one() {
        var results = money.ledger
                .block(
                        money.ledger.transaction(CAR_KEY, pay(CAR, SHOP, 6_000)),
                        money.ledger.transaction(CAR_KEY, pay(CAR, ANNS, 6_000)))
                .results();
        assertThat(results.get(0).refusals()).isEmpty();
        assertThat(results.get(1).firstRefusal().orElseThrow().code()).isEqualTo(Refusal.FUNDS_INSUFFICIENT);
        assertThat(money.has(CAR)).isEqualTo(4_000);
    }

    @Test
    void an_atomic_transaction_pays_all_or_nobody() {
        money.ledger.block(money.ledger.transaction(
                List.of(CAR_KEY), true, List.of(pay(CAR, SHOP, 6_000), pay(CAR, ANNS, 6_000))));
        assertThat(money.has(CAR)).isEqualTo(10_000);
        assertThat(money.has(SHOP)).isZero();
    }
}
