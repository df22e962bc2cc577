package io.thingstead.node.ledger.action;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import org.jspecify.annotations.Nullable;

/// What an action came to: it happened (its changes and events are in the draft), or it was declined.
public sealed interface Outcome {
    record Happened() implements Outcome {}

    record Declined(Refused refused) implements Outcome {}

    Outcome HAPPENED = new Happened();

    /// @param objection null: it happened
    static Outcome of(@Nullable Refused objection) {
        return objection == null ? HAPPENED : new Declined(objection);
    }

    static Outcome declined(Refusal code, String text) {
        return new Declined(new Refused(code, text));
    }
}
