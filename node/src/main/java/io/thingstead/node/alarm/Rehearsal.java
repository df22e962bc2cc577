package io.thingstead.node.alarm;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import io.thingstead.node.anomaly.Forest;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.LoggedReading;
import io.thingstead.node.view.series.SeriesStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tries a rule on what was measured before: the same watch that judges readings as they come is led through the
/// series.
///
/// Unlike then, all readings of the time are there, and are taken in the order of their times, those that came late
/// too.
/// Silence is counted from the times of receipt, which the log has.
public final class Rehearsal {
    /// What one rehearsal reads at the most, and how long it takes at the most.
    static final long MOST_READINGS = 2_000_000;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);
    static final int MOST_EPISODES = 500;
    private static final int PAGE = 50_000;

    private final SeriesStore series;
    private final LogReader log;
    private final long end = System.nanoTime() + MOST_NANOS;
    private final List<Episode> episodes = new ArrayList<>();
    private long readings;
    private boolean isComplete = true;

    public Rehearsal(SeriesStore series, LogReader log) {
        this.series = series;
        this.log = log;
    }

    /// By device, in the order of time.
    public List<Episode> episodes() {
        return List.copyOf(episodes);
    }

    /// How many readings were looked at.
    public long readings() {
        return readings;
    }

    /// Whether all was looked at that was asked for, and all is told that was found.
    public boolean isComplete() {
        return isComplete;
    }

    /// Leads the rule through a device's readings measured at `[fromMs, toMs)`.
    public void run(Rule rule, DeviceId device, long fromMs, long toMs) {
        if (!isComplete) return;
        Watch watch = Watch.of(rule, device, fromMs);
        var found = new Found(device);
        switch (rule.condition()) {
            case Condition.Silence silence -> hear(watch, silence, fromMs, toMs, found);
            case Condition.Anomaly anomaly -> score(watch, anomaly, fromMs, toMs, found);
            default -> judge(watch, rule.condition().judged(), fromMs, toMs, found);
        }
        watch.pass(toMs, found);
        found.end(watch);
    }

    private void judge(Watch watch, @Nullable String quantity, long fromMs, long toMs, Found found) {
        read(watch.device, quantity, fromMs, toMs, kept -> {
            watch.take(frame(kept, kept.reading().timeMs()), found);
            return found.isEnough();
        });
    }

    /// A forest of its own learns what came before, and then scores.
    private void score(Watch watch, Condition.Anomaly anomaly, long fromMs, long toMs, Found found) {
        if (!(watch instanceof Watch.OfReadings scored)) return;
        var forest = new Forest();
        for (LoggedReading kept : series.before(watch.device, anomaly.quantity(), fromMs, Forest.LEARNS_FROM))
            number(kept).ifPresent(forest::add);
        watch.newestMs = fromMs - 1;
        read(watch.device, anomaly.quantity(), fromMs, toMs, kept -> {
            number(kept)
                    .ifPresent(value -> scored.score(
                            frame(kept, kept.reading().timeMs()), kept.reading(), forest.add(value), found));
            if ((readings & 0xff) == 0 && System.nanoTime() > end) isComplete = false;
            return !isComplete || found.isEnough();
        });
    }

    private static OptionalDouble number(LoggedReading kept) {
        return kept.reading().value() instanceof Value.Number(double value) && Double.isFinite(value)
                ? OptionalDouble.of(value)
                : OptionalDouble.empty();
    }

    /// A frame is heard once, however many readings it has.
    private void hear(Watch watch, Condition.Silence silence, long fromMs, long toMs, Found found) {
        var indexes = new TreeSet<Long>();
        read(watch.device, silence.quantity(), fromMs, toMs, kept -> {
            indexes.add(kept.index());
            return false;
        });
        var heard = new ArrayList<LoggedFrame>();
        for (long index : indexes) {
            log.leaf(index)
                    .map(LoggedFrame::of)
                    .filter(frame -> frame.receivedMs() < toMs)
                    .ifPresent(heard::add);
        }
        heard.sort(Comparator.comparingLong(LoggedFrame::receivedMs));
        for (LoggedFrame frame : heard) watch.take(frame, found);
    }

    private interface Taker {
        /// Whether it has enough.
        boolean take(LoggedReading reading);
    }

    private void read(DeviceId device, @Nullable String quantity, long fromMs, long toMs, Taker taker) {
        long from = fromMs;
        while (true) {
            if (readings >= MOST_READINGS || System.nanoTime() > end) {
                isComplete = false;
                return;
            }
            List<LoggedReading> page = series.past(device, quantity, from, toMs, PAGE);
            // those of the last time may not all be in this page, but are at the beginning of the next one
            boolean isLast = page.size() < PAGE;
            long upTo = isLast ? toMs : page.getLast().reading().timeMs();
            if (!isLast && upTo == from) upTo = from + 1;
            for (LoggedReading kept : page) {
                if (kept.reading().timeMs() >= upTo) break;
                readings++;
                if (taker.take(kept)) {
                    isComplete = false;
                    return;
                }
            }
            if (isLast) return;
            from = upTo;
        }
    }

    private static LoggedFrame frame(LoggedReading kept, long receivedMs) {
        return new LoggedFrame(kept.index(), kept.device(), 0, kept.trust(), receivedMs, List.of(kept.reading()));
    }

    /// Gathers what one watch tells.
    private final class Found implements Watch.Listener {
        private final DeviceId device;
        private @Nullable Episode open;

        Found(DeviceId device) {
            this.device = device;
        }

        boolean isEnough() {
            return episodes.size() >= MOST_EPISODES;
        }

        @Override
        public void raised(
                Watch watch,
                Turn.Raised raised,
                Watch.@Nullable Place place,
                @Nullable Reading reading,
                @Nullable Double value) {
            open = new Episode(
                    device,
                    raised.beganMs(),
                    raised.atMs(),
                    null,
                    value,
                    value,
                    reading == null ? null : watch.unit(reading),
                    place == null ? null : place.index());
        }

        @Override
        public void cleared(Watch watch, Turn.Cleared cleared) {
            if (open != null && !isEnough()) episodes.add(open.cleared(cleared.atMs(), watch.furthest()));
            open = null;
        }

        @Override
        public void late(Watch watch, LoggedFrame frame, long timeMs) {
            throw new IllegalStateException("readings are taken in the order of their times");
        }

        void end(Watch watch) {
            if (open == null) return;
            if (isEnough()) isComplete = false;
            else episodes.add(open.stillRaised(watch.furthest()));
        }
    }
}
