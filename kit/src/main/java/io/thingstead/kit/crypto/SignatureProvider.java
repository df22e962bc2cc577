package io.thingstead.kit.crypto;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.EnumMap;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/// Who computes signatures: Corretto's native code where it loads, else BouncyCastle; never the JDK's own, which
/// verifies
/// Ed25519 about 14 times slower. The verdict is the same with each, see [SignaturePredicate].
public final class SignatureProvider {
    public static final SignatureProvider BOUNCY_CASTLE =
            new SignatureProvider("BouncyCastle", new BouncyCastleProvider());
    private static final SignatureProvider CURRENT = choose();

    private final String name;
    private final Provider provider;
    private final Map<Algorithm, ThreadLocal<Signature>> verifiers = new EnumMap<>(Algorithm.class);
    private final Map<Algorithm, ThreadLocal<Signature>> signers = new EnumMap<>(Algorithm.class);

    private SignatureProvider(String name, Provider provider) {
        this.name = name;
        this.provider = provider;
        for (Algorithm algorithm : Algorithm.values()) {
            verifiers.put(algorithm, ThreadLocal.withInitial(() -> newSignature(algorithm)));
            signers.put(algorithm, ThreadLocal.withInitial(() -> newSignature(algorithm)));
        }
    }

    /// The one in use.
    public static SignatureProvider current() {
        return CURRENT;
    }

    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }

    private static SignatureProvider choose() {
        try {
            Provider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
            if (AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null
                    && corretto.getService("KeyFactory", "EdDSA") != null) {
                return new SignatureProvider("Corretto", corretto);
            }
        } catch (LinkageError e) {
            // Not built for this platform: BouncyCastle serves.
            return BOUNCY_CASTLE;
        }
        return BOUNCY_CASTLE;
    }

    private Signature newSignature(Algorithm algorithm) {
        try {
            return Signature.getInstance(algorithm.jca(), provider);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(name + " has no " + algorithm.jca(), e);
        }
    }

    boolean verify(Algorithm algorithm, PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature verifier =
                    java.util.Objects.requireNonNull(verifiers.get(algorithm)).get();
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // A provider reports some malformed keys and signatures this way: they do not verify.
            return false;
        }
    }

    byte[] sign(Algorithm algorithm, PrivateKey key, byte[] message) {
        try {
            Signature signer =
                    java.util.Objects.requireNonNull(signers.get(algorithm)).get();
            signer.initSign(key);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(name + " cannot sign", e);
        }
    }

    PublicKey publicKey(Algorithm algorithm, byte[] subjectPublicKeyInfo) throws GeneralSecurityException {
        return keyFactory(algorithm).generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
    }

    PrivateKey privateKey(Algorithm algorithm, byte[] pkcs8) {
        try {
            return keyFactory(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a private key", e);
        }
    }

    private KeyFactory keyFactory(Algorithm algorithm) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm == Algorithm.ED25519 ? "EdDSA" : "EC", provider);
    }
}
