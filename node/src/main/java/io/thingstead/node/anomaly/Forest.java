package io.thingstead.node.anomaly;

import com.amazon.randomcutforest.RandomCutForest;

/// What is usual in one stream of numbers, learnt from the stream alone: a random cut forest (Guha and others, "Robust
/// Random Cut Forest Based Anomaly Detection On Streams", 2016) over the last eight numbers at a time. It looks at the
/// past only, and the same numbers give the same scores. Confined to one thread.
public final class Forest {
    /// So many numbers are enough to learn again what was usual.
    public static final int LEARNS_FROM = 2_048;

    private static final int TOGETHER = 8;
    private static final int TREES = 50;
    private static final int SAMPLE = 256;
    private static final long SEED = 20260101;
    /// What is usual is the mean over about so many scores.
    private static final double USUAL_OVER = 1_000;
    private static final int LEAST_SCORES = 64;

    private final RandomCutForest forest = RandomCutForest.builder()
            .dimensions(TOGETHER)
            .shingleSize(TOGETHER)
            .internalShinglingEnabled(true)
            .numberOfTrees(TREES)
            .sampleSize(SAMPLE)
            .outputAfter(SAMPLE / 2)
            .parallelExecutionEnabled(false)
            .randomSeed(SEED)
            .build();
    private double usual;
    private long scores;

    /// Takes the next number, and says how unusual it is: how many times the forest's score is that which is usual in
    /// this stream. 1 is as usual; 0 while too little is known.
    public double add(double value) {
        float[] point = {(float) value};
        double score = forest.getAnomalyScore(point);
        forest.update(point);
        if (!(score > 0)) {
            return 0;
        }
        double unusual = scores < LEAST_SCORES ? 0 : score / usual;
        scores++;
        usual += (score - usual) * Math.max(1.0 / scores, 1 / USUAL_OVER);
        return unusual;
    }
}
