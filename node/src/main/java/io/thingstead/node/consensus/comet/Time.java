package io.thingstead.node.consensus.comet;

/// A google.protobuf.Timestamp. The ledger's time is in whole milliseconds, rounded down.
record Time(long seconds, int nanos) {
    static final Time ZERO = new Time(0, 0);

    private static final int NANOS_PER_MS = 1_000_000;

    static Time read(ProtoReader in) {
        long seconds = 0;
        int nanos = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> seconds = in.number();
                case 2 -> nanos = in.int32();
                default -> in.skip();
            }
        }
        return new Time(seconds, nanos);
    }

    /// Whether it is after 1970, with nanoseconds below a second.
    boolean isInRange() {
        return seconds >= 0 && nanos >= 0 && nanos < 1_000_000_000;
    }

    ProtoWriter write() {
        return new ProtoWriter().number(1, seconds).number(2, nanos);
    }

    long ms() {
        return seconds * 1_000 + nanos / NANOS_PER_MS;
    }
}
