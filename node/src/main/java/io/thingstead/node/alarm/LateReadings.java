package io.thingstead.node.alarm;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.view.series.SeriesStore;
import java.util.ArrayList;
import java.util.List;

/// Looks again at spans of time of which readings came late, once no more of them come: the rules are led through all
/// readings of the span in the order of their times, and what was not raised then is entered as an alarm that is over.
public final class LateReadings {
    /// How much before the span is looked at too, beside what the rule itself looks back at.
    private static final long BEFORE_MS = 60_000;
    /// How long after the span an alarm may end.
    private static final long AFTER_MS = 24L * 3_600_000;

    private final Alarms alarms;
    private final SeriesStore series;
    private final LogReader log;

    public LateReadings(Alarms alarms, SeriesStore series, LogReader log) {
        this.alarms = alarms;
        this.series = series;
        this.log = log;
    }

    /// Looks at what is due, now.
    public void look() {
        for (var due : alarms.lateSpans(series.next())) {
            DeviceId device = due.getKey();
            Lates.Span span = due.getValue();
            List<Alarms.Found> found = new ArrayList<>();
            for (Rule rule : alarms.rules().all()) {
                boolean looksBack = !(rule.condition() instanceof Condition.Silence)
                        && !(rule.condition() instanceof Condition.Anomaly);
                if (rule.isOn() && rule.concerns(device) && looksBack) {
                    episodes(rule, device, span).forEach(episode -> found.add(new Alarms.Found(rule, episode)));
                }
            }
            alarms.enter(device, span, found);
        }
    }

    private List<Episode> episodes(Rule rule, DeviceId device, Lates.Span span) {
        var rehearsal = new Rehearsal(series, log);
        long looksBack = rule.condition() instanceof Condition.Shock shock ? shock.withinMs() : 0;
        long from = Math.max(0, span.fromMs() - BEFORE_MS - Math.max(rule.holdMs(), looksBack));
        rehearsal.run(rule, device, from, Math.min(span.receivedMs() + 1, span.toMs() + AFTER_MS));
        return rehearsal.episodes().stream()
                .filter(episode -> episode.beganMs() <= span.toMs()
                        && (episode.clearedMs() == null || episode.clearedMs() >= span.fromMs()))
                .toList();
    }
}
