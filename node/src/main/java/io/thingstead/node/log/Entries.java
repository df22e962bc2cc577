package io.thingstead.node.log;

import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Commitments and entries of the log (docs/formats.md §5).
final class Entries {
    /// Kinds of contents (docs/formats.md §5).
    static final int FRAME = 1;

    static final int COMMAND = 2;
    static final int COMMAND_RECEIPT = 3;
    static final int SALT_BYTES = 32;
    static final int ENTRY_BYTES = 33;
    private static final byte[] DOMAIN = "ts-leaf/1\0".getBytes(StandardCharsets.US_ASCII);
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Sha256::newDigest);

    private Entries() {}

    static int kind(CoseKind signed) {
        return switch (signed) {
            case FRAME -> FRAME;
            case COMMAND -> COMMAND;
            case COMMAND_RECEIPT -> COMMAND_RECEIPT;
            case POSSESSION, CONNECT, PROMISE, HELD, VOUCHER ->
                throw new IllegalArgumentException(signed + " is no content");
        };
    }

    static byte[] commitment(byte[] salt, int kind, long receivedMs, byte[] content) {
        return commitment(DIGEST.get(), salt, kind, receivedMs, content);
    }

    static byte[] commitment(MessageDigest digest, byte[] salt, int kind, long receivedMs, byte[] content) {
        digest.update(DOMAIN);
        digest.update(salt);
        digest.update(
                ByteBuffer.allocate(9).put((byte) kind).putLong(receivedMs).array());
        return digest.digest(content);
    }

    static byte[] entry(byte[] commitment) {
        var entry = new byte[ENTRY_BYTES];
        entry[0] = 1;
        System.arraycopy(commitment, 0, entry, 1, 32);
        return entry;
    }
}
