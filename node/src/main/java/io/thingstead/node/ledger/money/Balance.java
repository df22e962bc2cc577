package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;

/// What an account has of an asset.
///
/// @param amount all of it
/// @param held the part that holds promise to others: it cannot be spent otherwise
public record Balance(long amount, long held) {
    public static final Balance NONE = new Balance(0, 0);

    public Balance {
        if (held < 0 || amount < held) {
            throw new IllegalStateException("a balance of " + amount + " with " + held + " held");
        }
    }

    public long available() {
        return amount - held;
    }

    public byte[] encode() {
        return new CborWriter(24).array(2).integer(amount).integer(held).toBytes();
    }

    public static Balance decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(2);
        Balance read = new Balance(in.readUint(), in.readUint());
        in.expectEnd();
        return read;
    }
}
