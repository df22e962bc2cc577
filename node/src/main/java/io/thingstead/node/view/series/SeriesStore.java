package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.view.FrameSink;
import io.thingstead.node.view.LoggedReading;
import java.util.List;

/// Readings as time series, made from the log and always rebuildable from it.
///
/// Promise: [#take] makes the readings and the cursor durable together, so that every reading of the log is in the
/// series exactly once, whatever crashes when. One thread takes; any thread asks, and sees batches whole or not at
/// all. Every method throws [SeriesException] on environment trouble.
public interface SeriesStore extends FrameSink, AutoCloseable {
    /// Readings in the series.
    long count();

    /// Bytes on disk.
    long sizeBytes();

    /// Numbers (a flag counts as 0 or 1) of a device's quantity at `[fromMs, toMs)` in at most `points` buckets of
    /// equal width; empty buckets are left out. Time grows.
    List<Bucket> range(DeviceId device, String name, long fromMs, long toMs, int points);

    /// A device's newest readings by the log's order, newest first.
    List<LoggedReading> recent(DeviceId device, int limit);

    /// Of each device and quantity the reading with the highest log index; of those in one frame the latest.
    List<LoggedReading> latest();

    /// Forgets everything; the cursor is at 0 again.
    void clear();

    @Override
    void close();
}
