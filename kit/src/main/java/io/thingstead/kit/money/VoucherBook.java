package io.thingstead.kit.money;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;

/// What a payee has been given by the vouchers of one channel: the highest counts, and is what it closes with.
/// Confined to its owner. Keep `highest` where it survives before what was paid for is delivered.
public final class VoucherBook {
    private final LedgerId ledger;
    private final long channel;
    private final VerifyingKey key;
    private long deposit;
    private long amount;
    private byte[] highest = {};

    /// @param channel its number on the ledger
    /// @param key that signs the channel's vouchers, as the ledger has it
    /// @param deposit the channel's, as the ledger has it
    public VoucherBook(LedgerId ledger, long channel, VerifyingKey key, long deposit) {
        this.ledger = ledger;
        this.channel = channel;
        this.key = key;
        this.deposit = deposit;
    }

    /// The payer put more into the channel.
    public void toppedUp(long newDeposit) {
        deposit = Math.max(deposit, newDeposit);
    }

    /// Goes on from the highest voucher that was kept, as when the payee starts again.
    ///
    /// @return whether it is one of this channel
    public boolean restore(byte[] kept) {
        return switch (Voucher.verify(kept, ledger, key)) {
            case Result.No<Voucher> _ -> false;
            case Result.Ok<Voucher>(Voucher read) -> {
                boolean goesOn = read.channel() == channel && read.amount() > amount;
                if (goesOn) {
                    amount = read.amount();
                    highest = kept.clone();
                }
                yield goesOn;
            }
        };
    }

    /// Takes a voucher.
    ///
    /// @return how much more it gives than the highest before it
    public Result<Long> take(byte[] voucher) {
        return switch (read(voucher)) {
            case Result.No<Voucher>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<Voucher>(Voucher read) ->
                read.amount() <= amount
                        ? Result.no(Refusal.VOUCHER_INVALID, "not more than what was given before: " + amount)
                        : Result.ok(taken(read, voucher));
        };
    }

    /// Takes a voucher that gives at least so much more than the highest before it; of another one nothing is kept.
    ///
    /// @return how much more it gives
    public Result<Long> take(byte[] voucher, long atLeast) {
        return look(voucher, atLeast).map(more -> taken(new Voucher(channel, amount + more), voucher));
    }

    /// What a voucher would give more, if it gives at least so much, without taking it.
    public Result<Long> look(byte[] voucher, long atLeast) {
        return switch (read(voucher)) {
            case Result.No<Voucher>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<Voucher>(Voucher read) -> {
                long more = read.amount() - amount;
                if (more <= 0) {
                    yield Result.no(
                            Refusal.PAYMENT_REPLAYED,
                            "the voucher gives nothing over what was given before: " + amount);
                }
                yield more < atLeast
                        ? Result.no(
                                Refusal.PAYMENT_TOO_LITTLE, "the voucher gives " + more + " more, and not " + atLeast)
                        : Result.ok(more);
            }
        };
    }

    private Result<Voucher> read(byte[] voucher) {
        return Voucher.verify(voucher, ledger, key).flatMap(read -> {
            if (read.channel() != channel) {
                return Result.no(Refusal.VOUCHER_INVALID, "a voucher of channel " + read.channel());
            }
            return read.amount() > deposit
                    ? Result.no(Refusal.VOUCHER_INVALID, "more than the channel's deposit: " + deposit)
                    : Result.ok(read);
        });
    }

    private long taken(Voucher read, byte[] voucher) {
        long more = read.amount() - amount;
        amount = read.amount();
        highest = voucher.clone();
        return more;
    }

    /// What was given in all so far.
    public long amount() {
        return amount;
    }

    /// The voucher to close with; empty before the first.
    public byte[] highest() {
        return highest.clone();
    }
}
