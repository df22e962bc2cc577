package io.thingstead.node.ledger.money;

import static io.thingstead.node.ledger.money.TestMoney.CAR;
import static io.thingstead.node.ledger.money.TestMoney.CAR_KEY;
import static io.thingstead.node.ledger.money.TestMoney.EUR;
import static io.thingstead.node.ledger.money.TestMoney.HOUR;
import static io.thingstead.node.ledger.money.TestMoney.NODE;
import static io.thingstead.node.ledger.money.TestMoney.SHOP;
import static io.thingstead.node.ledger.money.TestMoney.SHOP_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.action.Capture;
import io.thingstead.node.ledger.action.Hold;
import io.thingstead.node.ledger.action.Release;
import io.thingstead.node.ledger.action.Transfer;
import org.junit.jupiter.api.Test;

/// What is held for a payee is not spent otherwise, and is free again when its time is over.
class HoldTest {
    private final TestMoney money = new TestMoney();
    private final long until = money.now() + HOUR;

    private Hold hold(long amount) {
        return new Hold(CAR, SHOP, EUR, amount, until, null);
    }

    @Test
    void what_is_held_cannot_be_spent_or_held_again() {
        money.require(CAR_KEY, hold(7_000));
        assertThat(money.balance(CAR)).isEqualTo(new Balance(10_000, 7_000));
        assertThat(money.refusal(CAR_KEY, new Transfer(CAR, SHOP, EUR, 3_001, null, null)))
                .isEqualTo(Refusal.FUNDS_INSUFFICIENT);
        assertThat(money.refusal(CAR_KEY, hold(3_001))).isEqualTo(Refusal.FUNDS_INSUFFICIENT);
        money.require(CAR_KEY, hold(3_000));
        assertThat(money.balance(CAR).available()).isZero();
    }

    @Test
    void the_payee_takes_a_part_and_the_rest_is_free() {
        money.require(CAR_KEY, hold(7_000));
        assertThat(money.refusal(CAR_KEY, new Capture(1, 1, null))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(SHOP_KEY, new Capture(1, 7_001, null))).isEqualTo(Refusal.AMOUNT_RANGE);
        assertThat(money.refusal(SHOP_KEY, new Capture(1, 0, null))).isEqualTo(Refusal.AMOUNT_RANGE);
        money.require(SHOP_KEY, new Capture(1, 6_000, new byte[32]));
        assertThat(money.balance(CAR)).isEqualTo(new Balance(4_000, 0));
        assertThat(money.has(SHOP)).isEqualTo(6_000);
        assertThat(money.ledger.lastEvent().inWords()).isEqualTo("m2 took 60.00 acme:EUR of hold 1 from acme:car");
        assertThat(money.refusal(SHOP_KEY, new Capture(1, 1, null))).isEqualTo(Refusal.HOLD_UNKNOWN);
        assertThat(money.refusal(SHOP_KEY, new Release(1))).isEqualTo(Refusal.HOLD_UNKNOWN);
        assertThat(money.ledger.values().get(StateKeys.timer(until, "hold", 1))).isNull();
    }

    @Test
    void the_payee_alone_gives_it_free_before_its_time() {
        money.require(CAR_KEY, hold(7_000));
        assertThat(money.refusal(CAR_KEY, new Release(1))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        money.require(SHOP_KEY, new Release(1));
        assertThat(money.balance(CAR)).isEqualTo(new Balance(10_000, 0));
    }

    @Test
    void it_is_free_again_at_its_time_without_anybodys_help() {
        money.require(CAR_KEY, hold(7_000));
        money.passTo(until - 1);
        assertThat(money.balance(CAR).held()).isEqualTo(7_000);
        var outcome = money.passTo(until);
        assertThat(money.balance(CAR)).isEqualTo(new Balance(10_000, 0));
        assertThat(outcome.events()).hasSize(1);
        assertThat(outcome.events().getFirst().isOfBlock()).isTrue();
        assertThat(outcome.events().getFirst().inWords())
                .isEqualTo("Hold 1 came to its time: 70.00 acme:EUR is free again for acme:car");
        assertThat(money.refusal(SHOP_KEY, new Capture(1, 1, null))).isEqualTo(Refusal.HOLD_UNKNOWN);
    }

    @Test
    void in_the_block_of_its_time_it_is_over_before_the_payee_comes() {
        money.require(CAR_KEY, hold(7_000));
        money.passTo(until - 1);
        var outcome = money.ledger.blockAt(until, money.ledger.transaction(SHOP_KEY, new Capture(1, 7_000, null)));
        assertThat(outcome.results().getFirst().firstRefusal().orElseThrow().code())
                .isEqualTo(Refusal.HOLD_UNKNOWN);
        assertThat(money.has(SHOP)).isZero();
    }

    @Test
    void a_time_too_near_oneself_and_too_many_are_refused() {
        assertThat(money.refusal(CAR_KEY, new Hold(CAR, SHOP, EUR, 1, money.now() + 59_999, null)))
                .isEqualTo(Refusal.TIME_RANGE);
        assertThat(money.refusal(CAR_KEY, new Hold(CAR, CAR, EUR, 1, until, null)))
                .isEqualTo(Refusal.ACTION_MALFORMED);
        assertThat(money.refusal(SHOP_KEY, hold(1))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        for (int i = 0; i < 4; i++) {
            Hold[] many = new Hold[250];
            java.util.Arrays.fill(many, hold(1));
            money.require(CAR_KEY, many);
        }
        assertThat(money.refusal(CAR_KEY, hold(1))).isEqualTo(Refusal.HOLD_FULL);
        money.require(SHOP_KEY, new Release(500));
        money.require(CAR_KEY, hold(1));
        assertThat(money.refusal(NODE, new Hold(TestMoney.BANK, SHOP, EUR, 1, until, null)))
                .as("others are not counted")
                .isNull();
    }
}
