package io.thingstead.node.alarm;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import io.thingstead.node.view.FrameSink;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.live.LiveReading;
import io.thingstead.node.view.live.LiveState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The member's alarms: follows the log, judges each frame by the rules that are on, and keeps what was raised,
/// acknowledged and cleared.
///
/// An alarm is durable in one batch with the state of its watch and the cursor in the log. So after a restart, whenever
/// it came, readings from the cursor on are judged as they were the first time: nothing is raised again and nothing is
/// lost. Between alarms the cursor is kept every few seconds.
public final class Alarms implements FrameSink {
    /// The state to ask for where raised and acknowledged alarms are wanted.
    public static final String OPEN = "open";

    private static final long KEEP_EVERY_MS = 5_000;
    private static final long KEEP_ALL_EVERY_MS = 60_000;
    /// A frame that was received just now may still be on its way through the log.
    private static final long UNDER_WAY_MS = 1_000;
    private static final long JUST_NOW_MS = 600_000;
    private static final long LIVE_IS_BEHIND_NANOS = 2_000_000_000L;
    private static final int MAX_NOTE = 500;
    private static final int MAX_WHO = 64;

    private final Store store;
    private final LogReader log;
    private final LiveState live;
    private final LongSupplier clockMs;
    private final AlarmListener listener;
    private final Channels channels;
    private final RuleBook rules;
    private final AlarmBook book;
    private final Lates lates;
    private final Watches watches;
    private final LeafTimes leafTimes;
    private final AtomicLong judged = new AtomicLong();
    private volatile long next;
    private volatile long rulesVersion;
    private long kept;
    private long keptMs;
    private long keptAllMs;
    private long passedMs = Long.MIN_VALUE;

    /// @param live knows which devices ever sent something, and their newest readings
    /// @param isGone devices that were removed; [#leaveGone] tells of new ones
    /// @param listener is told in the batch that makes an alarm durable
    public Alarms(
            MemberId member,
            Store store,
            LogReader log,
            LiveState live,
            Predicate<DeviceId> isGone,
            Channels channels,
            LongSupplier clockMs,
            AlarmListener listener) {
        this.store = store;
        this.log = log;
        this.live = live;
        this.clockMs = clockMs;
        this.listener = listener;
        this.channels = channels;
        this.rules = new RuleBook(store);
        this.book = new AlarmBook(store);
        this.lates = new Lates(store);
        this.watches = new Watches(member, store, live, isGone);
        long nowMs = clockMs.getAsLong();
        watches.restore(on(rules.all()), nowMs);
        AlarmRows.Cursor cursor = cursor();
        next = cursor.next();
        kept = next;
        keptMs = nowMs;
        keptAllMs = nowMs;
        leafTimes = new LeafTimes(cursor.warmFrom());
        warm(cursor);
        leaveGone();
    }

    /// Ends the alarms of devices that are gone: nothing watches them any more.
    public final synchronized void leaveGone() {
        List<Watch> gone = watches.ofGone();
        if (gone.isEmpty()) return;
        long nowMs = clockMs.getAsLong();
        Step step = step(nowMs);
        for (Watch watch : gone)
            if (watch.alarm != 0) step.clear(watch, new Alarm.Cleared(nowMs, nowMs, Alarm.Why.DEVICE));
        watches.leave(gone, step.batch);
        keep(step, nowMs, false);
    }

    private static List<Rule> on(Collection<Rule> rules) {
        return rules.stream().filter(Rule::isOn).toList();
    }

    /// Rules judge what comes after them: where there were none before, from the log's end on. A log that follows on
    /// one
    /// that was judged is judged from its beginning.
    private AlarmRows.Cursor cursor() {
        byte[] row = store.get(Column.ALARM, AlarmRows.cursor(log.id().number()));
        if (row != null) return AlarmRows.Cursor.of(row);
        boolean isFirst = store.last(Column.ALARM, AlarmRows.firstCursor(), AlarmRows.afterCursors()) == null;
        long begin = isFirst ? log.size() : 0;
        return new AlarmRows.Cursor(begin, begin);
    }

