package io.thingstead.node.mirror;

import io.thingstead.kit.model.LogId;

/// How a mirror of another member's log stands; or of a log of this member that it lost.
///
/// @param mirrored leaves that are kept here, all of them final
/// @param anchored leaves that are final
/// @param cosigned size of the newest anchored checkpoint that this member cosigned; 0 before the first
/// @param sinceMs since when it is in this condition
/// @param text the same in words
public record MirrorState(
        LogId log,
        String origin,
        long mirrored,
        long anchored,
        long cosigned,
        Condition condition,
        long sinceMs,
        String text) {
    /// In growing order of trouble.
    public enum Condition {
        FOLLOWING("following"),
        /// Its member closed it: nothing comes any more.
        CLOSED("closed"),
        BEHIND("behind"),
        UNREACHABLE("unreachable"),
        FORKED("forked");

        private final String label;

        Condition(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }
}
