package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.contract.ContractWords;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Money that went from one account to another, as an event tells it: the one place that says which events do.
///
/// @param from null: it was issued
/// @param to null: it was redeemed
/// @param reference the commitment to what it is for, where one was given
public record Move(
        @Nullable AccountId from,
        @Nullable AccountId to,
        AssetId asset,
        int decimals,
        long amount,
        byte @Nullable [] reference) {

    /// What the event moved; nothing where it is about something else.
    public static List<Move> of(Event event) {
        CborReader in = CborReader.strict(event.body());
        in.readArray(16);
        return switch (event.type()) {
            case ASSET_ISSUED -> {
                Sum sum = Sum.read(in);
                AccountId to = MoneyWords.account(in);
                in.readUint();
                yield List.of(sum.move(null, to, bytesOrNull(in)));
            }
            case ASSET_REDEEMED -> {
                Sum sum = Sum.read(in);
                in.readUint();
                yield List.of(sum.move(AccountId.of(sum.asset.issuer()), null, bytesOrNull(in)));
            }
            case TRANSFERRED -> {
                AccountId from = MoneyWords.account(in);
                AccountId to = MoneyWords.account(in);
                yield List.of(Sum.read(in).move(from, to, bytesOrNull(in)));
            }
            case HOLD_CAPTURED -> {
                in.readUint();
                AccountId from = MoneyWords.account(in);
                AccountId to = MoneyWords.account(in);
                Sum sum = Sum.read(in);
                in.readUint();
                yield List.of(sum.move(from, to, bytesOrNull(in)));
            }
            case CHANNEL_OPENED, CHANNEL_TOPPED_UP -> {
                AccountId channel = new AccountId.Channel(in.readUint());
                AccountId payer = MoneyWords.account(in);
                MoneyWords.account(in);
                yield List.of(Sum.read(in).move(payer, channel, null));
            }
            case CHANNEL_CLOSED -> closed(in);
            case CONTRACT_BEGUN, CONTRACT_STEPPED, CONTRACT_ENDED -> ContractWords.moves(event.type(), in);
            default -> List.of();
        };
    }

    private static List<Move> closed(CborReader in) {
        AccountId channel = new AccountId.Channel(in.readUint());
        AccountId payer = MoneyWords.account(in);
        AccountId payee = MoneyWords.account(in);
        Sum paid = Sum.read(in);
        Sum returned = new Sum(paid.asset, paid.decimals, in.readUint());
        List<Move> moves = new ArrayList<>();
        if (paid.amount > 0) {
            moves.add(paid.move(channel, payee, null));
        }
        if (returned.amount > 0) {
            moves.add(returned.move(channel, payer, null));
        }
        return moves;
    }

    private static byte @Nullable [] bytesOrNull(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        return in.readBytesOf(32);
    }

    private record Sum(AssetId asset, int decimals, long amount) {
        static Sum read(CborReader in) {
            return new Sum(MoneyWords.asset(in), in.readUint(Amounts.MAX_DECIMALS), in.readUint());
        }

        Move move(@Nullable AccountId from, @Nullable AccountId to, byte @Nullable [] reference) {
            return new Move(from, to, asset, decimals, amount, reference);
        }
    }
}
