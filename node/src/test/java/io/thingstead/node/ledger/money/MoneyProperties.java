package io.thingstead.node.ledger.money;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.Ledger;
import io.thingstead.node.ledger.MemoryValues;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.Transaction;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Whatever is asked, in every block: what accounts have together is what was issued; nothing is negative, spent twice
/// or held without being there; a channel has its deposit and pays no more; the events alone tell every balance; and a
/// ledger that is put together again does the same.
///
/// `-Dmoney.actions=1000000` asks for more, `-Dmoney.seed=N` for the same again.
class MoneyProperties {
    private static final int ACTIONS = Integer.getInteger("money.actions", 20_000);
    private static final int ACTIONS_IN_BLOCK = 120;
    private static final int RESTORED_EVERY = 25;

    /// By `account asset`, from events alone.
    private final TreeMap<String, Long> told = new TreeMap<>();
    private final TreeMap<String, Long> issued = new TreeMap<>();
    private final TreeMap<Long, Long> deposits = new TreeMap<>();
    private final TreeMap<String, Integer> happened = new TreeMap<>();
    private int refused;

    @Test
    void money_is_conserved_whatever_is_asked() {
        long seed = Long.getLong("money.seed", new Random().nextLong());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        RandomMoney money = new RandomMoney(random);
        TestLedger ledger = money.ledger();
        int asked = 0;
        int blocks = 0;
        while (asked < ACTIONS) {
            long time = ledger.ledger().position().blockTime() + money.gapMs();
            List<byte[]> transactions = money.transactions(time, Math.min(ACTIONS_IN_BLOCK, ACTIONS - asked));
            for (byte[] transaction : transactions) {
                asked += Transaction.decode(transaction).orThrow().actions().size();
            }
            Ledger again = blocks % RESTORED_EVERY == 0 ? restored(ledger) : ledger.ledger();
            byte[] expected =
                    again.execute(ledger.height() + 1, time, transactions).appHash();
            BlockOutcome outcome = ledger.blockAt(time, transactions.toArray(byte[][]::new));
            assertThat(outcome.appHash()).isEqualTo(expected);
            outcome.results().forEach(result -> refused += result.refusals().size());
            outcome.events().forEach(this::follow);
            ledger.events().clear();
            check(ledger);
            blocks++;
        }
        System.out.println(asked + " actions in " + blocks + " blocks, " + refused + " refused; " + happened);
        assertThat(happened.keySet())
                .contains(
                        "asset-issued",
                        "asset-redeemed",
                        "transferred",
                        "held",
                        "hold-captured",
                        "hold-released",
                        "limit-set",
                        "limit-ended",
                        "channel-opened",
                        "channel-topped-up",
                        "channel-closing",
                        "channel-closed",
                        "clock-suspended");
        assertThat(refused).isGreaterThan(asked / 10);
        assertThat(happened.get("transferred")).isGreaterThan(asked / 100);
    }

    /// Put together again from what is kept, as after a crash or out of a snapshot.
    private static Ledger restored(TestLedger from) {
        TreeMap<String, byte[]> all = new TreeMap<>();
        from.values().withPrefix("", all::put);
        Frontier edge = Frontier.decode(from.ledger().events().encode()).orElseThrow();
        return new Ledger(
                new MemoryValues(all), Ledger.stateOf(all), edge, from.ledger().position());
    }

    private void add(String account, String asset, long amount) {
        told.merge(account + " " + asset, amount, Long::sum);
    }

    private void follow(Event event) {
        happened.merge(event.type().label(), 1, Integer::sum);
        CborReader in = CborReader.strict(event.body());
        in.readArray(16);
        switch (event.type()) {
            case ASSET_ISSUED -> {
                String asset = in.readText(60);
                in.readUint();
                long amount = in.readUint();
                add(in.readText(104), asset, amount);
                issued.merge(asset, amount, Long::sum);
                assertThat(in.readUint()).isEqualTo(issued.get(asset));
            }
            case ASSET_REDEEMED -> {
                String asset = in.readText(60);
                in.readUint();
                long amount = in.readUint();
                add(AccountId.of(AssetId.of(asset).issuer()).value(), asset, -amount);
                issued.merge(asset, -amount, Long::sum);
            }
            case TRANSFERRED -> move(in.readText(104), in.readText(104), in);
            case HOLD_CAPTURED -> {
                in.readUint();
                move(in.readText(104), in.readText(104), in);
            }
            case CHANNEL_OPENED, CHANNEL_TOPPED_UP -> {
                long number = in.readUint();
                String payer = in.readText(104);
                in.readText(104);
                deposits.merge(number, move(payer, "channel/" + number, in), Long::sum);
            }
            case CHANNEL_CLOSED -> {
                long number = in.readUint();
                String payer = in.readText(104);
                String payee = in.readText(104);
                String asset = in.readText(60);
                in.readUint();
                long paid = in.readUint();
                long returned = in.readUint();
                assertThat(paid + returned).isEqualTo(deposits.remove(number));
                add("channel/" + number, asset, -paid - returned);
                add(payee, asset, paid);
                add(payer, asset, returned);
            }
            default -> {}
        }
    }

