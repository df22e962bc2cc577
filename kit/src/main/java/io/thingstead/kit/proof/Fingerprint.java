package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// Digits that two people read to each other to find out whether they trust the same members of the same ledger: equal
/// for trust files that know the same newest era and the same members in it (`docs/formats.md` §8).
public final class Fingerprint {
    private static final byte[] DOMAIN = "ts-trust/1\0".getBytes(StandardCharsets.US_ASCII);
    private static final long GROUP = 100_000;

    private Fingerprint() {}

    /// Eight groups of five digits.
    public static String of(TrustFile trust) {
        var era = trust.eras().getLast();
        var hash = ByteBuffer.wrap(Sha256.of(ByteBuffer.allocate(DOMAIN.length + 32 + 8 + 32)
                .put(DOMAIN)
                .put(trust.ledger().bytes())
                .putLong(era.number())
                .put(new MemberSet(trust.members()).hash())
                .array()));
        var groups = new ArrayList<String>();
        while (hash.hasRemaining()) {
            var digits = Long.toString(Integer.toUnsignedLong(hash.getInt()) % GROUP);
            groups.add("0".repeat(5 - digits.length()) + digits);
        }
        return String.join(" ", groups);
    }
}
