package io.thingstead.node.statement;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.MoneyReader;
import io.thingstead.node.ledger.money.Move;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came to an account and went from it in a span of time, in one asset, with the balance before and after. Made
/// out of the balance now and the account's events, back from the newest.
///
/// @param fromMs block time from which it tells
/// @param toMs block time before which it tells
/// @param opening the balance before the first entry
/// @param closing the balance after the last
/// @param entries the oldest first
public record Statement(
        AccountId account, AssetRecord asset, long fromMs, long toMs, long opening, long closing, List<Entry> entries) {
    private static final int MOST_EVENTS = 200_000;
    private static final int PAGE = 500;

    public Statement {
        entries = List.copyOf(entries);
    }

    /// One sum that came or went.
    ///
    /// @param event of the ledger that says so
    /// @param amount negative: it went
    /// @param other where it came from or went to; null: it was issued or redeemed
    /// @param balance after it
    public record Entry(
            long event,
            long timeMs,
            long amount,
            @Nullable AccountId other,
            byte @Nullable [] reference,
            String words,
            long balance) {}

    /// An answer of money and the head it is as of.
    private record AsOf(MoneyReader money, long events) {}

    /// Refused where there are too many events, or some of them are not kept here.
    public static Result<Statement> of(
            LedgerReader ledger, AccountId account, AssetRecord asset, long fromMs, long toMs) {
        AsOf now = now(ledger);
        long balance = now.money.balances(account).stream()
                .filter(holding -> holding.asset().asset().equals(asset.asset()))
                .mapToLong(holding -> holding.balance().amount())
                .findFirst()
                .orElse(0);
        long closing = balance;
        List<Entry> entries = new ArrayList<>();
        long before = now.events;
        int looked = 0;
        while (true) {
            List<Event> page = ledger.history(account.value(), before, PAGE);
            for (Event event : page) {
                if (event.blockTime() < fromMs) {
                    return Result.ok(of(account, asset, fromMs, toMs, balance, closing, entries));
                }
                long change = change(event, account, asset);
                if (event.blockTime() >= toMs) {
                    closing = balance - change;
                } else if (change != 0) {
                    entries.add(entry(event, account, asset, change, balance));
                }
                balance -= change;
            }
            looked += page.size();
            if (page.size() < PAGE) {
                return balance == 0
                        ? Result.ok(of(account, asset, fromMs, toMs, balance, closing, entries))
                        : Result.no(Refusal.PROOF_HISTORY, missing(ledger));
            }
            if (looked >= MOST_EVENTS) {
                return Result.no(
                        Refusal.EXPORT_TOO_LARGE,
                        "more than " + MOST_EVENTS + " events of " + account + ": ask from a later time on");
            }
            before = page.getLast().number();
        }
    }

    private static AsOf now(LedgerReader ledger) {
        while (true) {
            long height = ledger.head().height();
            AsOf now = new AsOf(ledger.money(), ledger.head().eventsSize());
            if (ledger.head().height() == height) {
                return now;
            }
        }
    }

    private static String missing(LedgerReader ledger) {
        List<EventSpan> missing = ledger.missingEvents();
        return "some of the account's events are not held here"
                + (missing.isEmpty() ? ": this member joined later" : " yet: ask again later");
    }

    private static Statement of(
            AccountId account, AssetRecord asset, long from, long to, long opening, long closing, List<Entry> entries) {
        return new Statement(account, asset, from, to, opening, closing, entries.reversed());
    }

    private static long change(Event event, AccountId account, AssetRecord asset) {
        long change = 0;
        for (Move move : Move.of(event)) {
            if (move.asset().equals(asset.asset())) {
                change += account.equals(move.to()) ? move.amount() : 0;
                change -= account.equals(move.from()) ? move.amount() : 0;
            }
        }
        return change;
    }

    private static Entry entry(Event event, AccountId account, AssetRecord asset, long change, long balance) {
        Move move = Move.of(event).stream()
                .filter(m -> m.asset().equals(asset.asset()) && (account.equals(m.to()) || account.equals(m.from())))
                .findFirst()
                .orElseThrow();
        return new Entry(
                event.number(),
                event.blockTime(),
                change,
                account.equals(move.to()) ? move.from() : move.to(),
                move.reference(),
                event.inWords(),
                balance);
    }
}