    /// What is looked back at was judged before the restart; it is only filled in again.
    private void warm(AlarmRows.Cursor cursor) {
        long from = Math.max(cursor.warmFrom(), cursor.next() - LeafTimes.MOST_LEAVES);
        for (long at = from; at < cursor.next(); ) {
            var leaves = log.leaves(at, (int) Math.min(1_000, cursor.next() - at));
            if (leaves.isEmpty()) return;
            for (var leaf : leaves) {
                LoggedFrame frame = LoggedFrame.of(leaf);
                for (Watch watch : watches.of(frame.device(), clockMs.getAsLong()))
                    if (watch instanceof Watch.OfReadings readings) readings.warm(frame);
            }
            at += leaves.size();
        }
    }

    @Override
    public long next() {
        return next;
    }

    @Override
    public synchronized void take(List<LoggedFrame> frames, long upTo) {
        long nowMs = clockMs.getAsLong();
        Step step = step(nowMs);
        for (LoggedFrame frame : frames) {
            if (frame.readings().isEmpty()) continue;
            for (Watch watch : watches.of(frame.device(), nowMs)) look(watch, frame, step);
            judged.addAndGet(frame.readings().size());
            leafTimes.add(frame.index(), frame.receivedMs());
            passTo(frame.receivedMs() - UNDER_WAY_MS, step);
        }
        next = upTo;
        finish(step, nowMs);
    }

    private void look(Watch watch, LoggedFrame frame, Step step) {
        boolean wasAtRest = watch.isAtRest();
        watch.take(frame, step);
        watches.looked(watch, wasAtRest);
    }

    /// Says what time it is, about every second: of silence nothing else tells.
    public synchronized void pass() {
        long nowMs = clockMs.getAsLong();
        Step step = step(nowMs);
        // What is in the log and not taken yet tells the time by itself.
        if (next >= log.size()) passTo(nowMs - UNDER_WAY_MS, step);
        finish(step, nowMs);
    }

    private void passTo(long timeMs, Step step) {
        if (timeMs < passedMs + UNDER_WAY_MS && passedMs != Long.MIN_VALUE) return;
        passedMs = timeMs;
        for (Watch watch : List.copyOf(watches.timed())) {
            boolean wasAtRest = watch.isAtRest();
            watch.pass(timeMs, step);
            if (!wasAtRest || !watch.isAtRest()) watches.looked(watch, wasAtRest);
        }
    }

    private Step step(long nowMs) {
        return new Step(store.newBatch(), book, lates, listener, log, nowMs);
    }

    private void finish(Step step, long nowMs) {
        boolean isTime = nowMs - keptMs >= KEEP_EVERY_MS && (next != kept || lates.hasChanged());
        if (!step.hasAlarms() && !isTime) return;
        keep(step, nowMs, nowMs - keptAllMs >= KEEP_ALL_EVERY_MS);
    }

    private void keep(Step step, long nowMs, boolean all) {
        long looksBack = watches.looksBackMs();
        long warmFrom = looksBack == 0 ? next : Math.min(next, leafTimes.since(nowMs - looksBack));
        watches.put(step.batch, all);
        lates.put(step.batch);
        step.batch.put(Column.ALARM, AlarmRows.cursor(log.id().number()), new AlarmRows.Cursor(next, warmFrom).row());
        store.write(step.batch);
        // Crash point: either all of it is there, and readings are judged from the cursor on; or nothing is, and they
        // are judged again from the cursor before, with the same outcome.
        kept = next;
        keptMs = nowMs;
        if (all) keptAllMs = nowMs;
        step.kept();
    }

    static Alarm alarm(long number, Rule rule, DeviceId device, Turn.Raised raised, long nowMs) {
        return new Alarm(
                number,
                rule.id(),
                rule.name(),
                rule.inWords(),
                rule.severity(),
                device.value(),
                raised.beganMs(),
                raised.atMs(),
                nowMs,
                rule.condition().judged(),
                null,
                null,
                null,
                null,
                false,
                null,
                null);
    }

    /// Those that are not cleared, newest first.
    public List<Alarm> open() {
        return book.raised();
    }

    /// With the furthest beyond until now.
    private Alarm asItStands(Alarm alarm) {
        if (!alarm.isRaised()) return alarm;
        return Optional.ofNullable(alarm.device())
                .flatMap(DeviceId::parse)
                .flatMap(device -> watches.find(alarm.rule(), device))
                .filter(watch -> watch.alarm == alarm.number())
                .map(watch -> alarm.withWorst(watch.furthest()))
                .orElse(alarm);
    }

