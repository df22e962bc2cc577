package io.thingstead.node.contract;

import java.util.List;

/// Readings of a stream that were proven to be the device's own: of frames that follow each other without a gap.
///
/// @param before the number that the device used before the first frame's
/// @param lastFrame number of the last frame
/// @param notBefore ledger time before which the first frame was not on the ledger
/// @param notAfter ledger time when the last frame was
public record Shown(List<At> readings, long before, long lastFrame, long notBefore, long notAfter) {
    /// @param time as the device says
    /// @param value at the stream's scale
    public record At(long time, long value) {}

    public Shown {
        readings = List.copyOf(readings);
    }
}
