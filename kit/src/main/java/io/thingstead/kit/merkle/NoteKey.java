package io.thingstead.kit.merkle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// An Ed25519 key under the name it signs notes with (C2SP signed-note); for a log the name is its origin.
public record NoteKey(String name, byte[] publicKey) {
    private static final byte ED25519 = 0x01;
    private static final int MAX_NAME = 512;

    public NoteKey {
        if (!isName(name)) throw new IllegalArgumentException("not a key name: " + name);
        if (publicKey.length != 32) throw new IllegalArgumentException("an Ed25519 public key has 32 bytes");
    }

    /// The first four bytes of H(name ‖ 0x0A ‖ 0x01 ‖ public key).
    public int id() {
        var nameBytes = name.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(nameBytes.length + 2 + publicKey.length)
                .put(nameBytes)
                .put((byte) '\n')
                .put(ED25519)
                .put(publicKey);
        return ByteBuffer.wrap(Sha256.of(bytes.array())).getInt();
    }

    /// The verifier key text `<name>+<id>+<base64 of type and key>`.
    public String text() {
        var typed = ByteBuffer.allocate(33).put(ED25519).put(publicKey).array();
        return name + "+" + HexFormat.of().toHexDigits(id()) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    /// Empty unless the text is a well-formed Ed25519 verifier key whose id fits.
    public static Optional<NoteKey> parse(String text) {
        var parts = text.split("\\+", 3);
        if (parts.length != 3 || !isName(parts[0]) || !parts[1].matches("[0-9a-f]{8}")) return Optional.empty();
        return StrictBase64.decode(parts[2])
                .filter(typed -> typed.length == 33 && typed[0] == ED25519)
                .map(typed -> new NoteKey(parts[0], Arrays.copyOfRange(typed, 1, 33)))
                .filter(key -> HexFormat.of().toHexDigits(key.id()).equals(parts[1]));
    }

    /// A name is not empty and holds neither white space nor a plus sign.
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_NAME
                && name.indexOf('+') < 0
                && name.codePoints().noneMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteKey that && name.equals(that.name) && Arrays.equals(publicKey, that.publicKey);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(publicKey);
    }
}
