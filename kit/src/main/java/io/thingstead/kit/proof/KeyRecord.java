package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the ledger says of a key, as its state holds it (`docs/formats.md` §7): whose it is, in which role, and from
/// which event to which it is valid. Never deleted.
///
/// @param owner a DeviceId, or a MemberId
/// @param role a key role's number; a later version may know more roles
public record KeyRecord(
        VerifyingKey key,
        String owner,
        MemberId member,
        long role,
        long validFrom,
        @Nullable Long validTo,
        @Nullable Long endedAtMs,
        @Nullable Long finalN) {
    private static final int MAX_KEY = 75;
    private static final int MAX_OWNER = 97;

    static KeyRecord read(byte[] bytes) {
        var in = CborReader.strict(bytes);
        in.readArrayOf(8);
        if (!(VerifyingKey.decode(in.readBytes(MAX_KEY)) instanceof Result.Ok<VerifyingKey>(var key))) {
            throw new CborMalformed("not a COSE_Key of Ed25519 or P-256");
        }
        var owner = in.readText(MAX_OWNER);
        if (DeviceId.parse(owner).isEmpty() && MemberId.parse(owner).isEmpty()) {
            throw new CborMalformed("the key's owner is neither a device nor a member");
        }
        var record = new KeyRecord(
                key,
                owner,
                SectionCbor.member(in),
                SectionCbor.uint(in),
                SectionCbor.uint(in),
                SectionCbor.uintOrNull(in),
                SectionCbor.uintOrNull(in),
                SectionCbor.uintOrNull(in));
        in.expectEnd();
        return record;
    }

    /// The state key under which the record stands.
    public byte[] stateKey() {
        return ("key/" + key.thumbprint().hex()).getBytes(StandardCharsets.US_ASCII);
    }

    /// The state value's bytes.
    public byte[] encode() {
        var out = new CborWriter(192)
                .array(8)
                .bytes(key.coseKey())
                .text(owner)
                .text(member.value())
                .integer(role)
                .integer(validFrom);
        SectionCbor.writeUintOrNull(out, validTo);
        SectionCbor.writeUintOrNull(out, endedAtMs);
        SectionCbor.writeUintOrNull(out, finalN);
        return out.toBytes();
    }
}
