package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.log.Erasures;
import java.util.ArrayList;
import java.util.List;

/// What a member tells the others that it erased of one of its logs: `[serial, [leaf, …]]`, one of its lists, or the
/// number that was asked for and nothing.
record ErasedList(long serial, List<Long> leaves) {
    static final int MAX_BYTES = 16 + 9 * Erasures.MOST;

    ErasedList {
        leaves = List.copyOf(leaves);
    }

    byte[] encode() {
        var out = new CborWriter(MAX_BYTES).array(2).integer(serial).array(leaves.size());
        leaves.forEach(out::integer);
        return out.toBytes();
    }

    /// Throws [Misanswer] when the bytes are not of that form.
    static ErasedList decode(byte[] bytes) {
        try {
            CborReader in = CborReader.strict(bytes);
            in.readArrayOf(2);
            long serial = in.readUint();
            int count = in.readArray(Erasures.MOST);
            List<Long> leaves = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                long leaf = in.readUint();
                if (i > 0 && leaf <= leaves.getLast()) throw new CborMalformed("leaves out of order");
                leaves.add(leaf);
            }
            in.expectEnd();
            return new ErasedList(serial, leaves);
        } catch (CborMalformed e) {
            throw new Misanswer("what it says that it erased has not the form: " + e.getMessage());
        }
    }
}
