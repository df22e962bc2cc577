package io.thingstead.node.notify;

import com.fasterxml.jackson.annotation.JsonValue;
import io.thingstead.node.alarm.Alarm;
import java.util.Locale;

/// One thing to be told over one channel: an alarm was raised, or is over.
///
/// @param alarm as it stood then
/// @param sinceMs from when on it waits
record Notification(Kind kind, Alarm alarm, long sinceMs) {
    /// Their codes stand in the store.
    enum Kind {
        RAISED(1),
        CLEARED(2),
        /// somebody tries the channel; never in the store
        TEST(3);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }

        @JsonValue
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// The same whenever it is sent again: who got it knows.
    String id(String member) {
        return member + "-" + alarm.number() + "-" + kind.label();
    }
}
