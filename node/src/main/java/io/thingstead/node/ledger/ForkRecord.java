package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LogId;

/// A log that showed two faces: two roots for one size, both vouched for by its key.
///
/// @param event that told it
/// @param root what one signed checkpoint says of that size
/// @param otherRoot what another signed checkpoint says, or what the anchored root implies
public record ForkRecord(LogId log, long event, long size, byte[] root, byte[] otherRoot) {
    public byte[] encode() {
        return new CborWriter(96)
                .array(4)
                .integer(event)
                .integer(size)
                .bytes(root)
                .bytes(otherRoot)
                .toBytes();
    }

    public static ForkRecord decode(LogId log, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(4);
        ForkRecord read = new ForkRecord(log, in.readUint(), in.readUint(), in.readBytesOf(32), in.readBytesOf(32));
        in.expectEnd();
        return read;
    }
}
