package io.thingstead.node.ingest;

import io.thingstead.kit.model.DeviceId;
import java.util.function.Consumer;

/// What the checks say of a message, before the log decides on its number.
public sealed interface Checked {
    /// It is not for the log.
    record Turned(Outcome.Rejected outcome) implements Checked {}

    /// It was understood, and is not for the log.
    record Noted() implements Checked {}

    /// It may go to the log.
    ///
    /// @param device whose readings these are
    record Ready(DeviceId device, Handover handover) implements Checked {
        /// See [Handover].
        public void submit(Consumer<Outcome> reply) {
            handover.submit(reply);
        }
    }

    /// Hands a message to the log.
    @FunctionalInterface
    interface Handover {
        /// Never waits. `reply` is called once: on the sequencer's thread after the sync, so it must be quick; or at
        /// once when the log's queue is full (`busy`): then this may be called again later.
        void submit(Consumer<Outcome> reply);
    }
}
