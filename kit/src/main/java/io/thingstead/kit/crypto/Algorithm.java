package io.thingstead.kit.crypto;

import java.util.Optional;

/// A COSE signature algorithm (RFC 9053 §2) with its one kind of key.
public enum Algorithm {
    /// EdDSA with Ed25519 keys (RFC 8032).
    ED25519(-8),
    /// ES256: ECDSA with P-256 and SHA-256, signature r ‖ s.
    ES256(-7);

    private final int cose;

    Algorithm(int cose) {
        this.cose = cose;
    }

    /// The `alg` label's value.
    public int cose() {
        return cose;
    }

    public static Optional<Algorithm> of(long cose) {
        return cose == ED25519.cose ? Optional.of(ED25519) : cose == ES256.cose ? Optional.of(ES256) : Optional.empty();
    }
}
