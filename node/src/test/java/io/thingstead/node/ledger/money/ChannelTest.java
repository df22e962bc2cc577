package io.thingstead.node.ledger.money;

import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.money.TestMoney.ANN;
import static io.thingstead.node.ledger.money.TestMoney.CAR;
import static io.thingstead.node.ledger.money.TestMoney.CAR_KEY;
import static io.thingstead.node.ledger.money.TestMoney.EUR;
import static io.thingstead.node.ledger.money.TestMoney.HOUR;
import static io.thingstead.node.ledger.money.TestMoney.SHOP;
import static io.thingstead.node.ledger.money.TestMoney.SHOP_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.action.CloseChannel;
import io.thingstead.node.ledger.action.OpenChannel;
import io.thingstead.node.ledger.action.TopUpChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A channel pays the highest voucher, gives the rest back, and cheats neither side.
class ChannelTest {
    private static final SigningKey VOUCHERS = key("vouchers");
    private static final long WINDOW = 600_000;

    private final TestMoney money = new TestMoney();
    private final long expiry = money.now() + 2 * HOUR;

    private OpenChannel open(long deposit, long window, long end) {
        return new OpenChannel(CAR, SHOP, EUR, deposit, VOUCHERS.key(), end, window);
    }

    private void open() {
        money.require(CAR_KEY, open(5_000, WINDOW, expiry));
    }

    private static byte[] voucher(long amount) {
        return new Voucher(1, amount).sign(ID, VOUCHERS);
    }

    private Refusal close(SigningKey signer, byte[] voucher) {
        return money.refusal(signer, new CloseChannel(1, voucher));
    }

    private void assertSettled(long paid, String how) {
        assertThat(money.has(SHOP)).isEqualTo(paid);
        assertThat(money.has(CAR)).isEqualTo(10_000 - paid);
        assertThat(money.has(new AccountId.Channel(1))).isZero();
        assertThat(money.ledger.values().get(StateKeys.channel(1))).isNull();
        assertThat(money.ledger.values().get(StateKeys.count("channels", CAR.value())))
                .isNull();
        List<String> timers = new ArrayList<>();
        money.ledger.values().withPrefix(StateKeys.TIMERS, (key, _) -> timers.add(key));
        assertThat(timers).isEmpty();
        assertThat(money.ledger.lastEvent().inWords()).isEqualTo(how);
    }

    @Test
    void the_payee_closes_with_its_highest_voucher_and_is_paid_at_once() {
        open();
        assertThat(money.has(CAR)).isEqualTo(5_000);
        assertThat(money.has(new AccountId.Channel(1))).isEqualTo(5_000);
        assertThat(close(SHOP_KEY, voucher(1_234))).isNull();
        assertSettled(1_234, "Channel 1 paid 12.34 acme:EUR to m2 and the rest back to acme:car");
        assertThat(close(SHOP_KEY, voucher(2_000))).isEqualTo(Refusal.CHANNEL_UNKNOWN);
    }

    @Test
    void the_payer_closes_and_the_payee_has_the_window_for_a_higher_voucher() {
        open();
        assertThat(close(CAR_KEY, voucher(100))).isNull();
        assertThat(close(CAR_KEY, null)).isEqualTo(Refusal.CHANNEL_CLOSING);
        assertThat(money.refusal(CAR_KEY, new TopUpChannel(1, 5))).isEqualTo(Refusal.CHANNEL_CLOSING);
        money.passTo(money.now() + WINDOW - 10_000);
        assertThat(close(SHOP_KEY, voucher(3_000))).isNull();
        assertSettled(3_000, "Channel 1 paid 30.00 acme:EUR to m2 and the rest back to acme:car");
    }

    @Test
    void a_payee_that_shows_less_than_the_payer_did_gets_what_the_payer_showed() {
        open();
        assertThat(close(CAR_KEY, voucher(100))).isNull();
        assertThat(close(SHOP_KEY, voucher(40))).isNull();
        assertThat(money.has(SHOP)).isEqualTo(100);
    }

    @Test
    void after_the_window_it_is_settled_by_itself_with_what_was_shown() {
        open();
        long closes = money.now() + WINDOW;
        assertThat(close(CAR_KEY, voucher(100))).isNull();
        money.passTo(closes - 1);
        assertThat(money.has(SHOP)).isZero();
        var block =
                money.ledger.blockAt(closes, money.ledger.transaction(SHOP_KEY, new CloseChannel(1, voucher(3_000))));
        assertThat(block.results().getFirst().firstRefusal().orElseThrow().code())
                .isEqualTo(Refusal.CHANNEL_UNKNOWN);
        assertThat(money.has(SHOP)).isEqualTo(100);
        assertThat(money.has(CAR)).isEqualTo(9_900);
    }

