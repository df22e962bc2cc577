package io.thingstead.node.alarm;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import io.thingstead.node.anomaly.Forest;
import io.thingstead.node.anomaly.Scores;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.view.FrameSink;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.LoggedReading;
import io.thingstead.node.view.live.DeviceView;
import io.thingstead.node.view.live.LiveState;
import io.thingstead.node.view.series.SeriesStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Scores the streams that rules for what is unusual are about, and has the alarms judge the scores. The thread that
/// follows the log for it is the one owner of all forests; so rules that need no forest never wait for one.
///
/// Nothing of it is kept: a forest learns the newest readings of its stream again, out of the series, when the node
/// starts or a rule is switched on. Those of them that no alarm was judged by yet are judged then.
public final class Scoring implements FrameSink {
    /// Each takes about half a megabyte.
    static final int MOST_STREAMS = 128;

    private static final long SERIES_ARE_BEHIND_NANOS = 5_000_000_000L;

    private final Alarms alarms;
    private final LiveState live;
    private final SeriesStore series;
    private final Map<Stream, Scored> streams = new ConcurrentHashMap<>();
    private final Set<DeviceId> known = new HashSet<>();
    private List<Rule> rules = List.of();
    private long rulesSeen = -1;
    private volatile long next;
    private final AtomicInteger leftOut = new AtomicInteger();

    private record Stream(DeviceId device, String quantity) {}

    private static final class Scored {
        final Forest forest = new Forest();
        final Scores scores = new Scores();
        long newestMs = Long.MIN_VALUE;
        /// The series may be ahead of what is taken next: up to this leaf all is learnt.
        long learntTo = -1;
    }

    /// A number with its score.
    record Judgement(LoggedFrame frame, Reading reading, double score) {}

    public Scoring(Alarms alarms, LogReader log, LiveState live, SeriesStore series) {
        this.alarms = alarms;
        this.live = live;
        this.series = series;
        this.next = log.size();
    }

    @Override
    public long next() {
        return next;
    }

    @Override
    public void take(List<LoggedFrame> frames, long upTo) {
        List<Judgement> judgements = new ArrayList<>();
        choose(judgements);
        for (LoggedFrame frame : frames) {
            if (rules.isEmpty()) break;
            if (known.add(frame.device())) chooseOf(frame.device(), judgements);
            frame.readings().stream()
                    .sorted(Comparator.comparingLong(Reading::timeMs))
                    .forEach(reading -> score(frame, reading, judgements));
        }
        if (!judgements.isEmpty()) alarms.judge(judgements);
        next = upTo;
    }

    /// Streams that are to be scored from now on, and no more.
    private void choose(List<Judgement> judgements) {
        long version = alarms.rulesVersion();
        if (version == rulesSeen) return;
        rulesSeen = version;
        rules = alarms.rules().all().stream()
                .filter(rule -> rule.isOn() && rule.condition() instanceof Condition.Anomaly)
                .toList();
        if (!rules.isEmpty()) awaitSeries();
        streams.keySet().removeIf(stream -> wanted(stream.device).noneMatch(stream.quantity::equals));
        known.clear();
        leftOut.set(0);
        live.views().map(DeviceView::device).sorted().forEach(device -> {
            known.add(device);
            chooseOf(device, judgements);
        });
    }

    /// What came before is learnt out of the series, which are a moment behind the log.
    private void awaitSeries() {
        long until = System.nanoTime() + SERIES_ARE_BEHIND_NANOS;
        while (series.next() < next && System.nanoTime() < until) LockSupport.parkNanos(5_000_000);
    }

    private java.util.stream.Stream<String> wanted(DeviceId device) {
        return rules.stream()
                .filter(rule -> rule.concerns(device))
                .flatMap(rule -> Optional.ofNullable(rule.condition().judged()).stream());
    }

    private void chooseOf(DeviceId device, List<Judgement> judgements) {
        wanted(device).distinct().forEach(quantity -> {
            var stream = new Stream(device, quantity);
            if (streams.containsKey(stream)) return;
            if (streams.size() >= MOST_STREAMS) {
                leftOut.incrementAndGet();
                return;
            }
            var scored = new Scored();
            learn(stream, scored, judgements);
            streams.put(stream, scored);
        });
    }

    private void learn(Stream stream, Scored scored, List<Judgement> judgements) {
        for (LoggedReading kept : series.before(stream.device, stream.quantity, Long.MAX_VALUE, Forest.LEARNS_FROM)) {
            // received when it was measured, as far as the series know
            var frame = new LoggedFrame(
                    kept.index(), stream.device, 0, kept.trust(), kept.reading().timeMs(), List.of(kept.reading()));
            score(scored, frame, kept.reading(), judgements);
            scored.learntTo = Math.max(scored.learntTo, kept.index());
        }
    }

    private void score(LoggedFrame frame, Reading reading, List<Judgement> judgements) {
        Scored scored = streams.get(new Stream(frame.device(), reading.name()));
        if (scored != null && frame.index() > scored.learntTo) score(scored, frame, reading, judgements);
    }

    /// What is late is left out: a forest takes numbers in their order.
    private static void score(Scored scored, LoggedFrame frame, Reading reading, List<Judgement> judgements) {
        long timeMs = Math.min(reading.timeMs(), frame.receivedMs());
        if (timeMs < scored.newestMs) return;
        if (!(reading.value() instanceof Value.Number(double value)) || !Double.isFinite(value)) return;
        scored.newestMs = timeMs;
        double score = scored.forest.add(value);
        scored.scores.add(timeMs, score);
        judgements.add(new Judgement(frame, reading, score));
    }

    /// The newest scores of a stream; absent where it is not scored.
    public Optional<Scores.Drawn> scores(DeviceId device, String quantity, long fromMs, long toMs) {
        return Optional.ofNullable(streams.get(new Stream(device, quantity)))
                .map(scored -> scored.scores.between(fromMs, toMs));
    }

    /// Streams that are scored.
    public int streams() {
        return streams.size();
    }

    /// Streams that rules are about and that are not scored: too many.
    public int leftOut() {
        return leftOut.get();
    }

    /// By rule and device, what raises alarms on this stream.
    public Map<String, Double> limits(DeviceId device, String quantity) {
        Map<String, Double> limits = new HashMap<>();
        for (Rule rule : alarms.rules().all()) {
            if (rule.isOn()
                    && rule.concerns(device)
                    && rule.condition() instanceof Condition.Anomaly(String of, double limit, double _)
                    && of.equals(quantity)) limits.put(rule.name(), limit);
        }
        return limits;
    }
}
