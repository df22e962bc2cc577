package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import org.jspecify.annotations.Nullable;

/// What the ledger knows of a key, for ever: whose it is, what it is for, and from which event to which it counts.
///
/// @param owner the device's or the member's name
/// @param validFrom the event that registered it
/// @param validTo the event that ended it, or null while it is in force
/// @param endedAtMs the block time of that event
/// @param finalN the last number it signed, where its rotation said so
public record KeyRecord(
        VerifyingKey key,
        String owner,
        MemberId member,
        KeyRole role,
        long validFrom,
        @Nullable Long validTo,
        @Nullable Long endedAtMs,
        @Nullable Long finalN) {

    public static KeyRecord fresh(VerifyingKey key, String owner, MemberId member, KeyRole role, long eventNo) {
        return new KeyRecord(key, owner, member, role, eventNo, null, null, null);
    }

    public KeyRecord ended(long eventNo, long nowMs, @Nullable Long finalN) {
        return new KeyRecord(key, owner, member, role, validFrom, eventNo, nowMs, finalN);
    }

    /// The event by which it came, where that was after another one; else 0.
    public long cameAfter(long event) {
        return validFrom > event ? validFrom : 0;
    }

    public boolean inForce() {
        return validTo == null;
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(160)
                .array(8)
                .bytes(key.coseKey())
                .text(owner)
                .text(member.value())
                .integer(role.number())
                .integer(validFrom);
        optional(out, validTo);
        optional(out, endedAtMs);
        optional(out, finalN);
        return out.toBytes();
    }

    private static void optional(CborWriter out, @Nullable Long value) {
        if (value == null) {
            out.nil();
        } else {
            out.integer(value);
        }
    }

    public static KeyRecord decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(8);
        KeyRecord read = new KeyRecord(
                VerifyingKey.decode(in.readBytes(128)).orThrow(),
                in.readText(100),
                new MemberId(in.readText(32)),
                KeyRole.of(in.readUint()).orElseThrow(),
                in.readUint(),
                optional(in),
                optional(in),
                optional(in));
        in.expectEnd();
        return read;
    }

    private static @Nullable Long optional(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        return in.readUint();
    }
}
