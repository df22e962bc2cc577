package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.money.AccountRecord;
import io.thingstead.node.ledger.money.MoneyReader;
import io.thingstead.node.ledger.money.Move;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The accounts that this member answers for, and what came to one and went from it, a page at a time.
public record AccountRoutes(MemberId self, LedgerReader ledger) {
    private static final long FOR_EVER_MS = 1L << 52;
    private static final int CHUNK = 500;
    /// There is no index of a host's wallets, nor of an account's movements in an asset: so many rows are looked at for
    /// one page.
    private static final int MOST_LOOKED_AT = 20_000;

    private static final Parameter<String> AFTER = Parameter.matching(
                    "after", MoneyParams.ACCOUNT, "an account", "Only those after this one, `next` of a page.")
            .example("device/home:box-1");
    private static final Parameter<Long> LIMIT = Parameter.limit(100, 200);
    private static final Operation ALL = Operation.of(
                    "Money", "This member's accounts, a page at a time: its own, its devices', its wallets'")
            .details("Those of devices that have something, or are party to a hold, a limit, a channel or a contract;"
                    + " those of all wallets that this member hosts. A page may have few or none of them and still have"
                    + " `next`.")
            .takes(AFTER, LIMIT)
            .answers(AccountsPage.class);
    private static final Parameter<String> ASSET = Parameter.matching(
                    "asset", MoneyParams.ASSET, "an asset, member:CODE", "Only what moved of this asset.")
            .example("home:EUR");
    private static final Parameter<Long> FROM =
            Parameter.number("from", 0, FOR_EVER_MS, "From this block time on.").or(0L);
    private static final Parameter<Long> TO =
            Parameter.number("to", 0, FOR_EVER_MS, "Before this block time.").or(FOR_EVER_MS);
    private static final Parameter<Long> BEFORE =
            Parameter.number("before", 0, EventRoutes.MAX_NUMBER, "Only of events with a lower number.");
    private static final Operation MOVEMENTS = Operation.of(
                    "Money", "What came to an account and went from it, the newest first")
            .details("A page may have few or none and still have `next`. What is held, and freed again, moves nothing.")
            .takes(MoneyParams.KIND, MoneyParams.NAME, ASSET, FROM, TO, BEFORE, LIMIT)
            .answers(MovementsPage.class)
            .refuses(Refusal.ACCOUNT_UNKNOWN);

    private record OwnAccount(
            String account, @Says("short, for people") String name, List<MoneyJson.BalanceJson> balances) {}

    private record AccountsPage(
            @Says("whose node it is") String member,
            List<OwnAccount> accounts,

            @Says("to be given as `after` for those that follow; absent on the last page") @Nullable
            String next) {}

    private record Movement(
            @Says("of the ledger that says so") long event,
            @Says("block time") long timeMs,
            @Says("decimal; negative: it went") String amount,
            String asset,

            @Says("where it came from or went to; absent: it was issued or redeemed") @Nullable
            String other,

            @Says("short, for people") @Nullable String otherName,

            @Says("the commitment to what it is for") @Nullable
            String reference,

            @Says("the event in plain words") String words) {}

    private record MovementsPage(
            String account,

            @Says("events that are not here yet, and are being fetched from other members")
            List<EventSpan> missing,

            @Says("the oldest event that is kept here") long first,
            List<Movement> movements,

            @Says("to be given as `before` for those that follow; absent on the last page") @Nullable
            Long next) {}

    public void register(Routes routes) {
        routes.get("/api/accounts", ALL, this::all)
                .get("/api/accounts/{kind}/{name}/movements", MOVEMENTS, this::movements);
    }

    private void all(Context context) {
        var params = new Params(context);
        AccountId after = params.find(AFTER).flatMap(AccountId::parse).orElse(null);
        int limit = (int) params.number(LIMIT);
        if (params.sendRefusal()) return;
        MoneyReader money = ledger.money();
        var page = new Page(money, limit);
        if (after == null) page.found.add(AccountId.of(self));
        if (!(after instanceof AccountId.Key)) {
            page.devices(after instanceof AccountId.Device(DeviceId device) ? device : null);
        }
        if (page.next == null) page.wallets(after instanceof AccountId.Key(Thumbprint key) ? key : null);
        Json.send(
                context,
                new AccountsPage(
                        self.value(),
                        page.found.stream()
                                .map(account -> new OwnAccount(
                                        account.value(),
                                        account.inWords(),
                                        money.balances(account).stream()
                                                .map(MoneyJson.BalanceJson::of)
                                                .toList()))
                                .toList(),
                        page.next));
    }

