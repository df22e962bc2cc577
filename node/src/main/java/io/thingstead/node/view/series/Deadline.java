package io.thingstead.node.view.series;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.TimeUnit;

/// When a question must be answered.
record Deadline(long atNanos) {
    static Deadline in(long millis) {
        return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    void check() throws SQLException {
        if (System.nanoTime() - atNanos > 0) throw new SQLTimeoutException("it takes too long");
    }
}
