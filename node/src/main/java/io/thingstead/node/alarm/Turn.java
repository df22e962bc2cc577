package io.thingstead.node.alarm;

/// A change between raised and not raised.
sealed interface Turn {
    /// When it happened, by the readings' times; by the member's clock where silence is meant.
    long atMs();

    /// @param beganMs when the condition began to hold
    record Raised(long beganMs, long atMs) implements Turn {}

    record Cleared(long atMs) implements Turn {}
}
