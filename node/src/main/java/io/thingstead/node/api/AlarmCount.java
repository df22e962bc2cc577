package io.thingstead.node.api;

import io.thingstead.node.alarm.Alarm;
import io.thingstead.node.openapi.Says;
import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// How many alarms are raised now, for every page's head.
public record AlarmCount(
        int raised,

        @Says("those that nobody acknowledged") int unseen,

        @Says(
                value = "of these; absent when there are none",
                oneOf = {"info", "warning", "critical"})
        @Nullable
        String worst) {
    public static final AlarmCount NONE = new AlarmCount(0, 0, null);

    public static AlarmCount of(Collection<Alarm> raised) {
        var unseen =
                raised.stream().filter(alarm -> alarm.acknowledged() == null).toList();
        return new AlarmCount(
                raised.size(),
                unseen.size(),
                unseen.stream()
                        .map(Alarm::severity)
                        .max(Comparator.naturalOrder())
                        .map(severity -> severity.label())
                        .orElse(null));
    }
}
