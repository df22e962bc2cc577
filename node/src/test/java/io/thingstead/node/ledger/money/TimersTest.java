package io.thingstead.node.ledger.money;

import static io.thingstead.node.ledger.money.TestMoney.BANK;
import static io.thingstead.node.ledger.money.TestMoney.CAR;
import static io.thingstead.node.ledger.money.TestMoney.CAR_KEY;
import static io.thingstead.node.ledger.money.TestMoney.EUR;
import static io.thingstead.node.ledger.money.TestMoney.HOUR;
import static io.thingstead.node.ledger.money.TestMoney.NODE;
import static io.thingstead.node.ledger.money.TestMoney.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.Hold;
import io.thingstead.node.ledger.action.Transfer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What the ledger does by itself: at its time, also in blocks that nobody sent anything for, and never just after an
/// outage.
class TimersTest {
    private final TestMoney money = new TestMoney();
    private final TestLedger ledger = money.ledger;

    private long hold(long ahead) {
        long until = money.now() + ahead;
        money.require(CAR_KEY, new Hold(CAR, SHOP, EUR, 100, until, null));
        return until;
    }

    private long held() {
        return money.balance(CAR).held();
    }

    @Test
    void an_empty_block_changes_nothing_until_something_is_due_and_then_once() {
        long until = hold(100_000);
        byte[] before = ledger.ledger().appHash();
        assertThat(money.passTo(until - 1).appHash()).isEqualTo(before);
        BlockOutcome fired = money.passTo(until);
        assertThat(fired.appHash()).isNotEqualTo(before);
        assertThat(fired.changes().stream().filter(change -> !change.key().startsWith(StateKeys.SEEN)))
                .as("timer, hold, count, balance, and a row for each party")
                .hasSize(6);
        assertThat(money.passTo(until + 1).appHash()).isEqualTo(fired.appHash());
    }

    @Test
    void at_most_a_thousand_fire_in_a_block_and_the_rest_in_the_next() {
        long until = money.now() + 1_000_000;
        Hold[] many = new Hold[251];
        for (var payer : new Object[][] {{CAR, CAR_KEY}, {BANK, NODE}}) {
            Arrays.fill(many, new Hold((AccountId) payer[0], SHOP, EUR, 1, until, null));
            for (int i = 0; i < 3; i++) {
                money.require((SigningKey) payer[1], many);
            }
        }
        assertThat(held() + money.balance(BANK).held()).isEqualTo(1_506);
        assertThat(money.passTo(until).events()).hasSize(Timers.MAX_IN_BLOCK);
        assertThat(held() + money.balance(BANK).held()).isEqualTo(506);
        assertThat(money.passTo(until + 1).events()).hasSize(506);
        assertThat(held() + money.balance(BANK).held()).isZero();
    }

    @Test
    void time_that_the_ledger_stood_still_does_not_count() {
        long until = hold(HOUR);
        ledger.blockAt(ledger.ledger().position().blockTime() + 10 * HOUR);
        money.require(NODE, new Transfer(BANK, SHOP, EUR, 1, null, null));
        assertThat(money.suspended()).isEqualTo(10 * HOUR);
        money.passTo(until - 1);
        assertThat(held()).isEqualTo(100);
        money.passTo(until);
        assertThat(held()).isZero();
    }

    @Test
    void nothing_fires_for_ten_minutes_after_an_outage_though_nobody_sent_anything() {
        long until = hold(100_000);
        money.passTo(until - 5_000);
        long outage = 3 * HOUR;
        BlockOutcome first = ledger.blockAt(ledger.ledger().position().blockTime() + outage);
        assertThat(first.events()).as("nothing is due yet").isEmpty();
        // Now it would be due: the block tells the outage, and waits.
        BlockOutcome told = ledger.blockAt(ledger.ledger().position().blockTime() + 6_000);
        assertThat(told.events()).extracting(event -> event.type()).containsExactly(EventType.CLOCK_SUSPENDED);
        long resumed = ledger.ledger().position().blockTime() - money.suspended();
        assertThat(resumed).isEqualTo(until + 1_000);
        byte[] before = told.appHash();
        assertThat(money.passTo(resumed + Timers.GRACE_MS - 1).appHash()).isEqualTo(before);
        assertThat(held()).isEqualTo(100);
        assertThat(money.passTo(resumed + Timers.GRACE_MS).events()).hasSize(1);
        assertThat(held()).isZero();
    }

    @Test
    void an_outage_is_remembered_only_where_something_waits_for_its_time() {
        ledger.blockAt(ledger.ledger().position().blockTime() + HOUR);
        money.require(NODE, new Transfer(BANK, SHOP, EUR, 1, null, null));
        assertThat(money.suspended()).isEqualTo(HOUR);
        assertThat(ledger.values().get(StateKeys.RESUMED)).isNull();
        hold(HOUR);
        ledger.blockAt(ledger.ledger().position().blockTime() + HOUR);
        money.require(NODE, new Transfer(BANK, SHOP, EUR, 1, null, null));
        assertThat(ledger.values().get(StateKeys.RESUMED)).isNotNull();
    }
}
