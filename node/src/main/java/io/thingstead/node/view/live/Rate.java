package io.thingstead.node.view.live;

/// Counts what happened in the last minute, in slots of some seconds.
final class Rate {
    private final int[] slots;
    private final long slotMs;
    private long newest = Long.MIN_VALUE;

    Rate(int slots, long slotMs) {
        this.slots = new int[slots];
        this.slotMs = slotMs;
    }

    void add(long nowMs, int count) {
        move(nowMs);
        slots[Math.floorMod(newest, slots.length)] += count;
    }

    /// The sum of the newest `last` slots that are over: the one that is filling says too little.
    long over(long nowMs, int last) {
        move(nowMs);
        long sum = 0;
        for (int i = 1; i <= Math.min(last, slots.length - 1); i++)
            sum += slots[Math.floorMod(newest - i, slots.length)];
        return sum;
    }

    /// The sum of all slots.
    long all(long nowMs) {
        move(nowMs);
        long sum = 0;
        for (int slot : slots) sum += slot;
        return sum;
    }

    private void move(long nowMs) {
        long slot = Math.floorDiv(nowMs, slotMs);
        if (slot <= newest) return;
        long from = newest == Long.MIN_VALUE ? slot - slots.length + 1 : Math.max(newest + 1, slot - slots.length + 1);
        for (long i = from; i <= slot; i++) slots[Math.floorMod(i, slots.length)] = 0;
        newest = slot;
    }
}
