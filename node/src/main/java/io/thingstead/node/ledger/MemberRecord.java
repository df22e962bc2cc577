package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A member organisation: the domain under which its logs are named, and its keys, one for each purpose.
public record MemberRecord(MemberId member, String domain, List<RoleKey> keys) {
    /// A key and what it is for.
    public record RoleKey(KeyRole role, Thumbprint key) {}

    public MemberRecord {
        keys = List.copyOf(keys);
    }

    public Optional<Thumbprint> key(KeyRole role) {
        return keys.stream().filter(k -> k.role() == role).map(RoleKey::key).findFirst();
    }

    /// With this key in its role.
    public MemberRecord with(KeyRole role, Thumbprint key) {
        List<RoleKey> changed =
                new ArrayList<>(keys.stream().filter(k -> k.role() != role).toList());
        changed.add(new RoleKey(role, key));
        return new MemberRecord(member, domain, changed);
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(256).array(2).text(domain);
        writeKeys(out, keys);
        return out.toBytes();
    }

    public static void writeKeys(CborWriter out, List<RoleKey> keys) {
        out.array(keys.size());
        keys.forEach(
                key -> out.array(2).integer(key.role().number()).bytes(key.key().bytes()));
    }

    public static MemberRecord decode(MemberId member, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(2);
        String domain = in.readText(253);
        int count = in.readArray(16);
        List<RoleKey> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(2);
            keys.add(new RoleKey(KeyRole.of(in.readUint()).orElseThrow(), new Thumbprint(in.readBytesOf(32))));
        }
        in.expectEnd();
        return new MemberRecord(member, domain, keys);
    }
}
