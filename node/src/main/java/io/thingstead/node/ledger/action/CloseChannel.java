package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.ChannelRecord;
import io.thingstead.node.ledger.money.MoneyWords;
import io.thingstead.node.ledger.money.Timers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The payee closes a channel with its highest voucher and is paid; the payer closes it and leaves the payee a window.
public record CloseChannel(long channel, byte @Nullable [] voucher) implements Action {
    static final int TYPE = 32;

    static CloseChannel read(CborReader in) {
        in.readArrayOf(2);
        long channel = Actions.number(in);
        if (in.nextIsNull()) {
            in.readNull();
            return new CloseChannel(channel, null);
        }
        return new CloseChannel(channel, in.readBytes(Voucher.MAX_BYTES));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "close-channel";
    }

    @Override
    public void writeBody(CborWriter out) {
        MoneyWords.bytesOrNull(out.array(2).integer(channel), voucher);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.channel(channel));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        ChannelRecord record = ChannelRecord.of(draft, channel);
        if (record == null) {
            return Outcome.declined(Refusal.CHANNEL_UNKNOWN, "no channel " + channel + ", or it is settled");
        }
        boolean byPayee = Balances.isSignedByOwner(request.signers(), record.payee(), draft);
        if (!byPayee && !Balances.isSignedByOwner(request.signers(), record.payer(), draft)) {
            return Outcome.declined(
                    Refusal.ACTION_NOT_ALLOWED,
                    "channel " + channel + " is closed by " + record.payee() + " or " + record.payer());
        }
        if (Timers.isOver(draft, record.due()) || (!byPayee && record.closesAt() != null)) {
            return Outcome.declined(
                    Refusal.CHANNEL_CLOSING, "channel " + channel + " is being closed, and settled by itself");
        }
        return switch (shown(record, draft)) {
            case Result.No<Long>(Refused refused) -> new Outcome.Declined(refused);
            case Result.Ok<Long>(Long amount) -> {
                if (byPayee) {
                    record.settle(draft, request.transaction(), amount, ChannelRecord.End.PAYEE);
                } else {
                    record.beginClosing(draft, request.transaction(), amount);
                }
                yield Outcome.HAPPENED;
            }
        };
    }

    /// The highest amount that was shown, with the voucher of this action.
    private Result<Long> shown(ChannelRecord record, Draft draft) {
        if (voucher == null) {
            return Result.ok(record.shown());
        }
        VerifyingKey key = VerifyingKey.decode(record.key()).orThrow();
        return switch (Voucher.verify(voucher, draft.block().ledger(), key)) {
            case Result.No<Voucher>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<Voucher>(Voucher read) -> {
                if (read.channel() != channel) {
                    yield Result.no(Refusal.VOUCHER_INVALID, "a voucher of channel " + read.channel());
                }
                yield read.amount() > record.deposit()
                        ? Result.no(Refusal.VOUCHER_INVALID, "more than the channel's deposit: " + read.amount())
                        : Result.ok(Math.max(read.amount(), record.shown()));
            }
        };
    }

    @Override
    public String inWords() {
        return "Close channel " + channel + (voucher == null ? " without a voucher" : " with a voucher");
    }
}
