package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import java.util.ArrayList;
import java.util.List;

/// A registered device: its home member, whether it is a gateway, and its keys in force (none: a token device).
public record DeviceRecord(DeviceId device, KeyRole role, List<Thumbprint> keys) {
    private static final int MAX_KEYS = 16;

    public DeviceRecord {
        keys = List.copyOf(keys);
    }

    public MemberId member() {
        return device.member();
    }

    public boolean isGateway() {
        return role == KeyRole.GATEWAY;
    }

    public boolean isFull() {
        return keys.size() >= MAX_KEYS;
    }

    public DeviceRecord with(Thumbprint key) {
        List<Thumbprint> more = new ArrayList<>(keys);
        more.add(key);
        return new DeviceRecord(device, role, more);
    }

    public DeviceRecord without(Thumbprint key) {
        return new DeviceRecord(
                device, role, keys.stream().filter(k -> !k.equals(key)).toList());
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(96)
                .array(3)
                .text(device.member().value())
                .integer(role.number())
                .array(keys.size());
        keys.forEach(key -> out.bytes(key.bytes()));
        return out.toBytes();
    }

    public static DeviceRecord decode(DeviceId device, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(3);
        in.readText(32);
        KeyRole role = KeyRole.of(in.readUint()).orElseThrow();
        int count = in.readArray(MAX_KEYS);
        List<Thumbprint> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(new Thumbprint(in.readBytesOf(32)));
        }
        in.expectEnd();
        return new DeviceRecord(device, role, keys);
    }
}
