package io.thingstead.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.openapi.Says;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Payment by the request in the shapes of x402 (version 1): what is asked for, what a client pays with, what came of
/// it. The scheme is `batch-settlement`, its commitments are vouchers of payment channels.
final class PaymentJson {
    static final String HEADER = "X-PAYMENT";
    static final String RESPONSE_HEADER = "X-PAYMENT-RESPONSE";
    static final String SCHEME = "batch-settlement";
    static final int VERSION = 1;

    private static final int MAX_HEADER = 4_096;

    private PaymentJson() {}

    record ExtraJson(
            @Says("the whole id of the ledger, hex") String ledger,
            @Says("the offer on the ledger that says so") long offer,

            @Says("how many decimals amounts of the asset have")
            int decimals,

            @Says("what is sold") String kind,

            @Says("what the channel that was named has given in all so far") @Nullable
            String paid) {}

    record AcceptJson(
            String scheme,

            @Says(
                    value = "the ledger, by the first half of its id",
                    example = "thingstead:5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a")
            String network,

            @Says("in the asset's smallest unit") String maxAmountRequired,
            String resource,
            String description,
            String mimeType,
            @Says("the account that a channel must pay") String payTo,
            long maxTimeoutSeconds,
            String asset,
            ExtraJson extra) {}

    record PaymentRequiredJson(
            int x402Version, String error, @Says("stable") String code, List<AcceptJson> accepts) {}

    /// What came of a payment.
    ///
    /// @param transaction by which it is known: SHA-256 of the voucher, hex; empty where it was refused
    record SettlementJson(
            boolean success,
            @Nullable String errorReason,
            String transaction,
            String network,
            String payer,
            @Nullable String paid) {}

    /// What a client pays with.
    ///
    /// @param again whether it is sent again because no answer came
    record Given(long channel, byte[] voucher, boolean again) {}

    static String network(String ledgerHex) {
        return "thingstead:" + ledgerHex.substring(0, 32);
    }

    static String encoded(Object value) {
        return Base64.getEncoder().encodeToString(Json.bytes(value));
    }

    /// Reads the header of a payment.
    static Result<Given> read(String header, String network) {
        if (header.length() > MAX_HEADER) return malformed("longer than " + MAX_HEADER + " characters");
        JsonNode json;
        try {
            json = Json.tree(new String(Base64.getDecoder().decode(header.strip()), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            return malformed("not base64");
        }
        if (json.path("x402Version").asInt() != VERSION) return malformed("x402Version is " + VERSION);
        if (!json.path("scheme").asText().equals(SCHEME)) return malformed("the scheme is " + SCHEME);
        if (!json.path("network").asText().equals(network)) return malformed("the network is " + network);
        JsonNode payload = json.path("payload");
        JsonNode channel = payload.path("channel");
        if (!channel.isIntegralNumber() || !channel.canConvertToLong() || !Amounts.isOne(channel.asLong())) {
            return malformed("payload.channel is a channel's number");
        }
        var voucher = Base64Url.decode(payload.path("voucher").asText());
        if (voucher.isEmpty() || voucher.get().length == 0 || voucher.get().length > Voucher.MAX_BYTES) {
            return malformed("payload.voucher is a voucher in base64url");
        }
        return Result.ok(
                new Given(channel.asLong(), voucher.get(), payload.path("again").asBoolean(false)));
    }

    private static Result<Given> malformed(String text) {
        return Result.no(Refusal.PAYMENT_MALFORMED, "the header " + HEADER + ": " + text);
    }
}
