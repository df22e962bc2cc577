package io.thingstead.bench;

import java.util.Arrays;

/// Latencies of one run; percentiles over all of them. For one writer; merged afterwards.
final class Latencies {
    private long[] nanos;
    private int size;

    Latencies(int capacity) {
        nanos = new long[capacity];
    }

    void add(long value) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, size * 2);
        }
        nanos[size++] = value;
    }

    void addAll(Latencies other) {
        for (int i = 0; i < other.size; i++) {
            add(other.nanos[i]);
        }
    }

    int size() {
        return size;
    }

    /// Every `step`th of another run's.
    void addSome(Latencies other, int step) {
        for (int i = 0; i < other.size; i += step) {
            add(other.nanos[i]);
        }
    }

    void clear() {
        size = 0;
    }

    double percentileMs(double percent) {
        if (size == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(size - 1, Math.floor(percent / 100 * size))] / 1e6;
    }
}
