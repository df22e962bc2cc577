package io.thingstead.node.api;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.MoneyReader;
import io.thingstead.node.openapi.Parameter;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request about money, read part by part. The first part that is wrong is remembered; what is read after it means
/// nothing.
final class MoneyParams {
    static final String ACCOUNT = "(member/[a-z0-9-]{1,32}|device/[a-z0-9-]{1,32}:[a-z0-9-]{1,64}|key/[0-9a-f]{64}"
            + "|(contract|channel)/[1-9][0-9]{0,15})";
    static final String ASSET = "[a-z0-9-]{1,32}:[A-Z0-9]{1,12}";
    static final String AMOUNT = "[0-9]{1,16}([.][0-9]{1,9})?";
    static final String REFERENCE = "[0-9a-f]{64}";
    static final Parameter<String> KIND = Parameter.matching(
                    "kind",
                    "member|device|key|contract|channel",
                    "member, device, key, contract or channel",
                    "What kind of account it is.")
            .inPath()
            .example("member");
    static final Parameter<String> NAME = Parameter.matching(
                    "name", "[a-z0-9:-]{1,97}", "what follows in the account's text", "Which account of that kind.")
            .inPath()
            .example("home");
    static final Parameter<String> ASSET_IN_PATH = Parameter.matching(
                    "asset", ASSET, "an asset, member:CODE", "The asset.")
            .inPath()
            .example("home:EUR");

    private final MoneyReader money;
    private @Nullable Refused refused;

    MoneyParams(LedgerReader ledger) {
        this.money = ledger.money();
    }

    Optional<Refused> refused() {
        return Optional.ofNullable(refused);
    }

    void refuse(Refusal code, String text) {
        if (refused == null) refused = new Refused(code, text);
    }

    static Optional<AccountId> inPath(Params params) {
        return AccountId.parse(
                params.find(KIND).orElse("") + "/" + params.find(NAME).orElse(""));
    }

    AccountId account(@Nullable String text, String what, AccountId otherwise) {
        if (text == null) return otherwise;
        var account = AccountId.parse(text);
        if (account.isEmpty()) {
            refuse(Refusal.REQUEST_MALFORMED, what + " is an account: member/…, device/…, key/…, or a contract's");
        }
        return account.orElse(otherwise);
    }

    /// One that must be given.
    AccountId account(@Nullable String text, String what) {
        if (text == null) refuse(Refusal.REQUEST_MALFORMED, what + " is missing");
        return account(text, what, new AccountId.Contract(1));
    }

    /// As the ledger has it, or one of no meaning.
    AssetRecord asset(@Nullable String text) {
        var asset = AssetId.parse(text == null ? "" : text);
        if (asset.isEmpty()) refuse(Refusal.REQUEST_MALFORMED, "an asset is member:CODE");
        var record = asset.flatMap(money::asset);
        if (record.isEmpty()) refuse(Refusal.ASSET_UNKNOWN, "there is no asset " + text);
        return record.orElseGet(() -> new AssetRecord(AssetId.of("none:NONE"), 0, 0, 0));
    }

    long amount(@Nullable String text, AssetRecord asset) {
        var amount = Amounts.parse(text == null ? "" : text, asset.decimals());
        if (amount.isEmpty()) {
            refuse(
                    Refusal.REQUEST_MALFORMED,
                    "an amount is a decimal text with at most " + asset.decimals() + " decimals, below 2^53 of the"
                            + " smallest unit");
        }
        return amount.orElse(0);
    }

    /// A number of the ledger's, or null where none is given.
    @Nullable
    Long number(@Nullable Long given) {
        if (given != null && !Amounts.isOne(given)) {
            refuse(Refusal.REQUEST_MALFORMED, "a number is from 1 to 2^53 - 1");
        }
        return given;
    }

    byte @Nullable [] reference(@Nullable String text) {
        if (text == null) return null;
        if (!text.matches(REFERENCE)) {
            refuse(Refusal.REQUEST_MALFORMED, "a reference is a commitment of 64 hex digits");
            return null;
        }
        return HexFormat.of().parseHex(text);
    }

    /// Bytes in base64url that must be given.
    byte[] bytes(@Nullable String text, String what) {
        var bytes = Base64Url.decode(text == null ? "" : text);
        if (bytes.isEmpty()) refuse(Refusal.REQUEST_MALFORMED, what + " is base64url without padding");
        return bytes.orElseGet(() -> new byte[0]);
    }

    /// A COSE_Key in base64url.
    Optional<VerifyingKey> key(@Nullable String text) {
        var key = Base64Url.decode(text == null ? "" : text).map(VerifyingKey::decode);
        if (key.isPresent() && key.get() instanceof Result.Ok<VerifyingKey>(VerifyingKey read)) {
            return Optional.of(read);
        }
        refuse(Refusal.REQUEST_MALFORMED, "a key is a COSE_Key of Ed25519 or P-256 in base64url without padding");
        return Optional.empty();
    }

    /// The ledger time that is so long from now.
    long until(@Nullable Long forMs) {
        if (forMs == null || forMs < 1 || forMs > Amounts.MAX / 2) {
            refuse(Refusal.REQUEST_MALFORMED, "forMs is how long from now on, in milliseconds");
            return 0;
        }
        return money.timeMs() + forMs;
    }
}
