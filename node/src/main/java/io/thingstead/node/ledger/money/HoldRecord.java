package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Counts.Kind;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An amount that its owner promised to a payee: until a time the payee takes all or part of it, or gives it free.
///
/// @param until ledger time from which it is free again
/// @param event that made it
public record HoldRecord(
        long number, AccountId from, AccountId payee, AssetId asset, long amount, long until, long event) {
    private static final int BY_PAYEE = 1;
    private static final int BY_TIME = 2;

    public static @Nullable HoldRecord of(Draft draft, long number) {
        byte[] value = draft.get(StateKeys.hold(number));
        return value == null ? null : decode(number, value);
    }

    /// Sets the amount aside, which is available.
    public static void begin(
            Draft draft,
            byte[] transaction,
            AccountId from,
            AccountId payee,
            AssetId asset,
            long amount,
            long until,
            byte @Nullable [] reference) {
        long number = Counts.next(draft, Kind.HOLDS);
        HoldRecord hold = new HoldRecord(number, from, payee, asset, amount, until, draft.nextEventNo());
        Balances.hold(draft, from, asset, amount);
        Counts.add(draft, Kind.HOLDS, from.value());
        Parties.add(draft, Timers.HOLD, number, from, payee);
        Timers.set(draft, until, Timers.HOLD, number);
        draft.put(StateKeys.hold(number), hold.encode());
        CborWriter body = hold.sum(new CborWriter().array(8), draft, amount).integer(until);
        MoneyWords.bytesOrNull(body, reference);
        draft.happened(transaction, EventType.HELD, hold.subjects(), body);
    }

    /// The payee takes this much, at most what is held; the rest is free.
    public void capture(Draft draft, byte[] transaction, long taken, byte @Nullable [] reference) {
        end(draft);
        if (Balances.move(draft, from, payee, asset, taken) != null) {
            throw new IllegalStateException("what was held is not there: hold " + number);
        }
        CborWriter body = sum(new CborWriter().array(8), draft, taken).integer(amount - taken);
        MoneyWords.bytesOrNull(body, reference);
        draft.happened(transaction, EventType.HOLD_CAPTURED, subjects(), body);
    }

    /// The payee gives it free.
    public void release(Draft draft, byte[] transaction) {
        released(draft, transaction, BY_PAYEE);
    }

    static void expire(Draft draft, long number) {
        Objects.requireNonNull(of(draft, number), "a timer's hold is in the state")
                .released(draft, Event.noTransaction(), BY_TIME);
    }

    private void released(Draft draft, byte[] transaction, int how) {
        end(draft);
        draft.happened(
                transaction,
                EventType.HOLD_RELEASED,
                subjects(),
                sum(new CborWriter().array(7), draft, amount).integer(how));
    }

    private void end(Draft draft) {
        Timers.cancel(draft, until, Timers.HOLD, number);
        Parties.remove(draft, Timers.HOLD, number, from, payee);
        Counts.subtract(draft, Kind.HOLDS, from.value());
        draft.remove(StateKeys.hold(number));
        Balances.free(draft, from, asset, amount);
    }

    /// `number, from, payee, asset, decimals, amount`
    private CborWriter sum(CborWriter out, Draft draft, long of) {
        return AssetRecord.sum(out.integer(number).text(from.value()).text(payee.value()), draft, asset, of);
    }

    private List<String> subjects() {
        return List.of(StateKeys.hold(number), from.value(), payee.value(), StateKeys.asset(asset));
    }

    public byte[] encode() {
        return new CborWriter(160)
                .array(6)
                .text(from.value())
                .text(payee.value())
                .text(asset.value())
                .integer(amount)
                .integer(until)
                .integer(event)
                .toBytes();
    }

    public static HoldRecord decode(long number, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(6);
        HoldRecord read = new HoldRecord(
                number,
                MoneyWords.account(in),
                MoneyWords.account(in),
                MoneyWords.asset(in),
                in.readUint(),
                in.readUint(),
                in.readUint());
        in.expectEnd();
        return read;
    }
}
