package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.view.FrameSink;
import io.thingstead.node.view.LoggedReading;
import java.util.List;
import java.util.NavigableSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Readings as time series, made from the log and always rebuildable from it.
///
/// Promise: [#take] makes the readings and the cursor durable together, so that every reading of the log is in the
/// series exactly once, whatever crashes when. One thread takes; any thread asks, and sees batches whole or not at
/// all. Every method throws [SeriesException] on environment trouble.
public interface SeriesStore extends FrameSink, SeriesQuery, AutoCloseable {
    /// Readings in the series.
    long count();

    /// Bytes on disk.
    long sizeBytes();

    /// Numbers (a flag counts as 0 or 1) of a device's quantity at `[fromMs, toMs)` in at most `points` buckets of
    /// equal width; empty buckets are left out. Time grows. Wide buckets may begin and end at rounder times than
    /// those asked for, and hold only what is within these.
    List<Bucket> range(DeviceId device, String name, long fromMs, long toMs, int points);

    /// A device's newest readings by the log's order, newest first.
    List<LoggedReading> recent(DeviceId device, int limit);

    /// A device's readings measured at `[fromMs, toMs)` in the order of their times, those of one time in the log's; at
    /// most `limit`.
    ///
    /// @param name of this quantity; absent: of all
    List<LoggedReading> past(DeviceId device, @Nullable String name, long fromMs, long toMs, int limit);

    /// The newest readings of a device's quantity measured before then, at most `limit`, in the order of their times.
    List<LoggedReading> before(DeviceId device, String name, long toMs, int limit);

    /// Of each device and quantity the reading with the highest log index; of those in one frame the latest.
    List<LoggedReading> latest();

    /// How many readings are selected.
    long count(Selection selection);

    /// Hands over what is selected in the order of the log, a part at a time and in bounded memory, however long
    /// whoever
    /// takes it needs. What is added meanwhile may be left out.
    void each(Selection selection, Consumer<List<LoggedReading>> use);

    /// What is selected as a file in Parquet, which is gone when it is closed.
    ParquetFile parquet(Selection selection);

    /// Removes the readings of these leaves, so that no file holds their bytes any more. Leaves that are not taken
    /// yet are not its matter.
    ///
    /// @return how many readings
    long erase(NavigableSet<Long> leaves);

    /// Forgets everything; the cursor is at 0 again.
    void clear();

    @Override
    void close();
}
