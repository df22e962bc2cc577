package io.thingstead.node.anomaly;

import java.util.Arrays;

/// The newest scores of a stream, for who draws them. Any thread.
public final class Scores {
    private static final int MOST = 4_096;

    private final long[] times = new long[MOST];
    private final float[] scores = new float[MOST];
    private long count;

    /// Columns of equal length; times grow.
    public record Drawn(long[] timeMs, float[] score) {}

    public synchronized void add(long timeMs, double score) {
        int at = (int) (count % MOST);
        times[at] = timeMs;
        scores[at] = (float) score;
        count++;
    }

    /// Those at `[fromMs, toMs)`.
    public synchronized Drawn between(long fromMs, long toMs) {
        int kept = (int) Math.min(count, MOST);
        long[] foundTimes = new long[kept];
        float[] foundScores = new float[kept];
        int found = 0;
        for (long i = count - kept; i < count; i++) {
            int at = (int) (i % MOST);
            if (times[at] < fromMs || times[at] >= toMs) continue;
            foundTimes[found] = times[at];
            foundScores[found++] = scores[at];
        }
        return new Drawn(Arrays.copyOf(foundTimes, found), Arrays.copyOf(foundScores, found));
    }
}
