package io.thingstead.node.api;

import io.thingstead.node.alarm.Alarm;
import io.thingstead.node.openapi.Says;
import org.jspecify.annotations.Nullable;

/// An alarm in the HTTP interface.
record AlarmJson(
        long number,

        @Says(
                value = "acknowledged: somebody takes care, and it is still raised",
                oneOf = {"raised", "acknowledged", "cleared"})
        String state,

        @Says("the rule's id; its name, words and severity are as they were when it was raised")
        String rule,

        String name,

        @Says("what raised it and what clears it") String words,

        @Says(
                value = "how much it matters",
                oneOf = {"info", "warning", "critical"})
        String severity,

        @Says("absent where it is about the node itself") @Nullable
        String device,

        @Says("when the condition began to hold") long beganMs,

        @Says("when it had held for long enough, by the reading's time; of silence by the node's clock")
        long raisedMs,

        @Says("when the node raised it, by its clock") long noticedMs,

        @Nullable String quantity,
        @Nullable String unit,

        @Says("what raised it") @Nullable Double value,

        @Says("the furthest beyond while it was raised") @Nullable
        Double worst,

        @Nullable PlaceJson place,

        @Says("found in readings that came late: it was over when it was found")
        boolean late,

        @Nullable AcknowledgedJson acknowledged,
        @Nullable ClearedJson cleared) {
    /// Where the log has the reading that raised it.
    record PlaceJson(
            @Says("number of the member's log") long log,
            long index,
            @Says("the frame's number") long n) {
        static @Nullable PlaceJson of(Alarm.@Nullable Place place) {
            return place == null ? null : new PlaceJson(place.log(), place.index(), place.n());
        }
    }

    record AcknowledgedJson(String by, @Nullable String note, long atMs) {
        static @Nullable AcknowledgedJson of(Alarm.@Nullable Acknowledged who) {
            return who == null ? null : new AcknowledgedJson(who.by(), who.note(), who.atMs());
        }
    }

    record ClearedJson(
            @Says("by the reading's time") long atMs,

            @Says("by the node's clock") long noticedMs,

            @Says(
                    value = "the readings are well again, its rule was changed, switched off or deleted, or its"
                            + " device was removed",
                    oneOf = {"readings", "rule", "device"})
            String why) {
        static @Nullable ClearedJson of(Alarm.@Nullable Cleared over) {
            return over == null
                    ? null
                    : new ClearedJson(over.atMs(), over.noticedMs(), over.why().label());
        }
    }

    static AlarmJson of(Alarm alarm) {
        return new AlarmJson(
                alarm.number(),
                alarm.state(),
                alarm.rule(),
                alarm.name(),
                alarm.words(),
                alarm.severity().label(),
                alarm.device(),
                alarm.beganMs(),
                alarm.raisedMs(),
                alarm.noticedMs(),
                alarm.quantity(),
                alarm.unit(),
                alarm.value(),
                alarm.worst(),
                PlaceJson.of(alarm.place()),
                alarm.late(),
                AcknowledgedJson.of(alarm.acknowledged()),
                ClearedJson.of(alarm.cleared()));
    }
}
