package io.thingstead.node.log;

/// The sequence numbers that the member itself gives in one stream: to a device's telemetry, or to the commands for it.
/// A number that the log declined is given again, so that a busy moment leaves no gap; nothing with that number was
/// ever
/// in the log.
public final class GivenNumbers {
    private long last;
    private long accepted;
    private int open;

    /// @param highest in the log
    public GivenNumbers(long highest) {
        this.last = highest;
        this.accepted = highest;
    }

    public synchronized long take() {
        open++;
        return ++last;
    }

    public synchronized void answered(long n, boolean inLog) {
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
