package io.thingstead.node.ingest;

import java.util.function.Consumer;

/// What the checks say of a message, before the log decides on its number.
public sealed interface Checked {
    /// It is not for the log.
    record Turned(Outcome.Rejected outcome) implements Checked {}

    /// It may go to the log.
    non-sealed interface Ready extends Checked {
        /// Hands it to the log, without waiting. `reply` is called once: on the sequencer's thread after the sync, so
        /// it must be quick; or at once when the log's queue is full (`busy`): then try again later.
        void submit(Consumer<Outcome> reply);
    }
}
