package io.thingstead.node.alarm;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One alarm from when it was raised on: what for, who acknowledged it, and when it was over.
///
/// @param number of all alarms of this member, growing
/// @param rule the rule's id; `name`, `words` and `severity` are as they were when it was raised
/// @param device absent where the alarm is about the node itself
/// @param beganMs when the condition began to hold
/// @param raisedMs when it had held for long enough; both by the reading's time, of silence by the member's clock
/// @param noticedMs when this member raised it, by its clock
/// @param value that raised it, `worst` the furthest beyond while it was raised
/// @param place where the log has the reading that raised it
/// @param late found in readings that came late: it was over when it was found
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Alarm(
        long number,
        String rule,
        String name,
        String words,
        Severity severity,
        @Nullable String device,
        long beganMs,
        long raisedMs,
        long noticedMs,
        @Nullable String quantity,
        @Nullable String unit,
        @Nullable Double value,
        @Nullable Double worst,
        @Nullable Place place,
        boolean late,
        @Nullable Acknowledged acknowledged,
        @Nullable Cleared cleared) {

    /// @param n the frame's number in its stream
    public record Place(long log, long index, long n) {}

    /// @param by who says so
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Acknowledged(String by, @Nullable String note, long atMs) {}

    /// @param atMs by the reading's time; `noticedMs` by the member's clock
    public record Cleared(long atMs, long noticedMs, Why why) {}

    /// Why an alarm is over.
    public enum Why {
        /// the readings are well again
        READINGS,
        /// the rule was changed, switched off or deleted
        RULE,
        /// the device was removed
        DEVICE;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One that stands for an alarm where a channel is tried.
    public static Alarm tried(String name, String words, long nowMs) {
        return new Alarm(
                0,
                "",
                name,
                words,
                Severity.INFO,
                null,
                nowMs,
                nowMs,
                nowMs,
                null,
                null,
                null,
                null,
                null,
                false,
                null,
                null);
    }

    /// A value of an alarm for people.
    public static String amount(double value, @Nullable String unit) {
        return RuleWords.number(value, unit);
    }

    public boolean isRaised() {
        return cleared == null;
    }

    public String state() {
        if (cleared != null) return "cleared";
        return acknowledged == null ? "raised" : "acknowledged";
    }

    Alarm because(@Nullable Double judged, @Nullable String of, @Nullable Place at) {
        return new Alarm(
                number,
                rule,
                name,
                words,
                severity,
                device,
                beganMs,
                raisedMs,
                noticedMs,
                quantity,
                of,
                judged,
                judged,
                at,
                late,
                acknowledged,
                cleared);
    }

    Alarm withWorst(@Nullable Double furthest) {
        return with(furthest == null ? worst : furthest, late, acknowledged, cleared);
    }

    Alarm acknowledgedBy(Acknowledged who) {
        return with(worst, late, who, cleared);
    }

    Alarm clearedAs(Cleared over) {
        return with(worst, late, acknowledged, over);
    }

    Alarm foundLate() {
        return with(worst, true, acknowledged, cleared);
    }

    private Alarm with(
            @Nullable Double worstNow,
            boolean isLate,
            @Nullable Acknowledged acknowledgedBy,
            @Nullable Cleared clearedAs) {
        return new Alarm(
                number,
                rule,
                name,
                words,
                severity,
                device,
                beganMs,
                raisedMs,
                noticedMs,
                quantity,
                unit,
                value,
                worstNow,
                place,
                isLate,
                acknowledgedBy,
                clearedAs);
    }
}
