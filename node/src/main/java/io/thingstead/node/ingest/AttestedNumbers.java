package io.thingstead.node.ingest;

/// The sequence numbers that the member gives to one device's telemetry. A number that the log declined is given
/// again, so that a busy moment leaves no gap; nothing with that number was ever in the log.
final class AttestedNumbers {
    private long last;
    private long accepted;
    private int open;

    /// @param highest in the log
    AttestedNumbers(long highest) {
        this.last = highest;
        this.accepted = highest;
    }

    synchronized long take() {
        open++;
        return ++last;
    }

    synchronized void answered(long n, boolean inLog) {
        open--;
        if (inLog) {
            accepted = Math.max(accepted, n);
        }
        if (n == last && !inLog) {
            last = n - 1;
        }
        if (open == 0) {
            last = accepted;
        }
    }
}
