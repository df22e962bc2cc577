package io.thingstead.kit.model;

import org.jspecify.annotations.Nullable;

/// One measurement at one time. `timeMs` is absolute; `relativeTime` says that the device gave no absolute time, so
/// that it was counted from the receipt and is never a contract's time.
public record Reading(String name, @Nullable String unit, Value value, long timeMs, boolean relativeTime) {}