    private long move(String from, String to, CborReader in) {
        String asset = in.readText(60);
        in.readUint();
        long amount = in.readUint();
        assertThat(amount).isBetween(1L, Amounts.MAX);
        add(from, asset, -amount);
        add(to, asset, amount);
        return amount;
    }

    private void check(TestLedger ledger) {
        TreeMap<String, Long> sums = new TreeMap<>();
        TreeMap<String, Long> held = new TreeMap<>();
        TreeMap<String, Long> stand = new TreeMap<>();
        ledger.values().withPrefix(StateKeys.BALANCES, (key, value) -> {
            int slash = key.lastIndexOf('/');
            String asset = key.substring(slash + 1);
            String account = key.substring(StateKeys.BALANCES.length(), slash);
            Balance balance = Balance.decode(value);
            assertThat(balance.amount()).isPositive();
            sums.merge(asset, balance.amount(), Math::addExact);
            stand.put(account + " " + asset, balance.amount());
            if (balance.held() > 0) {
                held.put(account + " " + asset, balance.held());
            }
        });
        ledger.values().withPrefix(StateKeys.ASSETS, (key, value) -> {
            AssetId asset = AssetId.of(key.substring(StateKeys.ASSETS.length()));
            long issuedNow = AssetRecord.decode(asset, value).issued();
            assertThat(issuedNow).isBetween(0L, Amounts.MAX);
            assertThat(sums.getOrDefault(asset.value(), 0L)).isEqualTo(issuedNow);
            assertThat(issued.getOrDefault(asset.value(), 0L)).isEqualTo(issuedNow);
        });
        told.values().removeIf(amount -> amount == 0);
        assertThat(stand).isEqualTo(told);
        assertThat(held).isEqualTo(holds(ledger));
        checkTimers(ledger);
    }

    private static TreeMap<String, Long> holds(TestLedger ledger) {
        TreeMap<String, Long> holds = new TreeMap<>();
        ledger.values().withPrefix(StateKeys.HOLDS, (key, value) -> {
            HoldRecord hold = HoldRecord.decode(number(key, StateKeys.HOLDS), value);
            holds.merge(hold.from() + " " + hold.asset(), hold.amount(), Long::sum);
        });
        return holds;
    }

    /// Everything that waits has its timer, and no timer is for anything else.
    private void checkTimers(TestLedger ledger) {
        TreeSet<String> expected = new TreeSet<>();
        ledger.values().withPrefix(StateKeys.HOLDS, (key, value) -> {
            long number = number(key, StateKeys.HOLDS);
            expected.add(StateKeys.timer(HoldRecord.decode(number, value).until(), "hold", number));
        });
        ledger.values().withPrefix(StateKeys.LIMITS, (key, value) -> {
            LimitRecord limit = LimitRecord.decode(number(key, StateKeys.LIMITS), value);
            assertThat(limit.spent()).isBetween(0L, limit.terms().perDay());
            expected.add(StateKeys.timer(limit.terms().until(), "limit", limit.number()));
        });
        ledger.values().withPrefix(StateKeys.CHANNELS, (key, value) -> {
            ChannelRecord channel = ChannelRecord.decode(number(key, StateKeys.CHANNELS), value);
            assertThat(channel.shown()).isBetween(0L, channel.deposit());
            assertThat(told.get("channel/" + channel.number() + " " + channel.asset()))
                    .isEqualTo(channel.deposit());
            expected.add(StateKeys.timer(channel.due(), "channel", channel.number()));
        });
        int parties = 2 * expected.size();
        int[] rows = {0};
        ledger.values().withPrefix(StateKeys.PARTIES, (key, _) -> rows[0]++);
        assertThat(rows[0]).isEqualTo(parties);
        TreeSet<String> timers = new TreeSet<>();
        ledger.values().withPrefix(StateKeys.TIMERS, (key, _) -> timers.add(key));
        assertThat(timers).isEqualTo(expected);
    }

    private static long number(String key, String prefix) {
        return Long.parseLong(key, prefix.length(), key.length(), 10);
    }
}
