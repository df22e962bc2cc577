package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;

/// A key record as far as permissions need it, read without preparing the key for verification, which costs much more.
record KeyStanding(byte[] coseKey, MemberId member, KeyRole role, boolean inForce) {
    static KeyStanding decode(byte[] keyRecord) {
        CborReader in = CborReader.strict(keyRecord);
        in.readArrayOf(8);
        byte[] coseKey = in.readBytes(128);
        in.readText(100);
        MemberId member = new MemberId(in.readText(32));
        KeyRole role = KeyRole.of(in.readUint()).orElseThrow();
        in.readUint();
        return new KeyStanding(coseKey, member, role, in.nextIsNull());
    }
}
