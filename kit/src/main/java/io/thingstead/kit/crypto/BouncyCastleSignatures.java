package io.thingstead.kit.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// Signatures by BouncyCastle's plain Java code, without its security provider: for machines that Corretto has no code
/// for.
final class BouncyCastleSignatures extends SignatureProvider {
    static final BouncyCastleSignatures INSTANCE = new BouncyCastleSignatures();

    /// Loaded only where a P-256 key is used.
    private static final class P256 {
        static final ECDomainParameters CURVE = new ECDomainParameters(CustomNamedCurves.getByName("P-256"));
    }

    private BouncyCastleSignatures() {
        super("BouncyCastle");
    }

    @Override
    Verifier verifier(Algorithm algorithm, byte[] point) {
        return switch (algorithm) {
            case ED25519 -> ed25519Verifier(point);
            case ES256 -> es256Verifier(point);
        };
    }

    /// BouncyCastle checks a multiple of RFC 8032's equation, `[v]([S]B - [k]A - R)` = identity, with a short v that
    /// may be even, and so would take some R with a part of small order. As A has no such part, the cofactorless
    /// equation holds when R has none either.
    private static Verifier ed25519Verifier(byte[] point) {
        Ed25519.PublicPoint key = Objects.requireNonNull(Ed25519.validatePublicKeyPartialExport(point, 0));
        return (message, signature) -> Ed25519.verify(signature, 0, key, message, 0, message.length)
                && (isIdentity(signature) || Ed25519.validatePublicKeyFull(signature, 0));
    }

    private static boolean isIdentity(byte[] encoded) {
        int rest = 0;
        for (int i = 1; i < 32; i++) {
            rest |= encoded[i];
        }
        return encoded[0] == 1 && rest == 0;
    }

    private static Verifier es256Verifier(byte[] point) {
        byte[] uncompressed = new byte[65];
        uncompressed[0] = 4;
        System.arraycopy(point, 0, uncompressed, 1, 64);
        var key = new ECPublicKeyParameters(P256.CURVE.getCurve().decodePoint(uncompressed), P256.CURVE);
        return (message, signature) -> {
            ECDSASigner verifier = new ECDSASigner();
            verifier.init(false, key);
            return verifier.verifySignature(
                    Sha256.of(message), new BigInteger(1, signature, 0, 32), new BigInteger(1, signature, 32, 32));
        };
    }

    @Override
    Signatory signatory(Algorithm algorithm, byte[] secret, byte[] point) {
        return switch (algorithm) {
            case ED25519 ->
                message -> {
                    byte[] signature = new byte[64];
                    Ed25519.sign(secret, 0, point, 0, message, 0, message.length, signature, 0);
                    return signature;
                };
            case ES256 -> es256Signatory(secret);
        };
    }

    private static Signatory es256Signatory(byte[] secret) {
        var key = new ECPrivateKeyParameters(new BigInteger(1, secret), P256.CURVE);
        return message -> {
            ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
            signer.init(true, key);
            BigInteger[] rs = signer.generateSignature(Sha256.of(message));
            byte[] signature = Arrays.copyOf(SignaturePredicate.unsigned(rs[0]), 64);
            System.arraycopy(SignaturePredicate.unsigned(rs[1]), 0, signature, 32, 32);
            return signature;
        };
    }

    /// The public key of 32 secret bytes: an Ed25519 seed, or a P-256 scalar.
    static byte[] pointOf(Algorithm algorithm, byte[] secret) {
        return switch (algorithm) {
            case ED25519 -> {
                byte[] point = new byte[32];
                Ed25519.generatePublicKey(secret, 0, point, 0);
                yield point;
            }
            case ES256 -> {
                ECPoint point =
                        P256.CURVE.getG().multiply(new BigInteger(1, secret)).normalize();
                yield Arrays.copyOfRange(point.getEncoded(false), 1, 65);
            }
        };
    }
}
