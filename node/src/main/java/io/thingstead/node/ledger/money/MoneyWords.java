package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.ledger.EventType;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Events about money in plain words, and how accounts and assets are read where they stand.
public final class MoneyWords {
    private static final int MAX_ASSET = 45;

    private MoneyWords() {}

    public static AccountId account(CborReader in) {
        return AccountId.parse(in.readText(AccountId.MAX_TEXT)).orElseThrow(() -> new CborMalformed("not an account"));
    }

    public static AssetId asset(CborReader in) {
        return AssetId.parse(in.readText(MAX_ASSET)).orElseThrow(() -> new CborMalformed("not an asset"));
    }

    public static void bytesOrNull(CborWriter out, byte @Nullable [] value) {
        if (value == null) {
            out.nil();
        } else {
            out.bytes(value);
        }
    }

    /// @param in an event's body after its head
    public static String of(EventType type, CborReader in) {
        return switch (type) {
            case ASSET_CREATED -> {
                AssetId asset = asset(in);
                yield asset.issuer() + " created the asset " + asset + " with " + in.readUint() + " decimals";
            }
            case ASSET_ISSUED -> {
                AssetId asset = asset(in);
                String sum = sum(asset, in);
                yield asset.issuer() + " issued " + sum + " to " + who(in);
            }
            case ASSET_REDEEMED -> {
                AssetId asset = asset(in);
                yield asset.issuer() + " redeemed " + sum(asset, in) + ": there is that much less of it";
            }
            case ACCOUNT_OPENED ->
                "An account was opened for the wallet "
                        + HexFormat.of().formatHex(in.readBytesOf(32), 0, 8)
                        + ", hosted by " + in.readText(32);
            case TRANSFERRED -> {
                String from = who(in);
                String to = who(in);
                String sum = sum(in);
                in.skip(2);
                yield from + " paid " + sum + " to " + to + (in.nextIsNull() ? "" : " within limit " + in.readUint());
            }
            case HELD -> {
                Between between = between(in);
                yield between.from + " holds " + between.sum + " for " + between.to + " (hold " + between.number + ")";
            }
            case HOLD_CAPTURED -> {
                Between between = between(in);
                yield between.to + " took " + between.sum + " of hold " + between.number + " from " + between.from;
            }
            case HOLD_RELEASED -> {
                Between between = between(in);
                yield "Hold " + between.number
                        + (in.readUint() == 1 ? " was released by " + between.to : " came to its time") + ": "
                        + between.sum + " is free again for " + between.from;
            }
            case LIMIT_SET -> limitSet(in);
            case LIMIT_ENDED -> limitEnded(in);
            case CHANNEL_OPENED -> {
                Between between = between(in);
                yield between.from + " opened channel " + between.number + " to " + between.to + " with " + between.sum;
            }
            case CHANNEL_TOPPED_UP -> {
                Between between = between(in);
                yield between.from + " put " + between.sum + " more into channel " + between.number + " to "
                        + between.to;
            }
            case CHANNEL_CLOSING -> {
                Between between = between(in);
                yield between.from + " closes channel " + between.number + ": " + between.to
                        + " may still show a voucher over " + between.sum;
            }
            case CHANNEL_CLOSED -> {
                Between between = between(in);
                yield "Channel " + between.number + " paid " + between.sum + " to " + between.to
                        + " and the rest back to " + between.from;
            }
            default -> throw new IllegalArgumentException("not about money: " + type);
        };
    }

    private record Between(long number, String from, String to, String sum) {}

    private static Between between(CborReader in) {
        return new Between(in.readUint(), who(in), who(in), sum(in));
    }

    private static String who(CborReader in) {
        return account(in).inWords();
    }

    private static String sum(CborReader in) {
        return sum(asset(in), in);
    }

    private static String sum(AssetId asset, CborReader in) {
        int decimals = in.readUint(Amounts.MAX_DECIMALS);
        return Amounts.text(in.readUint(), decimals) + " " + asset;
    }

    private static String limitSet(CborReader in) {
        long number = in.readUint();
        int decimals = in.readUint(Amounts.MAX_DECIMALS);
        LimitRecord.Terms terms = LimitRecord.Terms.read(in);
        return terms.owner().inWords() + " lets " + terms.spender().inWords() + " spend "
                + Amounts.text(terms.perDay(), decimals) + " " + terms.asset() + " a day, "
                + Amounts.text(terms.atOnce(), decimals) + " at once"
                + (terms.purpose() == null ? "" : ", on " + terms.purpose()) + " (limit " + number + ")";
    }

    private static String limitEnded(CborReader in) {
        long number = in.readUint();
        String owner = who(in);
        String spender = who(in);
        return "Limit " + number + " of " + spender + " for the account of " + owner
                + switch ((int) in.readUint()) {
                    case 1 -> " was taken back";
                    case 2 -> " was given up";
                    default -> " came to its time";
                };
    }
}
