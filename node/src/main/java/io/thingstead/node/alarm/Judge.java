package io.thingstead.node.alarm;

import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Says how the readings of one device stand to a rule's condition, and remembers what it must for that.
sealed interface Judge {
    /// @param value what was judged, in the condition's unit
    record Judged(long timeMs, Standing standing, @Nullable Double value) {}

    /// Whether the condition is about this reading.
    boolean concerns(Reading reading);

    /// Readings that it is about, their times never going back.
    void take(Reading reading, Consumer<Judged> judged);

    /// Whether readings may come in a unit that it does not judge.
    default boolean hasUnit() {
        return this instanceof OfLimit || this instanceof OfShock;
    }

    /// What must survive a restart beside the readings that come again.
    default byte[] memory() {
        return new byte[0];
    }

    default void remember(byte[] memory) {}

    /// From which time on its readings are still looked back at.
    default long looksBackMs() {
        return 0;
    }

    static Judge of(Condition condition) {
        return switch (condition) {
            case Condition.Limit limit -> new OfLimit(limit);
            case Condition.Is is -> new OfIs(is);
            case Condition.Fence fence -> new OfFence(fence);
            case Condition.Shock shock -> new OfShock(shock);
            case Condition.Anomaly _ -> new OfAnomaly();
            case Condition.Silence _ -> throw new IllegalArgumentException("silence is not read");
        };
    }

    private static boolean isMeant(Reading reading, String quantity, @Nullable String unit) {
        return reading.name().equals(quantity)
                && (unit == null || unit.equals(reading.unit()))
                && number(reading).isPresent();
    }

    private static OptionalDouble number(Reading reading) {
        return reading.value() instanceof Value.Number(double number) && Double.isFinite(number)
                ? OptionalDouble.of(number)
                : OptionalDouble.empty();
    }

    record OfLimit(Condition.Limit limit) implements Judge {
        @Override
        public boolean concerns(Reading reading) {
            return isMeant(reading, limit.quantity(), limit.unit());
        }

        @Override
        public void take(Reading reading, Consumer<Judged> judged) {
            double value = number(reading).orElseThrow();
            boolean isBeyond = value > limit.high() || value < limit.low();
            boolean isFine = value <= limit.clearHigh() && value >= limit.clearLow();
            Standing standing = isBeyond ? Standing.BEYOND : isFine ? Standing.FINE : Standing.BETWEEN;
            judged.accept(new Judged(reading.timeMs(), standing, value));
        }
    }

    /// Readings say nothing by themselves: their scores do.
    record OfAnomaly() implements Judge {
        @Override
        public boolean concerns(Reading reading) {
            return false;
        }

        @Override
        public void take(Reading reading, Consumer<Judged> judged) {}
    }

    record OfIs(Condition.Is is) implements Judge {
        @Override
        public boolean concerns(Reading reading) {
            return reading.name().equals(is.quantity())
                    && reading.value().getClass() == is.wanted().getClass();
        }

        @Override
        public void take(Reading reading, Consumer<Judged> judged) {
            Standing standing = reading.value().equals(is.wanted()) ? Standing.BEYOND : Standing.FINE;
            judged.accept(new Judged(reading.timeMs(), standing, null));
        }
    }

    /// Latitude and longitude are readings of their own; what was said of one of them holds until it is said anew.
    final class OfFence implements Judge {
        /// Two halves of one place that a device measured one after the other.
        private static final long APART_MS = 1_000;

        private final Condition.Fence fence;
        private double lat = Double.NaN;
        private double lon = Double.NaN;
        private long latMs;
        private long lonMs;

        OfFence(Condition.Fence fence) {
            this.fence = fence;
        }

        @Override
        public boolean concerns(Reading reading) {
            return ("lat".equals(reading.unit()) || "lon".equals(reading.unit()))
                    && number(reading).isPresent();
        }

        /// A place is whole when both were said for one time; a half of a new one waits for the other half.
        @Override
        public void take(Reading reading, Consumer<Judged> judged) {
            double degrees = number(reading).orElseThrow();
            boolean isLat = "lat".equals(reading.unit());
            if (isLat) {
                lat = degrees;
                latMs = reading.timeMs();
            } else {
                lon = degrees;
                lonMs = reading.timeMs();
            }
            var place = new Area.Place(lat, lon);
            if (Math.abs(latMs - lonMs) > APART_MS || !place.isOnEarth()) return;
            double inside = fence.area().inside(place);
            double good = fence.isForbiddenInside() ? -inside : inside;
            // on the border is inside
            boolean isBeyond = fence.isForbiddenInside() ? inside >= 0 : inside < 0;
            Standing standing =
                    isBeyond ? Standing.BEYOND : good >= fence.marginMetres() ? Standing.FINE : Standing.BETWEEN;
            judged.accept(new Judged(reading.timeMs(), standing, Math.abs(inside)));
        }

        @Override
        public byte[] memory() {
            return ByteBuffer.allocate(32)
                    .putDouble(lat)
                    .putLong(latMs)
                    .putDouble(lon)
                    .putLong(lonMs)
                    .array();
        }

        @Override
        public void remember(byte[] memory) {
            if (memory.length != 32) return;
            ByteBuffer in = ByteBuffer.wrap(memory);
            lat = in.getDouble();
            latMs = in.getLong();
            lon = in.getDouble();
            lonMs = in.getLong();
        }
    }

    /// A jolt is over as soon as it was: each one is followed by "well".
    final class OfShock implements Judge {
        /// More readings within the time than this are not looked back at.
        private static final int MOST = 4_096;

        private final Condition.Shock shock;
        private final ArrayDeque<Seen> least = new ArrayDeque<>();
        private final ArrayDeque<Seen> most = new ArrayDeque<>();

        private record Seen(long timeMs, double value) {}

        OfShock(Condition.Shock shock) {
            this.shock = shock;
        }

        @Override
        public boolean concerns(Reading reading) {
            return isMeant(reading, shock.quantity(), shock.unit());
        }

        @Override
        public void take(Reading reading, Consumer<Judged> judged) {
            double value = number(reading).orElseThrow();
            long timeMs = reading.timeMs();
            double measure;
            boolean isShock;
            if (Double.isFinite(shock.peak())) {
                measure = value;
                isShock = Math.abs(value) >= shock.peak();
            } else {
                measure = change(timeMs, value);
                isShock = measure >= shock.change();
            }
            if (isShock) judged.accept(new Judged(timeMs, Standing.BEYOND, measure));
            judged.accept(new Judged(timeMs, Standing.FINE, measure));
        }

        /// The widest difference in the time before and at this reading. Each queue has the readings that can still be
        /// the least, or the most, of what is to come.
        private double change(long timeMs, double value) {
            long from = timeMs - shock.withinMs();
            put(least, timeMs, value, 1);
            put(most, timeMs, value, -1);
            while (least.getFirst().timeMs < from) least.removeFirst();
            while (most.getFirst().timeMs < from) most.removeFirst();
            return most.getFirst().value - least.getFirst().value;
        }

        private static void put(ArrayDeque<Seen> queue, long timeMs, double value, int sign) {
            while (!queue.isEmpty() && sign * queue.getLast().value >= sign * value) queue.removeLast();
            if (queue.size() == MOST) queue.removeFirst();
            queue.addLast(new Seen(timeMs, value));
        }

        @Override
        public long looksBackMs() {
            return shock.withinMs();
        }
    }
}
