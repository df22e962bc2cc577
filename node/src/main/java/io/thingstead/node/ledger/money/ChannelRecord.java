package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Counts.Kind;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A payment channel: the payer's deposit stands at the account `channel/<number>`, vouchers signed by the channel's
/// key give more and more of it to the payee off the ledger, and closing pays the highest.
///
/// @param key COSE_Key of the key that signs vouchers
/// @param expiry ledger time at which it is settled at the latest
/// @param windowMs how long the payee may still show a voucher after the payer closes
/// @param closesAt ledger time at which it is settled, once the payer closes; null before
/// @param shown the highest voucher that was shown, 0 for none
/// @param event that opened it
public record ChannelRecord(
        long number,
        AccountId payer,
        AccountId payee,
        AssetId asset,
        long deposit,
        byte[] key,
        long expiry,
        long windowMs,
        @Nullable Long closesAt,
        long shown,
        long event) {
    /// How a channel was settled.
    public enum End {
        PAYEE(1),
        WINDOW(2),
        EXPIRY(3);

        private final int number;

        End(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    public static @Nullable ChannelRecord of(Draft draft, long number) {
        byte[] value = draft.get(StateKeys.channel(number));
        return value == null ? null : decode(number, value);
    }

    /// Opens a channel; the payer has the deposit available.
    public static void open(
            Draft draft,
            byte[] transaction,
            AccountId payer,
            AccountId payee,
            AssetId asset,
            long deposit,
            VerifyingKey key,
            long expiry,
            long windowMs) {
        long number = Counts.next(draft, Kind.CHANNELS);
        ChannelRecord channel = new ChannelRecord(
                number, payer, payee, asset, deposit, key.coseKey(), expiry, windowMs, null, 0, draft.nextEventNo());
        channel.put(draft);
        move(draft, payer, channel.account(), asset, deposit);
        Counts.add(draft, Kind.CHANNELS, payer.value());
        Parties.add(draft, Timers.CHANNEL, number, payer, payee);
        Timers.set(draft, expiry, Timers.CHANNEL, number);
        draft.happened(
                transaction,
                EventType.CHANNEL_OPENED,
                channel.subjects(),
                channel.sum(new CborWriter().array(9), draft, deposit)
                        .bytes(key.thumbprint().bytes())
                        .integer(expiry)
                        .integer(windowMs));
    }

    public AccountId account() {
        return new AccountId.Channel(number);
    }

    /// When it is settled, as things stand.
    public long due() {
        return closesAt == null ? expiry : closesAt;
    }

    /// Adds to the deposit; the payer has it available.
    public void topUp(Draft draft, byte[] transaction, long amount) {
        move(draft, payer, account(), asset, amount);
        with(deposit + amount, closesAt, shown).put(draft);
        draft.happened(
                transaction,
                EventType.CHANNEL_TOPPED_UP,
                subjects(),
                sum(new CborWriter().array(7), draft, amount).integer(deposit + amount));
    }

    /// The payer closes: the payee has the window's time to show a higher voucher.
    ///
    /// @param voucher the amount that the payer itself shows, 0 for none
    public void beginClosing(Draft draft, byte[] transaction, long voucher) {
        long closes = Math.min(Timers.now(draft) + windowMs, expiry);
        Timers.cancel(draft, expiry, Timers.CHANNEL, number);
        Timers.set(draft, closes, Timers.CHANNEL, number);
        with(deposit, closes, voucher).put(draft);
        draft.happened(
                transaction,
                EventType.CHANNEL_CLOSING,
                subjects(),
                sum(new CborWriter().array(7), draft, voucher).integer(closes));
    }

    static void expire(Draft draft, long number) {
        ChannelRecord channel = Objects.requireNonNull(of(draft, number), "a timer's channel is in the state");
        channel.settle(draft, Event.noTransaction(), channel.shown, channel.closesAt == null ? End.EXPIRY : End.WINDOW);
    }

    /// Pays the payee, gives the rest back, and ends.
    public void settle(Draft draft, byte[] transaction, long paid, End how) {
        if (paid > 0) {
            move(draft, account(), payee, asset, paid);
        }
        if (paid < deposit) {
            move(draft, account(), payer, asset, deposit - paid);
        }
        Timers.cancel(draft, due(), Timers.CHANNEL, number);
        Parties.remove(draft, Timers.CHANNEL, number, payer, payee);
        Counts.subtract(draft, Kind.CHANNELS, payer.value());
        draft.remove(StateKeys.channel(number));
        draft.happened(
                transaction,
                EventType.CHANNEL_CLOSED,
                subjects(),
                sum(new CborWriter().array(8), draft, paid)
                        .integer(deposit - paid)
                        .integer(how.number));
    }

    private static void move(Draft draft, AccountId from, AccountId to, AssetId asset, long amount) {
        Refused refused = Balances.move(draft, from, to, asset, amount);
        if (refused != null) {
            throw new IllegalStateException("a channel's money is not where it must be: " + refused);
        }
    }

    private ChannelRecord with(long newDeposit, @Nullable Long newClosesAt, long newShown) {
        return new ChannelRecord(
                number, payer, payee, asset, newDeposit, key, expiry, windowMs, newClosesAt, newShown, event);
    }

    private void put(Draft draft) {
        draft.put(StateKeys.channel(number), encode());
    }

    /// `number, payer, payee, asset, decimals, amount`
    private CborWriter sum(CborWriter out, Draft draft, long of) {
        return AssetRecord.sum(out.integer(number).text(payer.value()).text(payee.value()), draft, asset, of);
    }

    private List<String> subjects() {
        return List.of(StateKeys.channel(number), payer.value(), payee.value(), StateKeys.asset(asset));
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(256)
                .array(10)
                .text(payer.value())
                .text(payee.value())
                .text(asset.value())
                .integer(deposit)
                .bytes(key)
                .integer(expiry)
                .integer(windowMs);
        if (closesAt == null) {
            out.nil();
        } else {
            out.integer(closesAt);
        }
        return out.integer(shown).integer(event).toBytes();
    }

    public static ChannelRecord decode(long number, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(10);
        AccountId payer = MoneyWords.account(in);
        AccountId payee = MoneyWords.account(in);
        AssetId asset = MoneyWords.asset(in);
        long deposit = in.readUint();
        byte[] key = in.readBytes(128);
        long expiry = in.readUint();
        long window = in.readUint();
        Long closesAt = null;
        if (in.nextIsNull()) {
            in.readNull();
        } else {
            closesAt = in.readUint();
        }
        ChannelRecord read = new ChannelRecord(
                number, payer, payee, asset, deposit, key, expiry, window, closesAt, in.readUint(), in.readUint());
        in.expectEnd();
        return read;
    }
}
