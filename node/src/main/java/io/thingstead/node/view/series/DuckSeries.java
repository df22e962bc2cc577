package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.LoggedReading;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/// The series in DuckDB, one file a month. A frame belongs to the month in which the member received it, and never to
/// an earlier one than the frame before it: so each file holds a contiguous span of the log, and the newest file's end
/// is the cursor.
public final class DuckSeries implements SeriesStore {
    /// Questions at a time; each has the database's one thread of work and its memory to itself.
    private static final int READERS = 2;
    private static final Comparator<LoggedReading> BY_TIME = Comparator.<LoggedReading>comparingLong(
                    kept -> kept.reading().timeMs())
            .thenComparingLong(LoggedReading::index);

    /// About how many readings are summed up for charts at a time.
    private static final int PART = 500_000;

    private final SeriesFolder folder;
    private final int part;
    private final DuckDBConnection writer;
    private final Semaphore readers = new Semaphore(READERS);
    private final Semaphore writing = new Semaphore(1);
    /// One question in SQL at a time: each needs its memory, and a core.
    private final Semaphore asking = new Semaphore(1);
    private final ParquetExport parquet;
    private volatile List<Month> months;

    private DuckSeries(SeriesFolder folder, int part, DuckDBConnection writer, List<Month> months) {
        this.folder = folder;
        this.part = part;
        this.writer = writer;
        this.months = List.copyOf(months);
        this.parquet = new ParquetExport(folder.path().resolve("exports"));
    }

    /// Opens the series of a log. Files that are damaged, missing, or ahead of the log are dropped, all of them, and
    /// the cursor starts at 0: the follower makes the series again.
    ///
    /// @param origin the log's name, which the files must carry
    /// @param notice told what was wrong with the files
    public static DuckSeries open(Path path, String origin, long logSize, Consumer<String> notice) {
        return open(path, origin, logSize, PART, notice);
    }

    static DuckSeries open(Path path, String origin, long logSize, int part, Consumer<String> notice) {
        var folder = new SeriesFolder(path, origin);
        try {
            new ParquetExport(path.resolve("exports")).clear();
        } catch (IOException e) {
            throw new SeriesException("the folder of exports in " + path + " cannot be used", e);
        }
        DuckDBConnection writer = null;
        try {
            folder.create();
            writer = Database.open(path);
            return new DuckSeries(folder, part, writer, folder.attach(writer, logSize, part));
        } catch (SeriesDamaged e) {
            notice.accept(e.getMessage());
        } catch (SQLException e) {
            notice.accept("a file cannot be read: " + e.getMessage());
        } catch (IOException e) {
            throw new SeriesException("the series folder " + path + " cannot be used", e);
        }
        try {
            // the files are let go before they are deleted
            if (writer != null) writer.close();
            folder.delete();
            return new DuckSeries(folder, part, Database.open(path), List.of());
        } catch (SQLException | IOException e) {
            throw new SeriesException("the series in " + path + " cannot be started anew", e);
        }
    }

    @Override
    public long next() {
        return months.isEmpty() ? 0 : months.getLast().span().next();
    }

    @Override
    public long count() {
        return months.stream().mapToLong(month -> month.span().readings()).sum();
    }

    @Override
    public long sizeBytes() {
        return folder.sizeBytes();
    }

    @Override
    public synchronized void take(List<LoggedFrame> frames, long upTo) {
        if (!frames.isEmpty() && frames.getFirst().index() != next())
            throw new IllegalStateException("leaf " + frames.getFirst().index() + " after the cursor " + next());
        try {
            int start = 0;
            while (start < frames.size()) {
                var month = monthFor(frames.get(start).receivedMs());
                int end = start + 1;
                while (end < frames.size()
                        && !Month.of(frames.get(end).receivedMs()).isAfter(month.month())) end++;
                month.append(
                        writer,
                        frames.subList(start, end),
                        end == frames.size() ? upTo : frames.get(end).index());
                start = end;
            }
            sumUp();
        } catch (SQLException e) {
            throw new SeriesException("the series could not be written: " + e.getMessage(), e);
        }
    }

    /// One part each time, the oldest file first: new readings do not wait for long.
    private void sumUp() throws SQLException {
        var now = months;
        for (var month : now) if (month.sumUp(writer, month != now.getLast())) return;
    }

    private Month monthFor(long receivedMs) throws SQLException {
        var wanted = Month.of(receivedMs);
        if (!months.isEmpty() && !wanted.isAfter(months.getLast().month())) return months.getLast();
        return addMonth(wanted);
    }

    private Month addMonth(YearMonth wanted) throws SQLException {
        var grown = new ArrayList<>(months);
        grown.add(Month.create(writer, folder.path(), wanted, folder.origin(), next(), part));
        months = List.copyOf(grown);
        return months.getLast();
    }

    /// A file at a time, while nobody reads.
    @Override
    public long erase(NavigableSet<Long> leaves) {
        // A long reader ends first; what is taken meanwhile does not wait for that.
        writing.acquireUninterruptibly();
        asking.acquireUninterruptibly();
        try {
            return eraseNow(leaves);
        } finally {
            asking.release();
            writing.release();
        }
    }

