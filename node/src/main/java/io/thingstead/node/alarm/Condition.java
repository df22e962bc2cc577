package io.thingstead.node.alarm;

import io.thingstead.kit.model.Value;
import org.jspecify.annotations.Nullable;

/// What a rule looks for in a device's readings.
sealed interface Condition {
    /// What the score of an anomaly counts.
    String TIMES_USUAL = "times usual";

    /// Numbers beyond a limit: over `high` or under `low`. It is well again from `clearLow` to `clearHigh`.
    ///
    /// @param unit readings in another unit are not judged; absent: any
    record Limit(String quantity, @Nullable String unit, double low, double high, double clearLow, double clearHigh)
            implements Condition {}

    /// A flag or a text that is this one. It holds until the next reading: a door says when it opens, not that it is
    /// still open.
    record Is(String quantity, Value wanted) implements Condition {}

    /// Nothing came from the device, or of the quantity, for so long.
    record Silence(@Nullable String quantity, long afterMs) implements Condition {}

    /// Positions outside an area, or inside it. It is well again this far on the good side of the border.
    record Fence(Area area, boolean isForbiddenInside, double marginMetres) implements Condition {}

    /// A jolt: a number of at least `peak`, whatever its sign, or numbers that differ by at least `change` within the
    /// time. One of the two is infinite.
    record Shock(String quantity, @Nullable String unit, double peak, double change, long withinMs)
            implements Condition {}

    /// Numbers that are unusual in their stream: `limit` times as much as is usual; well again from `clear` on.
    record Anomaly(String quantity, double limit, double clear) implements Condition {}

    /// The name of the quantity that is judged, where it is one.
    default @Nullable String judged() {
        return switch (this) {
            case Limit limit -> limit.quantity;
            case Is is -> is.quantity;
            case Silence silence -> silence.quantity;
            case Fence _ -> null;
            case Shock shock -> shock.quantity;
            case Anomaly anomaly -> anomaly.quantity;
        };
    }
}
