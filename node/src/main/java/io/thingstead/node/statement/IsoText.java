package io.thingstead.node.statement;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.money.AssetRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// What ISO 20022 asks of texts: lengths, currencies, times.
final class IsoText {
    static final int MAX_ID = 35;
    private static final int MAX_ACCOUNT = 34;
    private static final int ACCOUNT_HASH = 16;
    private static final int CURRENCY = 3;
    private static final int MAX_DECIMALS = 5;

    private IsoText() {}

    /// Why amounts of the asset cannot stand in a document of ISO 20022, or null.
    static @Nullable Refused notCurrency(AssetRecord asset) {
        String code = asset.asset().code();
        boolean currency = code.length() == CURRENCY && code.chars().allMatch(c -> c >= 'A' && c <= 'Z');
        return currency && asset.decimals() <= MAX_DECIMALS
                ? null
                : new Refused(
                        Refusal.REQUEST_MALFORMED,
                        "ISO 20022 knows currencies of three letters with at most 5 decimals: " + asset.asset()
                                + " is none (take CSV)");
    }

    /// The account itself where it has at most 34 characters, else 32 hex digits of its SHA-256.
    static String account(AccountId account) {
        String text = account.value();
        return text.length() <= MAX_ACCOUNT
                ? text
                : HexFormat.of().formatHex(Sha256.of(text.getBytes(StandardCharsets.US_ASCII)), 0, ACCOUNT_HASH);
    }

    static String time(long ms) {
        return Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.MILLIS).toString();
    }

    static String day(long ms) {
        return time(ms).substring(0, 10);
    }

    static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }
}
