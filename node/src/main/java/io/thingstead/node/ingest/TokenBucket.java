package io.thingstead.node.ingest;

/// A rate limit that may go into debt: what has arrived is taken, and the answer says how long to wait before more.
final class TokenBucket {
    private final double perNano;
    private final double most;
    private double tokens;
    private long atNanos;

    TokenBucket(double perSecond, double most, long nowNanos) {
        this.perNano = perSecond / 1e9;
        this.most = most;
        this.tokens = most;
        this.atNanos = nowNanos;
    }

    /// Takes `amount` and says for how many nanoseconds the sender is over its rate: 0 when it is not.
    synchronized long take(double amount, long nowNanos) {
        refill(nowNanos);
        tokens -= amount;
        return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / perNano);
    }

    /// Takes `amount` where there is enough for it.
    synchronized boolean tryTake(double amount, long nowNanos) {
        refill(nowNanos);
        if (tokens < amount) {
            return false;
        }
        tokens -= amount;
        return true;
    }

    /// Whether it is as good as new.
    synchronized boolean isFull(long nowNanos) {
        refill(nowNanos);
        return tokens >= most;
    }

    private void refill(long nowNanos) {
        if (nowNanos > atNanos) {
            tokens = Math.min(most, tokens + (nowNanos - atNanos) * perNano);
            atNanos = nowNanos;
        }
    }
}
