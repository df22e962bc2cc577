package io.thingstead.node.ledger.money;

import static io.thingstead.node.ledger.money.TestMoney.ANN;
import static io.thingstead.node.ledger.money.TestMoney.ANNS;
import static io.thingstead.node.ledger.money.TestMoney.BANK;
import static io.thingstead.node.ledger.money.TestMoney.CAR;
import static io.thingstead.node.ledger.money.TestMoney.CAR_KEY;
import static io.thingstead.node.ledger.money.TestMoney.EUR;
import static io.thingstead.node.ledger.money.TestMoney.HOUR;
import static io.thingstead.node.ledger.money.TestMoney.NODE;
import static io.thingstead.node.ledger.money.TestMoney.SHOP;
import static io.thingstead.node.ledger.money.TestMoney.SHOP_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.action.RevokeLimit;
import io.thingstead.node.ledger.action.SetLimit;
import io.thingstead.node.ledger.action.Transfer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// "This car may spend 20 EUR a day, 5 at once, on parking": so much and no more.
class LimitTest {
    private static final long DAY = 24 * HOUR;

    private final TestMoney money = new TestMoney();
    private final long until = money.now() + 3 * DAY;

    private LimitRecord.Terms terms(List<AccountId> payees) {
        return new LimitRecord.Terms(BANK, ANNS, EUR, 2_000, 500, "parking", payees, until);
    }

    private static Transfer spend(AccountId to, long amount) {
        return new Transfer(BANK, to, EUR, amount, null, 1L);
    }

    @BeforeEach
    void set() {
        money.require(NODE, new SetLimit(terms(List.of(SHOP, CAR))));
    }

    @Test
    void the_spender_spends_up_to_the_limit_and_the_day_after_again() {
        assertThat(money.ledger.lastEvent().inWords())
                .matches("acme lets wallet [0-9a-f]{16} spend 20.00 acme:EUR a day, 5.00 at once, on parking"
                        + " \\(limit 1\\)");
        assertThat(money.refusal(ANN, spend(SHOP, 501))).isEqualTo(Refusal.LIMIT_OVER);
        for (int i = 0; i < 4; i++) {
            money.require(ANN, spend(SHOP, 500));
        }
        assertThat(money.refusal(ANN, spend(SHOP, 1))).isEqualTo(Refusal.LIMIT_OVER);
        assertThat(money.has(SHOP)).isEqualTo(2_000);
        assertThat(money.has(BANK)).isEqualTo(98_000);
        money.passTo((money.now() / DAY + 1) * DAY);
        money.require(ANN, spend(SHOP, 500));
        assertThat(money.ledger.lastEvent().subjects())
                .containsExactly("member/acme", "member/m2", "asset/acme:EUR", "limit/1");
    }

    @Test
    void it_is_for_its_spender_its_payees_its_owner_and_its_asset() {
        assertThat(money.refusal(CAR_KEY, spend(SHOP, 1))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(ANN, spend(ANNS, 1))).isEqualTo(Refusal.LIMIT_PAYEE);
        assertThat(money.refusal(ANN, new Transfer(CAR, SHOP, EUR, 1, null, 1L)))
                .isEqualTo(Refusal.LIMIT_UNKNOWN);
        assertThat(money.refusal(ANN, new Transfer(BANK, SHOP, AssetId.of("acme:USD"), 1, null, 1L)))
                .isEqualTo(Refusal.LIMIT_UNKNOWN);
        assertThat(money.refusal(ANN, new Transfer(BANK, SHOP, EUR, 1, null, 2L)))
                .isEqualTo(Refusal.LIMIT_UNKNOWN);
        assertThat(money.refusal(ANN, new Transfer(BANK, SHOP, EUR, 1, null, null)))
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
    }

    @Test
    void what_was_refused_for_another_reason_does_not_count_against_it() {
        money.require(NODE, new Transfer(BANK, CAR, EUR, 99_900, null, null));
        for (int i = 0; i < 5; i++) {
            assertThat(money.refusal(ANN, spend(SHOP, 500))).isEqualTo(Refusal.FUNDS_INSUFFICIENT);
        }
        money.require(CAR_KEY, new Transfer(CAR, BANK, EUR, 50_000, null, null));
        for (int i = 0; i < 4; i++) {
            money.require(ANN, spend(SHOP, 500));
        }
    }

    @Test
    void owner_and_spender_end_it_and_so_does_its_time() {
        assertThat(money.refusal(SHOP_KEY, new RevokeLimit(1))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        money.require(NODE, new RevokeLimit(1));
        assertThat(money.ledger.lastEvent().inWords()).endsWith("was taken back");
        assertThat(money.refusal(ANN, spend(SHOP, 1))).isEqualTo(Refusal.LIMIT_UNKNOWN);
        assertThat(money.refusal(NODE, new RevokeLimit(1))).isEqualTo(Refusal.LIMIT_UNKNOWN);
        money.require(NODE, new SetLimit(terms(List.of())), new SetLimit(terms(List.of())));
        money.require(ANN, new RevokeLimit(2));
        assertThat(money.ledger.lastEvent().inWords()).endsWith("was given up");
        money.passTo(until);
        assertThat(money.ledger.lastEvent().inWords()).endsWith("came to its time");
        assertThat(money.ledger.values().get(StateKeys.limit(3))).isNull();
        assertThat(money.ledger.values().get(StateKeys.count("limits", "member/acme")))
                .isNull();
    }

    @Test
    void terms_that_make_no_sense_are_refused() {
        assertThat(set(ANNS, 500, 501, "parking", until)).isEqualTo(Refusal.AMOUNT_RANGE);
        assertThat(set(ANNS, 500, 0, "parking", until)).isEqualTo(Refusal.AMOUNT_RANGE);
        assertThat(set(BANK, 500, 5, "parking", until)).isEqualTo(Refusal.ACTION_MALFORMED);
        assertThat(set(ANNS, 500, 5, "for parking", until)).isEqualTo(Refusal.ACTION_MALFORMED);
        assertThat(set(ANNS, 500, 5, null, money.now())).isEqualTo(Refusal.TIME_RANGE);
        assertThat(set(AccountId.of(new MemberId("nobody")), 500, 5, null, until))
                .isEqualTo(Refusal.ACCOUNT_UNKNOWN);
        assertThat(money.refusal(SHOP_KEY, new SetLimit(terms(List.of())))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(NODE, new SetLimit(terms(List.of(new AccountId.Contract(4))))))
                .isEqualTo(Refusal.ACCOUNT_UNKNOWN);
    }

    private Refusal set(AccountId spender, long perDay, long atOnce, String purpose, long end) {
        return money.refusal(
                NODE, new SetLimit(new LimitRecord.Terms(BANK, spender, EUR, perDay, atOnce, purpose, List.of(), end)));
    }
}
