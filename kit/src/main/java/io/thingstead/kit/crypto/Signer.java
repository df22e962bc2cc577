package io.thingstead.kit.crypto;

/// Something that signs with one key: a key in memory, a file, or a device that never lets its key out.
public interface Signer {
    VerifyingKey key();

    /// The signature over `message`, 64 bytes.
    byte[] sign(byte[] message);
}