    public Optional<Alarm> find(long number) {
        return book.find(number);
    }

    /// Alarms with a number below `before`, newest first.
    ///
    /// @param state `raised`, `acknowledged`, `cleared`, [#OPEN]; absent: any
    public synchronized AlarmPage list(
            @Nullable String state, @Nullable String device, @Nullable String rule, long before, int limit) {
        AlarmPage page = book.list(new AlarmBook.Wanted(state, device, rule), before, limit);
        return new AlarmPage(page.alarms().stream().map(this::asItStands).toList(), page.next());
    }

    /// Somebody has seen it.
    ///
    /// @param by who
    public synchronized Result<Alarm> acknowledge(long number, String by, @Nullable String note) {
        if (!isText(by, MAX_WHO) || (note != null && !isText(note, MAX_NOTE))) {
            return Result.no(
                    Refusal.ALARM_MALFORMED,
                    "by: 1 to " + MAX_WHO + " characters; note: at most " + MAX_NOTE + " characters");
        }
        Optional<Alarm> found = book.find(number);
        if (found.isEmpty()) return Result.no(Refusal.ALARM_UNKNOWN, "there is no alarm " + number);
        Alarm.Acknowledged before = found.get().acknowledged();
        if (before != null) {
            return Result.no(Refusal.ALARM_ACKNOWLEDGED, "alarm " + number + " was acknowledged by " + before.by());
        }
        Alarm alarm = found.get().acknowledgedBy(new Alarm.Acknowledged(by, note, clockMs.getAsLong()));
        Batch batch = store.newBatch();
        book.put(batch, alarm);
        store.write(batch);
        // Crash point: who asked is not told; it is acknowledged, or can be asked again.
        book.kept(alarm);
        return Result.ok(alarm);
    }

    public Rules rules() {
        return new Rules(this, clockMs);
    }

    public Channels channels() {
        return channels;
    }

    RuleBook ruleBook() {
        return rules;
    }

    /// Takes rules over and lets others go, all or none. Alarms of a rule that goes, or means another thing from now
    /// on,
    /// are over.
    ///
    /// @param undoMs when rules are deleted so that this can be undone; absent: for good
    synchronized void change(
            List<Rule> put, List<Rule> gone, @Nullable Long undoMs, Channels.@Nullable Declared declared) {
        long nowMs = clockMs.getAsLong();
        Step step = step(nowMs);
        if (declared != null) channels.put(step.batch, declared);
        for (Rule rule : gone) {
            rules.find(rule.id()).ifPresent(known -> end(known, step, nowMs));
            rules.remove(step.batch, rule, undoMs);
        }
        List<Rule> begin = new ArrayList<>();
        for (Rule rule : put) {
            Optional<Rule> known = rules.find(rule.id());
            rules.put(step.batch, rule);
            if (known.isPresent() && known.get().judgesLike(rule)) {
                watches.rename(rule);
                continue;
            }
            known.ifPresent(old -> end(old, step, nowMs));
            if (rule.isOn()) begin.add(rule);
        }
        if (!begin.isEmpty()) awaitLive();
        for (Rule rule : begin) watches.begin(rule, nowMs).forEach(watch -> lookAtNewest(watch, step, nowMs));
        keep(step, nowMs, false);
        if (declared != null) channels.kept(declared);
        gone.forEach(rule -> rules.gone(rule, undoMs));
        put.forEach(rules::kept);
        rulesVersion++;
    }

    private void end(Rule rule, Step step, long nowMs) {
        for (Watch watch : watches.of(rule))
            if (watch.alarm != 0) step.clear(watch, new Alarm.Cleared(nowMs, nowMs, Alarm.Why.RULE));
        watches.end(rule, step.batch);
    }

    /// What was judged must be in the live state, or an older reading would be taken for the newest. It is a moment
    /// behind at the most.
    private void awaitLive() {
        long until = System.nanoTime() + LIVE_IS_BEHIND_NANOS;
        while (live.next() < next && System.nanoTime() < until) LockSupport.parkNanos(1_000_000);
    }

