package io.thingstead.kit.merkle;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/// A line below a checkpoint by which somebody says: this head grew from all that I cosigned before (C2SP
/// tlog-cosignature, `cosignature/v1` with Ed25519). It carries the time at which it was made.
public final class Cosignature {
    private static final byte TYPE = 0x04;
    private static final int TIME_BYTES = 8;
    private static final int SIGNATURE_BYTES = 64;
    /// Seconds that stay whole numbers everywhere.
    private static final long MAX_TIME = (1L << 53) - 1;

    private Cosignature() {}

    /// @param text the checkpoint's text, as in the note
    /// @param timeSeconds since 1970
    public static SignedNote.Line sign(String text, String name, Signer key, long timeSeconds) {
        byte[] signature = key.sign(message(text, timeSeconds));
        byte[] timed = ByteBuffer.allocate(TIME_BYTES + SIGNATURE_BYTES)
                .putLong(timeSeconds)
                .put(signature)
                .array();
        return new SignedNote.Line(name, keyId(name, key.key()), timed);
    }

    /// When this key cosigned the note by this name, in seconds; empty when it did not.
    public static OptionalLong time(SignedNote note, String name, VerifyingKey key) {
        return line(note, name, key).map(line -> OptionalLong.of(time(line))).orElseGet(OptionalLong::empty);
    }

    /// The line by which this key cosigned the note by this name.
    public static Optional<SignedNote.Line> line(SignedNote note, String name, VerifyingKey key) {
        int id = keyId(name, key);
        return note.lines().stream()
                .filter(line -> line.name().equals(name) && line.keyId() == id)
                .filter(line -> isSigned(note.text(), line, key))
                .findFirst();
    }

    private static boolean isSigned(String text, SignedNote.Line line, VerifyingKey key) {
        byte[] timed = line.signature();
        if (timed.length != TIME_BYTES + SIGNATURE_BYTES) return false;
        long time = time(line);
        return time >= 0
                && time <= MAX_TIME
                && key.verify(message(text, time), Arrays.copyOfRange(timed, TIME_BYTES, timed.length));
    }

    private static long time(SignedNote.Line line) {
        return ByteBuffer.wrap(line.signature()).getLong();
    }

    /// The first four bytes of H(name ‖ 0x0A ‖ 0x04 ‖ public key).
    public static int keyId(String name, VerifyingKey key) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] point = key.point();
        byte[] bytes = ByteBuffer.allocate(nameBytes.length + 2 + point.length)
                .put(nameBytes)
                .put((byte) '\n')
                .put(TYPE)
                .put(point)
                .array();
        return ByteBuffer.wrap(Sha256.of(bytes)).getInt();
    }

    private static byte[] message(String text, long timeSeconds) {
        return ("cosignature/v1\ntime " + timeSeconds + "\n" + text).getBytes(StandardCharsets.UTF_8);
    }
}
