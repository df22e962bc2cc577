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
import java.util.Objects;
import java.util.Optional;

/// Signatures by the Amazon Corretto Crypto Provider (AWS-LC, native): Linux on x86-64 and aarch64.
final class CorrettoSignatures extends SignatureProvider {
    private static final String ED_KEY_FACTORY = "com.amazon.corretto.crypto.provider.registerEdKeyFactory";

    private static final class Loaded {
        static final Optional<SignatureProvider> PROVIDER = load();
    }

    private final Provider provider;
    /// One object per thread: they are not safe for threads, and an object for each signature is garbage.
    private final Map<Algorithm, ThreadLocal<Signature>> signatures = new EnumMap<>(Algorithm.class);

    private CorrettoSignatures(Provider provider) {
        super("Corretto");
        this.provider = provider;
        for (Algorithm algorithm : Algorithm.values()) {
            signatures.put(algorithm, ThreadLocal.withInitial(() -> newSignature(algorithm)));
        }
    }

    static Optional<SignatureProvider> loaded() {
        return Loaded.PROVIDER;
    }

    private static Optional<SignatureProvider> load() {
        // Read once, when the provider's class is loaded; without it there are no Ed25519 keys.
        if (System.getProperty(ED_KEY_FACTORY) == null) {
            System.setProperty(ED_KEY_FACTORY, "true");
        }
        try {
            AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
            return corretto.getLoadingError() == null && corretto.getService("KeyFactory", "EdDSA") != null
                    ? Optional.of(new CorrettoSignatures(corretto))
                    : Optional.empty();
        } catch (LinkageError e) {
            // Not built for this platform.
            return Optional.empty();
        }
    }

    @Override
    Verifier verifier(Algorithm algorithm, byte[] point) {
        PublicKey key = publicKey(algorithm, point);
        return (message, signature) -> {
            Signature verifier = signature(algorithm);
            try {
                verifier.initVerify(key);
                verifier.update(message);
                return verifier.verify(signature);
            } catch (GeneralSecurityException e) {
                // How the provider reports some signatures that are none.
                return false;
            }
        };
    }

    @Override
    Signatory signatory(Algorithm algorithm, byte[] secret, byte[] point) {
        PrivateKey key = privateKey(algorithm, secret, point);
        return message -> {
            Signature signer = signature(algorithm);
            try {
                signer.initSign(key);
                signer.update(message);
                return signer.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Corretto cannot sign", e);
            }
        };
    }

    private Signature signature(Algorithm algorithm) {
        return Objects.requireNonNull(signatures.get(algorithm)).get();
    }

    private Signature newSignature(Algorithm algorithm) {
        try {
            return Signature.getInstance(
                    switch (algorithm) {
                        case ED25519 -> "Ed25519";
                        case ES256 -> "SHA256withECDSAinP1363Format";
                    },
                    provider);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Corretto has no " + algorithm, e);
        }
    }

    private PublicKey publicKey(Algorithm algorithm, byte[] point) {
        try {
            return keyFactory(algorithm).generatePublic(new X509EncodedKeySpec(KeyDer.publicKey(algorithm, point)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Corretto refuses a key that is on the curve", e);
        }
    }

    private PrivateKey privateKey(Algorithm algorithm, byte[] secret, byte[] point) {
        try {
            return keyFactory(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(KeyDer.privateKey(algorithm, secret, point)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Corretto refuses a private key", e);
        }
    }

    private KeyFactory keyFactory(Algorithm algorithm) throws GeneralSecurityException {
        return KeyFactory.getInstance(
                switch (algorithm) {
                    case ED25519 -> "EdDSA";
                    case ES256 -> "EC";
                },
                provider);
    }
}
