package io.thingstead.kit.crypto;

/// Thrown inside a decoder when its bytes are not of the required form; every decoder turns it into a refusal at its
/// border. It carries no stack trace: hostile input must not be expensive.
public final class CborMalformed extends RuntimeException {
    public CborMalformed(String message) {
        super(message, null, false, false);
    }
}