    private synchronized long eraseNow(NavigableSet<Long> leaves) {
        long before = count();
        for (int i = 0; i < months.size(); i++) {
            var span = months.get(i).span();
            var within = leaves.subSet(span.first(), true, span.next(), false);
            if (within.isEmpty()) continue;
            readers.acquireUninterruptibly(READERS);
            try {
                var changed = new ArrayList<>(months);
                changed.set(i, months.get(i).without(writer, folder.path(), folder.origin(), part, within));
                months = List.copyOf(changed);
            } catch (SQLException | IOException | SeriesDamaged e) {
                throw new SeriesException("readings could not be erased from the series: " + e.getMessage(), e);
            } finally {
                readers.release(READERS);
            }
        }
        return before - count();
    }

    @Override
    public List<Bucket> range(DeviceId device, String name, long fromMs, long toMs, int points) {
        if (points < 1 || toMs <= fromMs) return List.of();
        var buckets = new Buckets(fromMs, toMs, points);
        ask(connection -> {
            connection.setAutoCommit(false);
            for (var month : months) buckets.add(connection, month, device, name);
        });
        return buckets.inOrder();
    }

    @Override
    public List<LoggedReading> recent(DeviceId device, int limit) {
        var found = new ArrayList<LoggedReading>();
        ask(connection -> {
            for (var month : months.reversed())
                if (found.size() < limit) Readings.recent(connection, month, device, limit - found.size(), found);
        });
        return found;
    }

    /// A file has what was received in its month, measured whenever: the first of each are among the first of all.
    @Override
    public List<LoggedReading> past(DeviceId device, @Nullable String name, long fromMs, long toMs, int limit) {
        var found = new ArrayList<LoggedReading>();
        ask(connection -> {
            for (var month : months) Readings.past(connection, month, device, name, fromMs, toMs, limit, found);
        });
        found.sort(
                Comparator.<LoggedReading>comparingLong(kept -> kept.reading().timeMs())
                        .thenComparingLong(LoggedReading::index));
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    /// A file may have older readings than the one before, so all of them are asked.
    @Override
    public List<LoggedReading> before(DeviceId device, String name, long toMs, int limit) {
        var found = new ArrayList<LoggedReading>();
        ask(connection -> {
            for (var month : months) Readings.before(connection, month, device, name, toMs, limit, found);
        });
        found.sort(BY_TIME);
        return List.copyOf(found.subList(Math.max(0, found.size() - limit), found.size()));
    }

    /// Goes back through the newest two files: of what was silent longer, the series knows, but live state need not.
    @Override
    public List<LoggedReading> latest() {
        var found = new ArrayList<LoggedReading>();
        var known = new HashSet<String>();
        ask(connection -> {
            for (var month : months.reversed().stream().limit(2).toList())
                for (var reading : Readings.latest(connection, month))
                    if (known.add(reading.device() + " " + reading.reading().name())) found.add(reading);
        });
        return found;
    }

    @Override
    public long count(Selection selection) {
        var total = new long[1];
        for (var selected : Selected.in(months, selection))
            ask(connection -> Sql.query(
                    connection,
                    row -> total[0] += row.getLong(1),
                    "SELECT count(*) FROM " + selected.month().catalog() + ".reading WHERE " + selected.condition()));
        return total[0];
    }

    @Override
    public void each(Selection selection, Consumer<List<LoggedReading>> use) {
        for (var selected : Selected.in(months, selection)) new Slices(selected, this::ask).each(use);
    }

    @Override
    public ParquetFile parquet(Selection selection) {
        // It takes long, so it has none of the readers' places.
        writing.acquireUninterruptibly();
        try (var connection = writer.duplicate()) {
            return parquet.write(connection, Selected.in(months, selection));
        } catch (SQLException | IOException e) {
            throw new SeriesException("the readings could not be written: " + e.getMessage(), e);
        } finally {
            writing.release();
        }
    }

    @Override
    public Result<SeriesQuery.Answer> ask(String sql, int mostRows) {
        if (!asking.tryAcquire())
            return Result.no(Refusal.BUSY, "another question is being answered: try again in a moment");
        try {
            return ConfinedSql.ask(writer, months, sql, mostRows);
        } finally {
            asking.release();
        }
    }

    private void ask(Slices.Question question) {
        readers.acquireUninterruptibly();
        try (var connection = writer.duplicate()) {
            question.ask(connection);
        } catch (SQLException e) {
            throw new SeriesException("the series could not be read: " + e.getMessage(), e);
        } finally {
            readers.release();
        }
    }

    @Override
    public synchronized void clear() {
        asking.acquireUninterruptibly();
        readers.acquireUninterruptibly(READERS);
        try {
            writer.setAutoCommit(true);
            for (var month : months) month.detach(writer);
            months = List.of();
            folder.delete();
        } catch (SQLException | IOException e) {
            throw new SeriesException("the series could not be emptied", e);
        } finally {
            readers.release(READERS);
            asking.release();
        }
    }

    @Override
    public void close() {
        asking.acquireUninterruptibly();
        readers.acquireUninterruptibly(READERS);
        try {
            writer.close();
        } catch (SQLException e) {
            throw new SeriesException("the series could not be closed", e);
        } finally {
            readers.release(READERS);
            asking.release();
        }
    }
}
