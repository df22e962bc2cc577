package io.thingstead.node.api;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.command.CommandChanges;
import io.thingstead.node.command.CommandChanges.Changed;
import io.thingstead.node.view.live.DeviceView;
import io.thingstead.node.view.live.LiveState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Makes the content of live events: what changed since the one before, summed up. However many readings come, an
/// event has at most one reading of a quantity, some devices, and a sample of the newest readings.
final class Ticks {
    private static final int MAX_DEVICES = 400;
    private static final int MAX_READINGS = 12;
    /// How many ticks may pass without news before one is made to tell the counts and the time.
    private static final int QUIET = 4;

    private final LiveState live;
    private final Predicate<DeviceId> isHidden;
    private final Supplier<StatusJson> status;
    private final CommandChanges changes;
    private final Function<List<Changed>, List<CommandJson>> commands;
    private long revision;
    private long leaf;
    private long anchored = -1;
    private long serial;
    private int quiet;
    private long change;

    /// @param devices with those of their readings that are new
    /// @param commands that got a step
    private record Tick(
            StatusJson status, List<DeviceJson> devices, List<ReadingJson> readings, List<CommandJson> commands) {}

    Ticks(
            LiveState live,
            Predicate<DeviceId> isHidden,
            Supplier<StatusJson> status,
            CommandChanges changes,
            Function<List<Changed>, List<CommandJson>> commands) {
        this.live = live;
        this.isHidden = isHidden;
        this.status = status;
        this.changes = changes;
        this.commands = commands;
    }

    /// Leaves out what happened until now: nobody listens.
    void skip() {
        revision = live.revision();
        leaf = live.next();
        anchored = live.anchored();
        change = changes.next();
    }

    /// The next event's content, if there is news.
    Optional<byte[]> next() {
        long anchoredNow = live.anchored();
        boolean isQuiet = live.revision() == revision && anchoredNow == anchored && changes.next() == change;
        if (isQuiet && ++quiet < QUIET) return Optional.empty();
        quiet = 0;
        var changed = live.views()
                .filter(view -> view.revision() > revision)
                .sorted(Comparator.comparingLong(DeviceView::revision))
                .toList();
        long since = leaf;
        if (changed.size() <= MAX_DEVICES) {
            // views of before this look may lack what the log has by now: the next tick then tells it
            revision = changed.isEmpty() ? revision : changed.getLast().revision();
            leaf = lowest(changed, leaf);
        } else {
            // too many for one event: the rest follows in the next, with all their readings since the same leaf
            changed = changed.subList(0, MAX_DEVICES);
            revision = changed.getLast().revision() - 1;
        }
        var newest = live.recent(MAX_READINGS, serial);
        if (!newest.isEmpty()) serial = newest.getFirst().serial() + 1;
        anchored = anchoredNow;
        long from = change;
        change = changes.next();
        return Optional.of(Json.bytes(new Tick(
                status.get(),
                changed.stream()
                        .filter(view -> !isHidden.test(view.device()))
                        .map(view -> DeviceJson.since(view, anchoredNow, since))
                        .toList(),
                newest.stream()
                        .filter(recent -> !isHidden.test(recent.device()))
                        .map(recent -> ReadingJson.of(recent.device().value(), recent.live(), anchoredNow))
                        .toList(),
                commands.apply(changes.since(from)))));
    }

    private static long lowest(List<DeviceView> changed, long leaf) {
        return changed.stream()
                .flatMap(view -> view.latest().stream())
                .mapToLong(reading -> reading.index() + 1)
                .max()
                .orElse(leaf);
    }
}
