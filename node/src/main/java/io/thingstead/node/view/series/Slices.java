package io.thingstead.node.view.series;

import io.thingstead.node.view.LoggedReading;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Goes through the rows of a month in the log's order, so many leaves at a time that what is in memory stays small.
/// Between two slices no question is open: whoever uses the readings may take its time.
final class Slices {
    private static final int MOST_ROWS = 20_000;
    private static final int FEW_ROWS = MOST_ROWS / 4;
    private static final long FIRST_LEAVES = 4_096;
    private static final long MOST_LEAVES = 1 << 20;

    private final Selected selected;
    private final Asked asked;

    /// Has a question asked on a connection of its own.
    interface Asked {
        void ask(Question question);
    }

    interface Question {
        void ask(Connection connection) throws SQLException;
    }

    Slices(Selected selected, Asked asked) {
        this.selected = selected;
        this.asked = asked;
    }

    void each(Consumer<List<LoggedReading>> use) {
        // What is added meanwhile is left out.
        var span = selected.month().span();
        long leaves = FIRST_LEAVES;
        long at = span.first();
        while (at < span.next()) {
            long end = Math.min(span.next(), at + leaves);
            var slice = slice(at, end);
            if (slice.size() > MOST_ROWS && end - at > 1) {
                leaves = Math.max(1, (end - at) / 2);
                continue;
            }
            if (!slice.isEmpty()) use.accept(slice);
            at = end;
            if (slice.size() < FEW_ROWS) leaves = Math.min(MOST_LEAVES, 2 * leaves);
        }
    }

    /// One row more than fit says that there are more; the rows of a single leaf come all.
    private List<LoggedReading> slice(long from, long to) {
        var found = new ArrayList<LoggedReading>();
        String limit = to - from == 1 ? "" : " LIMIT " + (MOST_ROWS + 1);
        asked.ask(connection -> Readings.ordered(
                connection,
                selected.month(),
                "idx >= " + from + " AND idx < " + to + " AND " + selected.condition() + " ORDER BY idx, time_ms"
                        + limit,
                found));
        return found;
    }
}
