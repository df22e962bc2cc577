package io.thingstead.node.ledger.action;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;

/// What an action came to: it happened (its changes and events are in the draft), or it was declined.
public sealed interface Outcome {
    record Happened() implements Outcome {}

    record Declined(Refused refused) implements Outcome {}

    Outcome HAPPENED = new Happened();

    static Outcome declined(Refusal code, String text) {
        return new Declined(new Refused(code, text));
    }
}
