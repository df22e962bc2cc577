package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;

/// How long the ledger stood still, by its own record. Ledger time is block time less this: outages break nobody's
/// word.
public final class SuspendedClock {
    private SuspendedClock() {}

    public static long ms(Draft draft) {
        byte[] clock = draft.get(StateKeys.CLOCK);
        if (clock == null) {
            throw new IllegalStateException("the state has no clock");
        }
        return decode(clock);
    }

    static byte[] encode(long suspendedMs) {
        return new CborWriter().array(1).integer(suspendedMs).toBytes();
    }

    public static long decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(1);
        return in.readUint();
    }
}