    /// A page of accounts as it fills.
    private final class Page {
        private final MoneyReader money;
        private final int limit;
        private final List<AccountId> found = new ArrayList<>();
        private @Nullable String next;

        Page(MoneyReader money, int limit) {
            this.money = money;
            this.limit = limit;
        }

        void devices(@Nullable DeviceId after) {
            int room = limit - found.size();
            List<DeviceId> devices = money.devices(self, after, room + 1);
            devices.stream().limit(room).map(AccountId::of).forEach(found::add);
            if (devices.size() > room) next = found.getLast().value();
        }

        void wallets(@Nullable Thumbprint after) {
            Thumbprint at = after;
            for (int looked = 0; looked < MOST_LOOKED_AT; looked += CHUNK) {
                List<AccountRecord> chunk = money.wallets(at, CHUNK);
                for (AccountRecord wallet : chunk) {
                    if (wallet.host().equals(self)) {
                        if (found.size() == limit) {
                            next = found.getLast().value();
                            return;
                        }
                        found.add(AccountId.of(wallet.key()));
                    }
                    at = wallet.key();
                }
                if (chunk.size() < CHUNK) return;
            }
            next = at == null ? null : AccountId.of(at).value();
        }
    }

    private void movements(Context context) {
        var params = new Params(context);
        var account = MoneyParams.inPath(params).filter(ledger.money()::knows);
        AssetId asset = params.find(ASSET).flatMap(AssetId::parse).orElse(null);
        long from = params.number(FROM);
        long to = params.number(TO);
        long before = params.find(BEFORE).orElseGet(() -> ledger.head().eventsSize());
        int limit = (int) params.number(LIMIT);
        if (params.sendRefusal()) return;
        if (account.isEmpty()) {
            Problem.send(
                    context,
                    Refusal.ACCOUNT_UNKNOWN,
                    "there is no account " + context.pathParam("kind") + "/" + context.pathParam("name"));
            return;
        }
        List<EventSpan> missing = ledger.missingEvents();
        List<Movement> found = new ArrayList<>();
        Long next = collect(account.get(), asset, from, to, before, limit, found);
        Json.send(context, new MovementsPage(account.get().value(), missing, ledger.firstEvent(), found, next));
    }

    /// Collects movements downwards; where a page goes on, or null at the end. An event's movements stay together.
    private @Nullable Long collect(
            AccountId account,
            @Nullable AssetId asset,
            long from,
            long to,
            long before,
            int limit,
            List<Movement> found) {
        long at = before;
        for (int looked = 0; looked < MOST_LOOKED_AT; looked += CHUNK) {
            List<Event> events = ledger.history(account.value(), at, CHUNK);
            for (Event event : events) {
                if (event.blockTime() < from) return null;
                if (found.size() >= limit) return at;
                at = event.number();
                if (event.blockTime() < to) add(event, account, asset, found);
            }
            if (events.size() < CHUNK) return null;
        }
        return at;
    }

    private static void add(Event event, AccountId account, @Nullable AssetId asset, List<Movement> found) {
        for (Move move : Move.of(event)) {
            boolean came = account.equals(move.to());
            boolean went = account.equals(move.from());
            if (came == went || (asset != null && !asset.equals(move.asset()))) continue;
            AccountId other = came ? move.from() : move.to();
            byte[] reference = move.reference();
            found.add(new Movement(
                    event.number(),
                    event.blockTime(),
                    Amounts.text(came ? move.amount() : -move.amount(), move.decimals()),
                    move.asset().value(),
                    other == null ? null : other.value(),
                    other == null ? null : other.inWords(),
                    reference == null ? null : HexFormat.of().formatHex(reference),
                    event.inWords()));
        }
    }
}
