package io.thingstead.node.alarm;

import io.thingstead.kit.model.Reading;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.view.LoggedFrame;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What some frames, or a while of time, change: alarms raised and cleared, in one batch.
final class Step implements Watch.Listener {
    final Batch batch;
    private final AlarmBook book;
    private final Lates lates;
    private final AlarmListener listener;
    private final LogReader log;
    private final long nowMs;
    private final Map<Long, Alarm> alarms = new LinkedHashMap<>();

    Step(Batch batch, AlarmBook book, Lates lates, AlarmListener listener, LogReader log, long nowMs) {
        this.batch = batch;
        this.book = book;
        this.lates = lates;
        this.listener = listener;
        this.log = log;
        this.nowMs = nowMs;
    }

    boolean hasAlarms() {
        return !alarms.isEmpty();
    }

    @Override
    public void raised(
            Watch watch,
            Turn.Raised raised,
            Watch.@Nullable Place place,
            @Nullable Reading reading,
            @Nullable Double value) {
        watch.alarm = book.nextNumber();
        Alarm alarm = Alarms.alarm(watch.alarm, watch.rule, watch.device, raised, nowMs)
                .because(value, reading == null ? null : watch.unit(reading), place(place));
        put(alarm);
        listener.raised(batch, watch.rule, alarm);
    }

    private Alarm.@Nullable Place place(Watch.@Nullable Place of) {
        if (of == null) return null;
        // who read it back out of the series does not know its number
        return of.n() == 0 ? place(of.index()) : new Alarm.Place(log.id().number(), of.index(), of.n());
    }

    /// Absent where it was erased.
    private Alarm.@Nullable Place place(long index) {
        return log.leaf(index)
                .map(leaf -> new Alarm.Place(log.id().number(), index, leaf.n()))
                .orElse(null);
    }

    @Override
    public void cleared(Watch watch, Turn.Cleared cleared) {
        clear(watch, new Alarm.Cleared(cleared.atMs(), nowMs, Alarm.Why.READINGS));
    }

    /// Ends the watch's alarm, if one is raised.
    void clear(Watch watch, Alarm.Cleared cleared) {
        Alarm known = alarms.get(watch.alarm);
        if (known == null) known = book.find(watch.alarm).orElse(null);
        watch.alarm = 0;
        if (known == null || !known.isRaised()) return;
        Alarm over = known.withWorst(watch.furthest()).clearedAs(cleared);
        put(over);
        listener.cleared(batch, watch.rule, over);
    }

    /// An alarm that was over when it was found.
    void enter(Rule rule, Episode episode, long clearedMs) {
        Long index = episode.index();
        var raised = new Turn.Raised(episode.beganMs(), episode.raisedMs());
        Alarm alarm = Alarms.alarm(book.nextNumber(), rule, episode.device(), raised, nowMs)
                .because(episode.value(), episode.unit(), index == null ? null : place(index))
                .withWorst(episode.worst())
                .foundLate();
        listener.raised(batch, rule, alarm);
        Alarm over = alarm.clearedAs(new Alarm.Cleared(clearedMs, nowMs, Alarm.Why.READINGS));
        put(over);
        listener.cleared(batch, rule, over);
    }

    void put(Alarm alarm) {
        book.put(batch, alarm);
        alarms.put(alarm.number(), alarm);
    }

    @Override
    public void late(Watch watch, LoggedFrame frame, long timeMs) {
        lates.add(watch.device, timeMs, frame.index(), frame.receivedMs());
    }

    /// The batch is durable.
    void kept() {
        alarms.values().forEach(book::kept);
        if (hasAlarms()) listener.kept();
    }
}
