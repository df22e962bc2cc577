package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Counts.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A standing limit: the owner lets another account spend from its own, so much a day, so much at once, for a purpose,
/// to some payees or to all, until a time.
///
/// @param terms what the owner set
/// @param day the last one on which something was spent, ledger time / 86,400,000
/// @param spent on that day
/// @param event that set it
public record LimitRecord(long number, Terms terms, long day, long spent, long event) {
    public static final int MAX_PAYEES = 16;
    public static final int MAX_PURPOSE = 32;

    private static final long DAY_MS = 86_400_000L;

    /// How a limit ended.
    public enum End {
        OWNER(1),
        SPENDER(2),
        TIME(3);

        private final int number;

        End(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    /// @param purpose for people and programs to read, `[a-z0-9-]{1,32}`, or null
    /// @param payees who may be paid; none: all
    public record Terms(
            AccountId owner,
            AccountId spender,
            AssetId asset,
            long perDay,
            long atOnce,
            @Nullable String purpose,
            List<AccountId> payees,
            long until) {
        public Terms {
            payees = List.copyOf(payees);
        }

        public void write(CborWriter out) {
            out.array(8)
                    .text(owner.value())
                    .text(spender.value())
                    .text(asset.value())
                    .integer(perDay)
                    .integer(atOnce);
            if (purpose == null) {
                out.nil();
            } else {
                out.text(purpose);
            }
            out.array(payees.size());
            payees.forEach(payee -> out.text(payee.value()));
            out.integer(until);
        }

        /// Its fields may be out of range: `AccountId` and `AssetId` alone are of their forms.
        public static Terms read(CborReader in) {
            in.readArrayOf(8);
            AccountId owner = MoneyWords.account(in);
            AccountId spender = MoneyWords.account(in);
            AssetId asset = MoneyWords.asset(in);
            long perDay = in.readUint();
            long atOnce = in.readUint();
            String purpose = null;
            if (in.nextIsNull()) {
                in.readNull();
            } else {
                purpose = in.readText(MAX_PURPOSE);
            }
            int count = in.readArray(MAX_PAYEES);
            List<AccountId> payees = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                payees.add(MoneyWords.account(in));
            }
            return new Terms(owner, spender, asset, perDay, atOnce, purpose, payees, in.readUint());
        }
    }

    public static @Nullable LimitRecord of(Draft draft, long number) {
        byte[] value = draft.get(StateKeys.limit(number));
        return value == null ? null : decode(number, value);
    }

    public static void set(Draft draft, byte[] transaction, Terms terms) {
        long number = Counts.next(draft, Kind.LIMITS);
        LimitRecord limit = new LimitRecord(number, terms, 0, 0, draft.nextEventNo());
        Counts.add(draft, Kind.LIMITS, terms.owner.value());
        Parties.add(draft, Timers.LIMIT, number, terms.owner, terms.spender);
        Timers.set(draft, terms.until, Timers.LIMIT, number);
        limit.put(draft);
        AssetRecord asset = Objects.requireNonNull(AssetRecord.of(draft, terms.asset), "checked before");
        CborWriter body = new CborWriter().array(3).integer(number).integer(asset.decimals());
        terms.write(body);
        draft.happened(transaction, EventType.LIMIT_SET, limit.subjects(), body);
    }

    /// Counts what the spender spends, where the limit allows it.
    ///
    /// @return why it does not, or null
    public @Nullable Refused spend(Draft draft, AccountId to, long amount) {
        if (Timers.isOver(draft, terms.until)) {
            return new Refused(Refusal.LIMIT_UNKNOWN, "the time of limit " + number + " is over");
        }
        if (!terms.payees.isEmpty() && !terms.payees.contains(to)) {
            return new Refused(Refusal.LIMIT_PAYEE, "limit " + number + " does not allow to pay " + to);
        }
        long today = Timers.now(draft) / DAY_MS;
        long before = terms.perDay - leftOn(Timers.now(draft));
        if (amount > terms.atOnce || amount > terms.perDay - before) {
            AssetRecord asset = Objects.requireNonNull(AssetRecord.of(draft, terms.asset), "a limit has an asset");
            return new Refused(
                    Refusal.LIMIT_OVER,
                    "limit " + number + " allows " + asset.text(terms.atOnce) + " at once and "
                            + asset.text(terms.perDay) + " a day, of which " + asset.text(before) + " is spent: not "
                            + asset.text(amount));
        }
        new LimitRecord(number, terms, today, before + amount, event).put(draft);
        return null;
    }

    /// What may still be spent on the day of this ledger time.
    public long leftOn(long ledgerMs) {
        return ledgerMs / DAY_MS == day ? terms.perDay - spent : terms.perDay;
    }

    public void end(Draft draft, byte[] transaction, End how) {
        Timers.cancel(draft, terms.until, Timers.LIMIT, number);
        Parties.remove(draft, Timers.LIMIT, number, terms.owner, terms.spender);
        Counts.subtract(draft, Kind.LIMITS, terms.owner.value());
        draft.remove(StateKeys.limit(number));
        draft.happened(
                transaction,
                EventType.LIMIT_ENDED,
                subjects(),
                new CborWriter()
                        .array(4)
                        .integer(number)
                        .text(terms.owner.value())
                        .text(terms.spender.value())
                        .integer(how.number));
    }

    static void expire(Draft draft, long number) {
        Objects.requireNonNull(of(draft, number), "a timer's limit is in the state")
                .end(draft, Event.noTransaction(), End.TIME);
    }

    private void put(Draft draft) {
        draft.put(StateKeys.limit(number), encode());
    }

    private List<String> subjects() {
        return List.of(
                StateKeys.limit(number), terms.owner.value(), terms.spender.value(), StateKeys.asset(terms.asset));
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(256).array(4);
        terms.write(out);
        return out.integer(day).integer(spent).integer(event).toBytes();
    }

    public static LimitRecord decode(long number, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(4);
        LimitRecord read = new LimitRecord(number, Terms.read(in), in.readUint(), in.readUint(), in.readUint());
        in.expectEnd();
        return read;
    }
}
