package io.thingstead.kit.agent;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.LedgerId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a wallet asks of the ledger, signed by its key (`docs/formats.md` §7).
public final class WalletTransaction {
    public static final int NONCE_BYTES = 16;

    private static final byte[] DOMAIN = "ts-tx/1\0".getBytes(StandardCharsets.US_ASCII);

    private WalletTransaction() {}

    /// @param actions each as one of the methods here makes it
    public static byte[] sign(LedgerId ledger, byte[] nonce, long validUntil, List<byte[]> actions, Signer wallet) {
        byte[] signer = wallet.key().thumbprint().bytes();
        CborWriter out = new CborWriter(256)
                .map(5)
                .integer(1)
                .bytes(ledger.bytes())
                .integer(2)
                .bytes(nonce)
                .integer(3)
                .integer(validUntil)
                .integer(4)
                .array(1)
                .bytes(signer)
                .integer(5)
                .array(actions.size());
        actions.forEach(out::raw);
        byte[] payload = out.toBytes();
        byte[] message = Arrays.copyOf(DOMAIN, DOMAIN.length + payload.length);
        System.arraycopy(payload, 0, message, DOMAIN.length, payload.length);
        return new CborWriter(payload.length + 128)
                .array(2)
                .bytes(payload)
                .array(1)
                .array(4)
                .bytes(signer)
                .integer(0)
                .bytes(new byte[0])
                .bytes(wallet.sign(message))
                .toBytes();
    }

    public static byte[] transfer(AccountId from, AccountId to, AssetId asset, long amount) {
        return new CborWriter(256)
                .array(2)
                .integer(24)
                .array(6)
                .text(from.value())
                .text(to.value())
                .text(asset.value())
                .integer(amount)
                .nil()
                .nil()
                .toBytes();
    }

    /// @param key that signs the channel's vouchers
    /// @param expiry in ledger time
    public static byte[] openChannel(
            AccountId payer,
            AccountId payee,
            AssetId asset,
            long deposit,
            VerifyingKey key,
            long expiry,
            long windowMs) {
        return new CborWriter(320)
                .array(2)
                .integer(30)
                .array(7)
                .text(payer.value())
                .text(payee.value())
                .text(asset.value())
                .integer(deposit)
                .bytes(key.coseKey())
                .integer(expiry)
                .integer(windowMs)
                .toBytes();
    }

    public static byte[] topUpChannel(long channel, long amount) {
        return new CborWriter(32)
                .array(2)
                .integer(31)
                .array(2)
                .integer(channel)
                .integer(amount)
                .toBytes();
    }

    /// @param voucher null: none is shown
    public static byte[] closeChannel(long channel, byte @Nullable [] voucher) {
        CborWriter out = new CborWriter(192).array(2).integer(32).array(2).integer(channel);
        return (voucher == null ? out.nil() : out.bytes(voucher)).toBytes();
    }

    public static byte[] takeOffer(long offer, byte[] values, List<AccountId> accounts, long renderer, byte[] text) {
        CborWriter out = new CborWriter(values.length + 512)
                .array(2)
                .integer(52)
                .array(5)
                .integer(offer)
                .bytes(values)
                .array(accounts.size());
        accounts.forEach(account -> out.text(account.value()));
        return out.integer(renderer).bytes(text).toBytes();
    }

    /// Agrees to a way on in a contract that runs.
    public static byte[] signWay(long contract, String party, String way) {
        return new CborWriter(128)
                .array(2)
                .integer(43)
                .array(4)
                .integer(contract)
                .text(party)
                .integer(1)
                .text(way)
                .toBytes();
    }

    /// The header `X-PAYMENT` of a request that a voucher pays for, as JSON before base64.
    ///
    /// @param again whether it is sent again because no answer came
    static String payment(String network, long channel, byte[] voucher, boolean again) {
        return "{\"x402Version\":1,\"scheme\":\"" + PaymentRequired.SCHEME + "\",\"network\":"
                + JsonValue.quoted(network) + ",\"payload\":{\"channel\":" + channel + ",\"voucher\":\""
                + Base64Url.encode(voucher) + "\"" + (again ? ",\"again\":true" : "") + "}}";
    }
}
