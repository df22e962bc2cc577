package io.thingstead.kit.crypto;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Who computes signatures: Corretto's native code where it loads, else BouncyCastle; never the JDK's own, which
/// verifies Ed25519 about 14 times slower. Behind [SignaturePredicate] the verdict is the same with each.
public abstract sealed class SignatureProvider permits CorrettoSignatures, BouncyCastleSignatures {
    /// Forces one: `-Dthingstead.signatures=corretto` or `bouncycastle`.
    public static final String PROPERTY = "thingstead.signatures";

    /// One public key, ready to verify; safe for all threads. It is asked only about signatures that the predicate
    /// admits, and only for keys that it takes for strong.
    interface Verifier {
        boolean verify(byte[] message, byte[] signature);
    }

    /// One private key, ready to sign; safe for all threads.
    interface Signatory {
        byte[] sign(byte[] message);
    }

    private static final class Current {
        static final SignatureProvider CHOSEN = choose(System.getProperty(PROPERTY, ""));
    }

    private final String name;

    SignatureProvider(String name) {
        this.name = name;
    }

    /// The one in use.
    public static SignatureProvider current() {
        return Current.CHOSEN;
    }

    /// Corretto's, unless it has no code for this machine.
    public static Optional<SignatureProvider> corretto() {
        return CorrettoSignatures.loaded();
    }

    public static SignatureProvider bouncyCastle() {
        return BouncyCastleSignatures.INSTANCE;
    }

    /// All that work on this machine.
    public static List<SignatureProvider> available() {
        return Stream.concat(corretto().stream(), Stream.of(bouncyCastle())).toList();
    }

    private static SignatureProvider choose(String wish) {
        return switch (wish) {
            case "" -> corretto().orElseGet(SignatureProvider::bouncyCastle);
            case "bouncycastle" -> bouncyCastle();
            case "corretto" ->
                corretto()
                        .orElseThrow(() -> new IllegalStateException(
                                "the Corretto crypto provider does not load on this machine: leave out -D" + PROPERTY));
            default -> throw new IllegalStateException("-D" + PROPERTY + " is corretto or bouncycastle, not " + wish);
        };
    }

    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }

    abstract Verifier verifier(Algorithm algorithm, byte[] point);

    abstract Signatory signatory(Algorithm algorithm, byte[] secret, byte[] point);
}
