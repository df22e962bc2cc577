package io.thingstead.kit.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// What every signature and key must satisfy before a provider is asked, so that all providers give the same verdict
/// (`docs/formats.md` §2): canonical points and S < L for Ed25519 (RFC 8032 §5.1.7), r and s in range for ES256.
final class SignaturePredicate {
    /// L = 2^252 + 27742317777372353535851937790883648493, the order of Ed25519's base point, little-endian.
    private static final byte[] L =
            littleEndian(BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493")));

    private static final BigInteger P256_P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger P256_B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
    private static final BigInteger P256_N =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final byte[] P256_N_BYTES = unsigned(P256_N);

    private SignaturePredicate() {}

    static boolean admits(Algorithm algorithm, byte[] signature) {
        if (signature.length != 64) {
            return false;
        }
        return switch (algorithm) {
            case ED25519 -> isCanonicalPoint(signature, 0) && isBelowL(signature);
            case ES256 -> isScalar(signature, 0) && isScalar(signature, 32);
        };
    }

    /// The y coordinate is below 2^255 − 19, and x = 0 carries no sign bit.
    static boolean isCanonicalPoint(byte[] bytes, int from) {
        int top = bytes[from + 31] & 0x7f;
        int low = bytes[from] & 0xff;
        boolean sign = bytes[from + 31] < 0;
        if (top == 0x7f && low >= 0xec && allAre(bytes, from, 0xff)) {
            // y = p − 1 has x = 0; p and above are not canonical.
            return low == 0xec && !sign;
        }
        return !(sign && top == 0 && low == 1 && allAre(bytes, from, 0));
    }

    private static boolean allAre(byte[] bytes, int from, int value) {
        for (int i = 1; i < 31; i++) {
            if ((bytes[from + i] & 0xff) != value) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBelowL(byte[] signature) {
        for (int i = 31; i >= 0; i--) {
            int difference = (signature[32 + i] & 0xff) - (L[i] & 0xff);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    private static boolean isScalar(byte[] signature, int from) {
        boolean zero = true;
        for (int i = 0; i < 32; i++) {
            zero &= signature[from + i] == 0;
        }
        return !zero && Arrays.compareUnsigned(signature, from, from + 32, P256_N_BYTES, 0, 32) < 0;
    }

    /// A key fit to be registered: on the curve, canonical, of full order and free of torsion.
    static boolean isStrong(Algorithm algorithm, byte[] point) {
        return switch (algorithm) {
            case ED25519 -> isCanonicalPoint(point, 0) && Ed25519.validatePublicKeyFull(point, 0);
            case ES256 -> isOnP256(point);
        };
    }

    /// `point` is x ‖ y. The curve has prime order, so being on it is enough.
    static boolean isOnP256(byte[] point) {
        BigInteger x = new BigInteger(1, point, 0, 32);
        BigInteger y = new BigInteger(1, point, 32, 32);
        if (x.compareTo(P256_P) >= 0 || y.compareTo(P256_P) >= 0) {
            return false;
        }
        BigInteger right =
                x.multiply(x).subtract(BigInteger.valueOf(3)).multiply(x).add(P256_B);
        return y.multiply(y).subtract(right).mod(P256_P).signum() == 0;
    }

    /// A private key: 0 < d < n.
    static boolean isP256Secret(BigInteger d) {
        return d.signum() > 0 && d.compareTo(P256_N) < 0;
    }

    static byte[] unsigned(BigInteger value) {
        byte[] bytes = new byte[32];
        byte[] signed = value.toByteArray();
        int length = Math.min(32, signed.length);
        System.arraycopy(signed, signed.length - length, bytes, 32 - length, length);
        return bytes;
    }

    private static byte[] littleEndian(BigInteger value) {
        byte[] big = unsigned(value);
        byte[] little = new byte[32];
        for (int i = 0; i < 32; i++) {
            little[i] = big[31 - i];
        }
        return little;
    }
}
