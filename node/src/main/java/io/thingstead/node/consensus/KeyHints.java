package io.thingstead.node.consensus;

import java.util.concurrent.atomic.AtomicLongArray;

/// The first 8 bytes of every key's thumbprint on the ledger, so that a frame with a made-up key hint is turned away
/// without asking the store. An open hash table of longs: 100,000 keys take 2 MB. Grown by the engine's thread alone,
/// read by all; a reader may miss a hint that is being added, as if it had come a moment earlier.
final class KeyHints {
    private static final int SMALLEST = 1 << 10;

    private volatile AtomicLongArray table = new AtomicLongArray(SMALLEST);
    private volatile boolean hasZero;
    private int size;

    void add(long hint) {
        if (hint == 0) {
            hasZero = true;
            return;
        }
        AtomicLongArray current = table;
        if (size * 2 >= current.length()) {
            AtomicLongArray larger = new AtomicLongArray(current.length() * 2);
            for (int i = 0; i < current.length(); i++) {
                long moved = current.get(i);
                if (moved != 0) {
                    larger.set(slot(larger, moved), moved);
                }
            }
            table = larger;
            current = larger;
        }
        int slot = slot(current, hint);
        if (current.get(slot) == 0) {
            current.set(slot, hint);
            size++;
        }
    }

    boolean mayContain(long hint) {
        if (hint == 0) {
            return hasZero;
        }
        AtomicLongArray current = table;
        return current.get(slot(current, hint)) == hint;
    }

    /// Where the hint stands, or the empty slot where it would. Hints are hash values already, but whoever registers
    /// keys may choose them, so they are mixed.
    private static int slot(AtomicLongArray table, long hint) {
        int mask = table.length() - 1;
        long mixed = hint * 0x9E37_79B9_7F4A_7C15L;
        int slot = (int) (mixed >>> 32) & mask;
        while (table.get(slot) != 0 && table.get(slot) != hint) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
