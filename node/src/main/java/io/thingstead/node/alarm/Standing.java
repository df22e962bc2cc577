package io.thingstead.node.alarm;

/// How a reading stands to a condition.
enum Standing {
    /// what the rule looks for
    BEYOND,
    /// neither: an alarm goes on, and none begins
    BETWEEN,
    /// well again
    FINE
}
