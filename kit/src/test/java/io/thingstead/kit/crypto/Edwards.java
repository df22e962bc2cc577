package io.thingstead.kit.crypto;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// The curve edwards25519 in plain affine arithmetic (RFC 8032 §5.1), to make signatures that no honest signer makes.
record Edwards(BigInteger x, BigInteger y) {
    static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    static final BigInteger L = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);
    private static final BigInteger I =
            BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);
    static final Edwards IDENTITY = new Edwards(BigInteger.ZERO, BigInteger.ONE);
    static final Edwards BASE = decode(littleEndian(BigInteger.valueOf(4)
                    .multiply(BigInteger.valueOf(5).modInverse(P))
                    .mod(P)))
            .orElseThrow();

    Edwards plus(Edwards other) {
        BigInteger product =
                D.multiply(x).multiply(other.x).multiply(y).multiply(other.y).mod(P);
        BigInteger x3 = x.multiply(other.y)
                .add(y.multiply(other.x))
                .multiply(BigInteger.ONE.add(product).modInverse(P))
                .mod(P);
        BigInteger y3 = y.multiply(other.y)
                .add(x.multiply(other.x))
                .multiply(BigInteger.ONE.subtract(product).modInverse(P))
                .mod(P);
        return new Edwards(x3, y3);
    }

    Edwards times(BigInteger scalar) {
        Edwards sum = IDENTITY;
        for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
            sum = sum.plus(sum);
            if (scalar.testBit(bit)) {
                sum = sum.plus(this);
            }
        }
        return sum;
    }

    Edwards minus(Edwards other) {
        return plus(new Edwards(P.subtract(other.x).mod(P), other.y));
    }

    byte[] encode() {
        byte[] bytes = littleEndian(y);
        if (x.testBit(0)) {
            bytes[31] |= (byte) 0x80;
        }
        return bytes;
    }

    static Optional<Edwards> decode(byte[] bytes) {
        byte[] copy = bytes.clone();
        boolean sign = copy[31] < 0;
        copy[31] &= 0x7f;
        BigInteger y = number(copy);
        BigInteger yy = y.multiply(y);
        BigInteger xx = yy.subtract(BigInteger.ONE)
                .multiply(D.multiply(yy).add(BigInteger.ONE).modInverse(P))
                .mod(P);
        BigInteger x = xx.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!x.multiply(x).subtract(xx).mod(P).equals(BigInteger.ZERO)) {
            x = x.multiply(I).mod(P);
        }
        if (!x.multiply(x).subtract(xx).mod(P).equals(BigInteger.ZERO)) {
            return Optional.empty();
        }
        return Optional.of(new Edwards(x.testBit(0) == sign ? x : P.subtract(x).mod(P), y));
    }

    /// The eight points of small order, the identity first.
    static List<Edwards> smallOrder() {
        Edwards generator = IntStream.range(2, 100)
                .mapToObj(y -> decode(littleEndian(BigInteger.valueOf(y))))
                .flatMap(Optional::stream)
                .map(point -> point.times(L))
                .filter(point -> !point.times(BigInteger.valueOf(4)).equals(IDENTITY))
                .findFirst()
                .orElseThrow();
        return IntStream.range(0, 8)
                .mapToObj(k -> generator.times(BigInteger.valueOf(k)))
                .toList();
    }

    /// The secret scalar of a seed (RFC 8032 §5.1.5).
    static BigInteger secretScalar(byte[] seed) {
        byte[] hash = sha512(seed);
        hash[0] &= (byte) 0xf8;
        hash[31] &= 0x7f;
        hash[31] |= 0x40;
        return number(java.util.Arrays.copyOf(hash, 32));
    }

    static BigInteger challenge(byte[] r, byte[] a, byte[] message) {
        return number(sha512(r, a, message)).mod(L);
    }

    static byte[] littleEndian(BigInteger value) {
        byte[] big = SignaturePredicate.unsigned(value);
        byte[] little = new byte[32];
        for (int i = 0; i < 32; i++) {
            little[i] = big[31 - i];
        }
        return little;
    }

    static BigInteger number(byte[] little) {
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[big.length - 1 - i];
        }
        return new BigInteger(1, big);
    }

    private static byte[] sha512(byte[]... parts) {
        try {
            var digest = java.security.MessageDigest.getInstance("SHA-512");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] publicKey(byte[] seed) {
        byte[] point = new byte[32];
        Ed25519.generatePublicKey(seed, 0, point, 0);
        return point;
    }
}
