package io.thingstead.bench;

import java.util.Locale;

/// What was carried: how many actions, in how many batches of the engine and bytes, in how much time, and what it cost
/// of the processors.
record Carried(double actions, double batches, double bytes, double seconds, double nodeCpu, double engineCpu) {
    static final Carried NOTHING = new Carried(0, 0, 0, 0, 0, 0);

    Carried plus(Carried other) {
        return new Carried(
                actions + other.actions,
                batches + other.batches,
                bytes + other.bytes,
                seconds + other.seconds,
                nodeCpu + other.nodeCpu,
                engineCpu + other.engineCpu);
    }

    double perSecond() {
        return actions / seconds;
    }

    double batchBytes() {
        return bytes / batches;
    }

    /// Milliseconds of a core an action, in the nodes and in their engines.
    String cost() {
        return String.format(
                Locale.ROOT, "%.3f + %.3f ms of a core an action", 1e3 * nodeCpu / actions, 1e3 * engineCpu / actions);
    }
}
