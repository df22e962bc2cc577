package io.thingstead.node.consortium;

/// A document or a step that cannot be accepted; the message says why and what to do.
public final class ConsortiumException extends RuntimeException {
    ConsortiumException(String message) {
        super(message);
    }
}
