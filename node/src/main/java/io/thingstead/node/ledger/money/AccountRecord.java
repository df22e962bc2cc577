package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;

/// The account of a wallet key, which a member hosts: it let it come onto the ledger.
///
/// @param event that opened it
public record AccountRecord(Thumbprint key, MemberId host, long event) {
    public byte[] encode() {
        return new CborWriter(48).array(2).text(host.value()).integer(event).toBytes();
    }

    public static AccountRecord decode(Thumbprint key, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(2);
        AccountRecord read = new AccountRecord(key, new MemberId(in.readText(32)), in.readUint());
        in.expectEnd();
        return read;
    }
}
