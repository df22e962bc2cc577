package io.thingstead.kit.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// Keys in DER: SubjectPublicKeyInfo (RFC 5480, RFC 8410) and PKCS#8 (RFC 5958, with RFC 5915 for P-256). Each has one
/// fixed prefix for a kind of key.
final class KeyDer {
    private static final byte[] ED25519_PUBLIC = hex("302a300506032b6570032100");
    private static final byte[] ED25519_PRIVATE = hex("302e020100300506032b657004220420");
    private static final byte[] P256_PUBLIC = hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
    private static final byte[] P256_PRIVATE =
            hex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420");
    private static final byte[] P256_PRIVATE_POINT = hex("a14403420004");

    /// RFC 8410 §3.
    private static final ASN1ObjectIdentifier ED25519_ID = new ASN1ObjectIdentifier("1.3.101.112");

    private KeyDer() {}

    static byte[] publicKey(Algorithm algorithm, byte[] point) {
        return switch (algorithm) {
            case ED25519 -> joined(ED25519_PUBLIC, point);
            case ES256 -> joined(P256_PUBLIC, point);
        };
    }

    /// The kind and the point of a public key in its one form; empty when it is anything else.
    static Optional<Point> readPublicKey(byte[] info) {
        for (Algorithm algorithm : Algorithm.values()) {
            byte[] prefix = publicKey(algorithm, new byte[0]);
            int length = algorithm == Algorithm.ED25519 ? 32 : 64;
            if (info.length == prefix.length + length
                    && Arrays.equals(info, 0, prefix.length, prefix, 0, prefix.length)) {
                return Optional.of(new Point(algorithm, Arrays.copyOfRange(info, prefix.length, info.length)));
            }
        }
        return Optional.empty();
    }

    /// A public key's kind and its point.
    record Point(Algorithm algorithm, byte[] bytes) {}

    static byte[] privateKey(Algorithm algorithm, byte[] secret, byte[] point) {
        return switch (algorithm) {
            case ED25519 -> joined(ED25519_PRIVATE, secret);
            case ES256 -> joined(P256_PRIVATE, secret, P256_PRIVATE_POINT, point);
        };
    }

    /// A private key's kind and its 32 secret bytes.
    record Secret(Algorithm algorithm, byte[] bytes) {}

    /// Reads PKCS#8 as any tool writes it; empty when it is no key of the two kinds.
    static Optional<Secret> readPrivateKey(byte[] pkcs8) {
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8);
            var kind = info.getPrivateKeyAlgorithm();
            if (kind.getAlgorithm().equals(ED25519_ID)) {
                byte[] seed =
                        ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets();
                return seed.length == 32 ? Optional.of(new Secret(Algorithm.ED25519, seed)) : Optional.empty();
            }
            if (kind.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                    && Objects.equals(kind.getParameters(), SECObjectIdentifiers.secp256r1)) {
                BigInteger d = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
                return SignaturePredicate.isP256Secret(d)
                        ? Optional.of(new Secret(Algorithm.ES256, SignaturePredicate.unsigned(d)))
                        : Optional.empty();
            }
            return Optional.empty();
        } catch (IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            // The ways in which the parser says that this is no DER of the kind.
            return Optional.empty();
        }
    }

    private static byte[] joined(byte[]... parts) {
        byte[] all = {};
        for (byte[] part : parts) {
            all = Arrays.copyOf(all, all.length + part.length);
            System.arraycopy(part, 0, all, all.length - part.length, part.length);
        }
        return all;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
