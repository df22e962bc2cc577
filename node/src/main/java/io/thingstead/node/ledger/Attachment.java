package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What travels beside a transaction and is no part of it: the transaction holds its salted commitment alone. It is
/// looked at when the block is executed, and may be erased afterwards. The arrays are its own: nobody changes them.
public record Attachment(byte[] salt, byte[] content) {
    public static final int SALT_BYTES = 32;

    private static final byte[] DOMAIN = "ts-attachment/1\0".getBytes(StandardCharsets.US_ASCII);

    /// `H("ts-attachment/1\0" ‖ salt ‖ content)`
    public byte[] commitment() {
        byte[] opened = Arrays.copyOf(DOMAIN, DOMAIN.length + salt.length + content.length);
        System.arraycopy(salt, 0, opened, DOMAIN.length, salt.length);
        System.arraycopy(content, 0, opened, DOMAIN.length + salt.length, content.length);
        return Sha256.of(opened);
    }
}