    /// A rule that begins judges what was said just now, and what holds until it is said anew.
    private void lookAtNewest(Watch watch, Step step, long nowMs) {
        if (watch instanceof Watch.OfSilence || watch.rule.condition() instanceof Condition.Anomaly) return;
        live.device(watch.device)
                .ifPresent(view -> view.latest().stream()
                        .filter(reading -> live.next() >= next && reading.index() < next)
                        .filter(reading -> watch.rule.condition() instanceof Condition.Is
                                || nowMs - reading.receivedMs() < JUST_NOW_MS)
                        .sorted(Comparator.comparingLong(LiveReading::index))
                        .map(reading -> new LoggedFrame(
                                reading.index(),
                                watch.device,
                                reading.n(),
                                reading.trust(),
                                reading.receivedMs(),
                                List.of(reading.reading())))
                        .forEach(frame -> look(watch, frame, step)));
    }

    /// Changes whenever rules do.
    long rulesVersion() {
        return rulesVersion;
    }

    /// Judges scores of readings.
    synchronized void judge(List<Scoring.Judgement> judgements) {
        long nowMs = clockMs.getAsLong();
        Step step = step(nowMs);
        for (Scoring.Judgement each : judgements) {
            for (Watch watch : watches.of(each.frame().device(), nowMs)) {
                boolean isMeant =
                        each.reading().name().equals(watch.rule.condition().judged());
                if (!isMeant || !(watch instanceof Watch.OfReadings scored)) continue;
                boolean wasAtRest = watch.isAtRest();
                scored.score(each.frame(), each.reading(), each.score(), step);
                watches.looked(watch, wasAtRest);
            }
        }
        finish(step, nowMs);
    }

    /// An alarm that a rule would have raised over readings that came late.
    record Found(Rule rule, Episode episode) {}

    /// Spans of late readings that are through, and that the series have, up to before the leaf `seriesNext`.
    synchronized List<Map.Entry<DeviceId, Lates.Span>> lateSpans(long seriesNext) {
        return lates.due(clockMs.getAsLong(), seriesNext);
    }

    /// Enters what was found over a span of late readings, but for what is known already. Where more of them came
    /// meanwhile, nothing is entered: all of it is looked at again.
    synchronized void enter(DeviceId device, Lates.Span span, List<Found> found) {
        if (!lates.isStill(device, span)) return;
        long nowMs = clockMs.getAsLong();
        Step step = step(nowMs);
        for (Found each : found) {
            Episode episode = each.episode;
            Long over = episode.clearedMs();
            boolean isKnown =
                    book.of(each.rule.id(), device.value()).stream().anyMatch(alarm -> overlaps(alarm, episode));
            boolean isFollowed = rules.find(each.rule.id()).equals(Optional.of(each.rule));
            // what was still so at the end of what was looked at is so now, and known by the newest reading
            if (!isKnown && isFollowed && over != null) step.enter(each.rule, episode, over);
        }
        lates.remove(step.batch, device);
        keep(step, nowMs, false);
    }

    private static boolean overlaps(Alarm alarm, Episode episode) {
        Long over = episode.clearedMs();
        return (over == null || alarm.beganMs() <= over)
                && (alarm.cleared() == null || alarm.cleared().atMs() >= episode.beganMs());
    }

    /// Keeps everything, so that the next start goes on here.
    public synchronized void keep() {
        long nowMs = clockMs.getAsLong();
        keep(step(nowMs), nowMs, true);
    }

    /// How many devices a rule watches, and at how many of them readings are in another unit.
    public synchronized Watched watched(Rule rule) {
        List<Watch> of = watches.of(rule);
        return new Watched(of.size(), (int)
                of.stream().filter(watch -> watch.hasSeenOtherUnit).count());
    }

    /// @param otherUnit devices with readings that are not judged, because they are in another unit
    public record Watched(int devices, int otherUnit) {}

    public AlarmFigures figures() {
        return new AlarmFigures(book.raisedCount(), watches.count(), judged.get(), lates.count());
    }

    private static boolean isText(String text, int most) {
        return !text.isBlank()
                && text.length() <= most
                && text.codePoints().noneMatch(c -> Character.isISOControl(c) && c != '\n');
    }
}
