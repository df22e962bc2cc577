package io.thingstead.kit.agent;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What a seller asks for a request (HTTP 402, x402 version 1), as far as it is paid by vouchers on this ledger.
///
/// @param code why it was not answered
/// @param amount in the asset's smallest unit
/// @param paid what the channel that was named has given so far, as the seller says; -1: it does not
public record PaymentRequired(
        String code, String network, long amount, AccountId payTo, AssetId asset, String resource, long paid) {
    public static final String SCHEME = "batch-settlement";
    public static final String HEADER = "X-PAYMENT";
    public static final String RESPONSE_HEADER = "X-PAYMENT-RESPONSE";

    private static final int NETWORK_DIGITS = 32;

    /// As sellers on this ledger name it.
    public static String network(LedgerId ledger) {
        return "thingstead:" + ledger.hex().substring(0, NETWORK_DIGITS);
    }

    /// The first way to pay that fits.
    public static Result<PaymentRequired> read(byte[] body, LedgerId ledger) {
        JsonValue json;
        try {
            json = JsonValue.read(body);
        } catch (IllegalArgumentException e) {
            return Result.no(Refusal.PAYMENT_MALFORMED, "how to pay is not said: " + e.getMessage());
        }
        if (json.at("x402Version").number() != 1) {
            return Result.no(Refusal.PAYMENT_MALFORMED, "how to pay is not said as x402 version 1 has it");
        }
        for (JsonValue way : json.at("accepts").elements()) {
            var payTo = AccountId.parse(way.at("payTo").text());
            var asset = AssetId.parse(way.at("asset").text());
            var amount = Amounts.parse(way.at("maxAmountRequired").text(), 0);
            JsonValue extra = way.at("extra");
            boolean fits = way.at("scheme").text().equals(SCHEME)
                    && way.at("network").text().equals(network(ledger))
                    && extra.at("ledger").text().equals(ledger.hex());
            if (fits && payTo.isPresent() && asset.isPresent() && amount.isPresent() && amount.getAsLong() > 0) {
                var paid = Amounts.parse(extra.at("paid").text(), 0);
                return Result.ok(new PaymentRequired(
                        json.at("code").text(),
                        way.at("network").text(),
                        amount.getAsLong(),
                        payTo.get(),
                        asset.get(),
                        way.at("resource").text(),
                        paid.orElse(-1)));
            }
        }
        return Result.no(Refusal.PAYMENT_REQUIRED, "no way to pay is by vouchers on this ledger");
    }

    /// The value of the header that pays with a voucher.
    public static String header(String network, long channel, byte[] voucher, boolean again) {
        return Base64.getEncoder()
                .encodeToString(WalletTransaction.payment(network, channel, voucher, again)
                        .getBytes(StandardCharsets.UTF_8));
    }

    /// Whether the header of an answer says that the payment was taken.
    static boolean isSettled(String responseHeader) {
        try {
            return JsonValue.read(Base64.getDecoder().decode(responseHeader))
                    .at("success")
                    .flag();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
