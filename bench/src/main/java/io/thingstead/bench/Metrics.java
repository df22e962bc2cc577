package io.thingstead.bench;

/// A node's `/metrics`, read.
final class Metrics {
    private Metrics() {}

    /// A gauge or counter without labels, or all of its lines together.
    static double value(String metrics, String name) {
        double[] values = metrics.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toArray();
        if (values.length == 0) throw new IllegalStateException("the node has no metric " + name);
        double sum = 0;
        for (double value : values) sum += value;
        return sum;
    }
}
