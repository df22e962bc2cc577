package io.thingstead.node.alarm;

import io.thingstead.kit.model.DeviceId;
import java.util.List;
import java.util.regex.Pattern;

/// What is to raise an alarm: a condition on the readings of some devices, how long it must hold, and when it is over.
///
/// @param id names it for ever: `[a-z0-9-]`, 1 to 48
/// @param text as it was written
/// @param holdMs how long the condition holds before an alarm is raised
/// @param clearAfterMs how long it must be well again before the alarm is cleared
public record Rule(
        String id,
        Origin origin,
        RuleText text,
        Severity severity,
        Scope scope,
        Condition condition,
        long holdMs,
        long clearAfterMs) {
    static final Pattern ID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?");
    private static final String ALL = "*";

    public String name() {
        String name = text.name();
        return name == null ? id : name;
    }

    public boolean isOn() {
        return !Boolean.FALSE.equals(text.on());
    }

    /// The channels that are told.
    public List<String> notifies() {
        List<String> channels = text.channels();
        return channels == null ? List.of() : channels;
    }

    public boolean concerns(DeviceId device) {
        return scope.has(device);
    }

    /// Whether the other one is raised and cleared by the same readings, and matters as much.
    boolean judgesLike(Rule other) {
        return isOn() == other.isOn()
                && severity == other.severity
                && condition.equals(other.condition)
                && scope.equals(other.scope)
                && holdMs == other.holdMs
                && clearAfterMs == other.clearAfterMs;
    }

    /// What raises it and what clears it, for people.
    public String inWords() {
        return RuleWords.of(this);
    }

    static List<String> everything() {
        return List.of(ALL);
    }
}
