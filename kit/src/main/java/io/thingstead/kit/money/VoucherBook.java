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

    /// Takes a voucher.
    ///
    /// @return how much more it gives than the highest before it
    public Result<Long> take(byte[] voucher) {
        return switch (Voucher.verify(voucher, ledger, key)) {
            case Result.No<Voucher>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<Voucher>(Voucher read) -> {
                if (read.channel() != channel) {
                    yield Result.no(Refusal.VOUCHER_INVALID, "a voucher of channel " + read.channel());
                }
                if (read.amount() <= amount) {
                    yield Result.no(Refusal.VOUCHER_INVALID, "not more than what was given before: " + amount);
                }
                if (read.amount() > deposit) {
                    yield Result.no(Refusal.VOUCHER_INVALID, "more than the channel's deposit: " + deposit);
                }
                long more = read.amount() - amount;
                amount = read.amount();
                highest = voucher.clone();
                yield Result.ok(more);
            }
        };
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
