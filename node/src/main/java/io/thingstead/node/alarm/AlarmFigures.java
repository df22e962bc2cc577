package io.thingstead.node.alarm;

/// How the alarms are doing.
///
/// @param watches rules over devices
/// @param judged readings of frames that were looked at since the start
/// @param late devices of which late readings are still to be looked at again
public record AlarmFigures(int raised, int watches, long judged, int late) {}