    @Test
    void at_its_expiry_the_deposit_goes_back() {
        open();
        money.passTo(expiry);
        assertSettled(0, "Channel 1 paid 0.00 acme:EUR to m2 and the rest back to acme:car");
    }

    @Test
    void a_window_that_would_go_over_the_expiry_ends_with_it() {
        open();
        money.passTo(expiry - 5_000);
        assertThat(close(CAR_KEY, null)).isNull();
        money.passTo(expiry);
        assertSettled(0, "Channel 1 paid 0.00 acme:EUR to m2 and the rest back to acme:car");
    }

    @Test
    void more_may_be_put_in_and_then_more_be_paid() {
        open();
        assertThat(close(SHOP_KEY, voucher(5_001))).isEqualTo(Refusal.VOUCHER_INVALID);
        assertThat(money.refusal(SHOP_KEY, new TopUpChannel(1, 5))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(CAR_KEY, new TopUpChannel(1, 5_001))).isEqualTo(Refusal.FUNDS_INSUFFICIENT);
        assertThat(money.refusal(CAR_KEY, new TopUpChannel(1, 0))).isEqualTo(Refusal.AMOUNT_RANGE);
        assertThat(money.refusal(CAR_KEY, new TopUpChannel(2, 1))).isEqualTo(Refusal.CHANNEL_UNKNOWN);
        money.require(CAR_KEY, new TopUpChannel(1, 5_000));
        assertThat(close(SHOP_KEY, voucher(10_000))).isNull();
        assertThat(money.has(SHOP)).isEqualTo(10_000);
        assertThat(money.has(CAR)).isZero();
    }

    @Test
    void no_voucher_counts_but_one_of_this_channel_by_its_key_for_this_ledger() {
        open();
        byte[] otherChannel = new Voucher(2, 10).sign(ID, VOUCHERS);
        byte[] otherKey = new Voucher(1, 10).sign(ID, CAR_KEY);
        byte[] otherLedger = new Voucher(1, 10).sign(LedgerId.ofHex("5b".repeat(32)), VOUCHERS);
        for (byte[] wrong : List.of(otherChannel, otherKey, otherLedger, new byte[0], new byte[128])) {
            assertThat(close(SHOP_KEY, wrong)).isEqualTo(Refusal.VOUCHER_INVALID);
            assertThat(close(CAR_KEY, wrong)).isEqualTo(Refusal.VOUCHER_INVALID);
        }
        assertThat(close(ANN, voucher(10))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.has(new AccountId.Channel(1))).isEqualTo(5_000);
    }

    @Test
    void a_payee_may_end_it_without_a_voucher() {
        open();
        assertThat(close(SHOP_KEY, null)).isNull();
        assertThat(money.has(CAR)).isEqualTo(10_000);
    }

    @Test
    void terms_under_which_a_payee_could_come_too_late_are_refused() {
        assertThat(money.refusal(CAR_KEY, open(100, WINDOW - 1, expiry))).isEqualTo(Refusal.TIME_RANGE);
        assertThat(money.refusal(CAR_KEY, open(100, WINDOW, money.now() + 2 * WINDOW - 1)))
                .isEqualTo(Refusal.TIME_RANGE);
        assertThat(money.refusal(CAR_KEY, open(10_001, WINDOW, expiry))).isEqualTo(Refusal.FUNDS_INSUFFICIENT);
        assertThat(money.refusal(SHOP_KEY, open(1, WINDOW, expiry))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(money.refusal(CAR_KEY, new OpenChannel(CAR, CAR, EUR, 1, VOUCHERS.key(), expiry, WINDOW)))
                .isEqualTo(Refusal.ACTION_MALFORMED);
        byte[] weak = new byte[32];
        weak[0] = 1;
        VerifyingKey identityPoint = VerifyingKey.of(Algorithm.ED25519, weak);
        assertThat(money.refusal(CAR_KEY, new OpenChannel(CAR, SHOP, EUR, 1, identityPoint, expiry, WINDOW)))
                .isEqualTo(Refusal.KEY_WEAK);
        assertThat(money.refusal(CAR_KEY, open(100, WINDOW, money.now() + 2 * WINDOW)))
                .isNull();
    }

    @Test
    void after_an_outage_the_payee_still_has_ten_minutes() {
        open();
        long closes = money.now() + WINDOW;
        assertThat(close(CAR_KEY, null)).isNull();
        money.passTo(closes - 1_000);
        money.ledger.blockAt(money.ledger.ledger().position().blockTime() + 5 * HOUR);
        money.passTo(closes + 300_000);
        assertThat(money.has(new AccountId.Channel(1))).isEqualTo(5_000);
        assertThat(close(SHOP_KEY, voucher(4_000))).isNull();
        assertThat(money.has(SHOP)).isEqualTo(4_000);
    }
}
