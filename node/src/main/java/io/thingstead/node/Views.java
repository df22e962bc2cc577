package io.thingstead.node;

import io.thingstead.node.log.Log;
import io.thingstead.node.retention.ErasableViews;
import io.thingstead.node.view.LogFollower;
import io.thingstead.node.view.live.LiveState;
import io.thingstead.node.view.series.DuckSeries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The views that follow the log: the live state and the series, each with its follower.
final class Views implements ErasableViews, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Views.class);
    private static final Duration LIVE_PAUSE = Duration.ofMillis(100);
    private static final Duration SERIES_PAUSE = Duration.ofMillis(500);

    private final DuckSeries series;
    private final LiveState live;
    private final LogFollower liveFollower;
    private final LogFollower seriesFollower;

    Views(Path folder, Log log, LongSupplier clockMs) {
        var reader = log.reader();
        series = DuckSeries.open(
                folder.resolve("series"),
                reader.origin(),
                reader.size(),
                notice -> LOG.warn("the series are made again from the log: {}", notice));
        live = LiveState.restored(reader, series.next(), series.count(), series.latest(), clockMs);
        liveFollower = new LogFollower("live", reader, live, LIVE_PAUSE, Views::failed);
        seriesFollower = new LogFollower("series", reader, series, SERIES_PAUSE, Views::failed);
        log.listen(liveFollower);
        log.listen(seriesFollower);
    }

    private static void failed(Throwable e) {
        LOG.error("a view could not follow the log; it tries again", e);
    }

    void start() {
        liveFollower.start();
        seriesFollower.start();
    }

    LiveState live() {
        return live;
    }

    DuckSeries series() {
        return series;
    }

    /// Forgets the readings of erased leaves of the log in use.
    @Override
    public void erase(NavigableSet<Long> leaves) {
        long readings = series.erase(leaves);
        live.erase(leaves::contains, readings);
    }

    /// Leaves that both views have taken.
    @Override
    public long taken() {
        return Math.min(series.next(), live.next());
    }

    /// Leaves that the series do not have yet.
    long behind() {
        return seriesFollower.behind();
    }

    /// Leaves that the live state does not have yet.
    long liveBehind() {
        return liveFollower.behind();
    }

    @Override
    public void close() {
        liveFollower.close();
        seriesFollower.close();
        series.close();
    }
}
