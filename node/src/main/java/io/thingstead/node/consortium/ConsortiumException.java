package io.thingstead.node.consortium;

import io.thingstead.kit.model.Refusal;

/// A document or a step that cannot be accepted; the message says why and what to do.
public final class ConsortiumException extends RuntimeException {
    ConsortiumException(String message) {
        super(message);
    }

    /// The same, for programs too: the message begins with the code.
    ConsortiumException(Refusal code, String message) {
        super(code.code() + ": " + message);
    }
}
