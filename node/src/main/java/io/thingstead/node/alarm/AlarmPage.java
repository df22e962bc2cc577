package io.thingstead.node.alarm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some alarms, newest first.
///
/// @param next to be given as `before` for those before these; absent when there are none
public record AlarmPage(List<Alarm> alarms, @Nullable Long next) {}
