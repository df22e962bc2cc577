package io.thingstead.kit.crypto;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/// A public key as people copy it: `did:key:z…` (W3C CCG did:key, of Ed25519 or P-256); or hex of an Ed25519 key's 32
/// bytes, of a P-256 point (SEC 1, compressed or not), or of a COSE_Key.
public final class KeyText {
    private static final int MAX_LENGTH = 200;
    private static final String DID = "did:key:z";
    private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final BigInteger FIFTY_EIGHT = BigInteger.valueOf(58);
    /// Multicodec ed25519-pub and p256-pub as varints.
    private static final byte[] ED25519 = {(byte) 0xed, 0x01};
    private static final byte[] P256 = {(byte) 0x80, 0x24};

    private KeyText() {}

    public static Result<VerifyingKey> read(String text) {
        String stripped = text.strip();
        if (stripped.length() > MAX_LENGTH) {
            return refused();
        }
        Optional<VerifyingKey> key =
                stripped.startsWith(DID) ? ofDid(stripped.substring(DID.length())) : ofHex(stripped);
        return key.map(Result::ok).orElseGet(KeyText::refused);
    }

    private static Result<VerifyingKey> refused() {
        return Result.no(
                Refusal.KEY_WEAK, "a public key is did:key:z…, or hex of an Ed25519 key, a P-256 point or a COSE_Key");
    }

    /// The key as a did:key.
    public static String did(VerifyingKey key) {
        byte[] point = key.point();
        byte[] bytes = switch (key.algorithm()) {
            case ED25519 -> joined(ED25519, point);
            case ES256 -> {
                byte[] compressed = new byte[33];
                compressed[0] = (byte) (2 + (point[63] & 1));
                System.arraycopy(point, 0, compressed, 1, 32);
                yield joined(P256, compressed);
            }
        };
        return DID + base58(bytes);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static Optional<VerifyingKey> ofDid(String base58) {
        return unbase58(base58).flatMap(bytes -> {
            boolean isLong = bytes.length > 2;
            byte[] rest = isLong ? Arrays.copyOfRange(bytes, 2, bytes.length) : bytes;
            if (isLong && Arrays.equals(bytes, 0, 2, ED25519, 0, 2)) return ed25519(rest);
            if (isLong && Arrays.equals(bytes, 0, 2, P256, 0, 2) && rest.length == 33) return p256(rest);
            return Optional.empty();
        });
    }

    private static Optional<VerifyingKey> ofHex(String text) {
        byte[] bytes;
        try {
            bytes = HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return switch (bytes.length) {
            case 32 -> ed25519(bytes);
            case 33, 65 -> p256(bytes);
            default ->
                VerifyingKey.decode(bytes) instanceof Result.Ok<VerifyingKey>(VerifyingKey key)
                        ? Optional.of(key)
                        : Optional.empty();
        };
    }

    private static Optional<VerifyingKey> ed25519(byte[] point) {
        return point.length == 32 ? Optional.of(VerifyingKey.of(Algorithm.ED25519, point)) : Optional.empty();
    }

    private static Optional<VerifyingKey> p256(byte[] sec1) {
        try {
            byte[] plain = CustomNamedCurves.getByName("P-256")
                    .getCurve()
                    .decodePoint(sec1)
                    .getEncoded(false);
            return plain.length == 65
                    ? Optional.of(VerifyingKey.of(Algorithm.ES256, Arrays.copyOfRange(plain, 1, 65)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String base58(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        BigInteger rest = new BigInteger(1, bytes);
        while (rest.signum() > 0) {
            BigInteger[] parts = rest.divideAndRemainder(FIFTY_EIGHT);
            text.append(BASE58.charAt(parts[1].intValue()));
            rest = parts[0];
        }
        return text.reverse().toString();
    }

    /// Neither kind of key begins with a zero byte, so a leading `1` is refused.
    private static Optional<byte[]> unbase58(String text) {
        if (text.isEmpty() || text.charAt(0) == '1') return Optional.empty();
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < text.length(); i++) {
            int digit = BASE58.indexOf(text.charAt(i));
            if (digit < 0) return Optional.empty();
            value = value.multiply(FIFTY_EIGHT).add(BigInteger.valueOf(digit));
        }
        byte[] bytes = value.toByteArray();
        return Optional.of(bytes[0] == 0 && bytes.length > 1 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }
}
