package io.thingstead.node.api;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.ChannelRecord;
import io.thingstead.node.ledger.money.HoldRecord;
import io.thingstead.node.ledger.money.LimitRecord;
import io.thingstead.node.ledger.money.MoneyReader;
import io.thingstead.node.openapi.Says;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Money in the HTTP interface: amounts are decimal texts as people write them, numbers are the ledger's own.
final class MoneyJson {
    private static final int HISTORY = 50;
    private static final int MOST = 500;

    private MoneyJson() {}

    record AssetJson(
            @Says("member:CODE") String asset,
            @Says("the member whose word it is") String issuer,
            @Says("how many decimals amounts of it have") int decimals,

            @Says("how much of it there is in all accounts together")
            String issued,

            @Says("that created it") long event) {
        static AssetJson of(AssetRecord asset) {
            return new AssetJson(
                    asset.asset().value(),
                    asset.asset().issuer().value(),
                    asset.decimals(),
                    Amounts.text(asset.issued(), asset.decimals()),
                    asset.event());
        }
    }

    record BalanceJson(
            String asset,
            @Says("all of it") String amount,
            @Says("the part that is held for others") String held,
            @Says("what can be spent") String available) {
        static BalanceJson of(MoneyReader.Holding holding) {
            int decimals = holding.asset().decimals();
            return new BalanceJson(
                    holding.asset().asset().value(),
                    Amounts.text(holding.balance().amount(), decimals),
                    Amounts.text(holding.balance().held(), decimals),
                    Amounts.text(holding.balance().available(), decimals));
        }
    }

    record HoldJson(
            long number,
            @Says("whose money is held") String from,
            @Says("who may take it") String payee,
            String asset,
            String amount,
            @Says("ledger time from which it is free again") long untilMs) {}

    record LimitJson(
            long number,
            @Says("whose money it is") String owner,
            @Says("who may spend it") String spender,
            String asset,
            @Says("how much a day") String perDay,
            @Says("how much at once") String atOnce,
            @Says("what is left today") String leftToday,
            @Nullable String purpose,
            @Says("who may be paid; none: all") List<String> payees,
            @Says("ledger time at which it ends") long untilMs) {}

    record ChannelJson(
            long number,
            @Says("whose deposit it is") String payer,
            @Says("who is paid by vouchers") String payee,
            String asset,
            String deposit,

            @Says("the highest voucher that the ledger was shown")
            String shown,

            @Says("thumbprint of the key that signs vouchers")
            String key,

            @Says("ledger time at which it is settled at the latest")
            long expiryMs,

            @Says("how long the payee may still show a voucher after the payer closes")
            long windowMs,

            @Says("ledger time at which it is settled; absent until the payer closes") @Nullable
            Long closesMs) {}

    record AccountJson(
            String account,
            @Says("short, for people") String name,

            @Says("the member that hosts it; of a wallet") @Nullable
            String host,

            @Says("the ledger's time: what is due then is done")
            long timeMs,

            List<BalanceJson> balances,
            @Says("that it gave or is given, at most 500") List<HoldJson> holds,

            @Says("that it set or spends within, at most 500")
            List<LimitJson> limits,

            @Says("that it pays or is paid through, at most 500")
            List<ChannelJson> channels,

            @Says("the newest events, the newest first; `/api/events?subject=` has the others")
            List<EventJson> history) {}

    /// What came of a transaction.
    record Done(
            @Says("its identity, in hex") String transaction,
            @Says("of its block") long height,
            @Says("what happened") List<EventJson> events) {
        static Done of(TransactionResult result, LedgerReader ledger) {
            return new Done(
                    HexFormat.of().formatHex(result.identity()),
                    result.height(),
                    result.events().stream()
                            .sorted(Comparator.comparingLong(Event::number))
                            .map(event -> EventJson.of(event, ledger))
                            .toList());
        }
    }

    static AccountJson account(AccountId account, LedgerReader ledger) {
        MoneyReader money = ledger.money();
        return new AccountJson(
                account.value(),
                account.inWords(),
                account instanceof AccountId.Key(var key)
                        ? money.wallet(key).map(wallet -> wallet.host().value()).orElse(null)
                        : null,
                money.timeMs(),
                money.balances(account).stream().map(BalanceJson::of).toList(),
                money.holds(account).stream()
                        .limit(MOST)
                        .map(hold -> hold(hold, money))
                        .toList(),
                money.limits(account).stream()
                        .limit(MOST)
                        .map(limit -> limit(limit, money))
                        .toList(),
                money.channels(account).stream()
                        .limit(MOST)
                        .map(channel -> channel(channel, money))
                        .toList(),
                ledger.history(account.value(), HISTORY).stream()
                        .map(event -> EventJson.of(event, ledger))
                        .toList());
    }

    private static int decimals(AssetId asset, MoneyReader money) {
        return money.asset(asset).orElseThrow().decimals();
    }

    private static HoldJson hold(HoldRecord hold, MoneyReader money) {
        return new HoldJson(
                hold.number(),
                hold.from().value(),
                hold.payee().value(),
                hold.asset().value(),
                Amounts.text(hold.amount(), decimals(hold.asset(), money)),
                hold.until());
    }

    private static LimitJson limit(LimitRecord limit, MoneyReader money) {
        LimitRecord.Terms terms = limit.terms();
        int decimals = decimals(terms.asset(), money);
        return new LimitJson(
                limit.number(),
                terms.owner().value(),
                terms.spender().value(),
                terms.asset().value(),
                Amounts.text(terms.perDay(), decimals),
                Amounts.text(terms.atOnce(), decimals),
                Amounts.text(limit.leftOn(money.timeMs()), decimals),
                terms.purpose(),
                terms.payees().stream().map(AccountId::value).toList(),
                terms.until());
    }

    private static ChannelJson channel(ChannelRecord channel, MoneyReader money) {
        int decimals = decimals(channel.asset(), money);
        return new ChannelJson(
                channel.number(),
                channel.payer().value(),
                channel.payee().value(),
                channel.asset().value(),
                Amounts.text(channel.deposit(), decimals),
                Amounts.text(channel.shown(), decimals),
                VerifyingKey.decode(channel.key()).orThrow().thumbprint().hex(),
                channel.expiry(),
                channel.windowMs(),
                channel.closesAt());
    }
}
