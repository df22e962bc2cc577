package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBTableFunctionState;
import org.duckdb.DuckDBValue;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/// The rows of the series as a table of another database, which so reads them without any way to their files. Only the
/// columns that are asked for are fetched; of one device or a span of time only those rows.
final class SeriesScan implements DuckDBTableFunction<Selection, SeriesScan.Rows, Object> {
    static final String NAME = "series_rows";
    /// Its arguments, in their order; null for one that does not count.
    static final List<DuckDBColumnType> ARGUMENTS =
            List.of(DuckDBColumnType.VARCHAR, DuckDBColumnType.BIGINT, DuckDBColumnType.BIGINT);

    private static final int ONLY_DEVICE = 0;
    private static final int SINCE = 1;
    private static final int UNTIL = 2;

    private final DuckDBConnection series;
    private final List<Month> months;
    private final GlobalDictionary dictionary;
    private final Deadline deadline;

    /// A column as the files have it.
    private enum Of {
        DEVICE("device", DuckDBColumnType.INTEGER),
        QUANTITY("quantity", DuckDBColumnType.INTEGER),
        TIME("time_ms", DuckDBColumnType.BIGINT),
        NUMBER("number", DuckDBColumnType.DOUBLE),
        TEXT("text", DuckDBColumnType.VARCHAR),
        KIND("kind", DuckDBColumnType.TINYINT),
        RELATIVE("relative", DuckDBColumnType.BOOLEAN),
        INDEX("idx", DuckDBColumnType.BIGINT),
        TRUST("trust", DuckDBColumnType.TINYINT);

        private final String column;
        private final DuckDBColumnType type;

        Of(String column, DuckDBColumnType type) {
            this.column = column;
            this.type = type;
        }
    }

    SeriesScan(DuckDBConnection series, List<Month> months, GlobalDictionary dictionary, Deadline deadline) {
        this.series = series;
        this.months = months;
        this.dictionary = dictionary;
        this.deadline = deadline;
    }

    @Override
    public Selection bind(DuckDBTableFunctionBindInfo info) {
        for (Of column : Of.values()) info.addResultColumn(column.column, column.type);
        var devices = text(info).map(name -> DeviceId.parse(name).stream().toList());
        // A name that is none selects nothing.
        long until = devices.isPresent() && devices.get().isEmpty() ? 0 : number(info, UNTIL, Long.MAX_VALUE);
        return new Selection(devices.orElse(List.of()), Optional.empty(), number(info, SINCE, 0), until);
    }

    private static Optional<String> text(DuckDBTableFunctionBindInfo info) {
        DuckDBValue value = info.getParameter(ONLY_DEVICE);
        return value.isNull() ? Optional.empty() : Optional.of(value.getString());
    }

    private static long number(DuckDBTableFunctionBindInfo info, int argument, long otherwise) {
        DuckDBValue value = info.getParameter(argument);
        return value.isNull() ? otherwise : value.getLong();
    }

    @Override
    public Rows init(DuckDBTableFunctionInitInfo info) throws SQLException {
        info.setMaxThreads(1);
        var columns = new ArrayList<Of>();
        for (long i = 0; i < info.getColumnCount(); i++) {
            long index = info.getColumnIndex(i);
            // None of ours: only their number is asked for.
            columns.add(index >= 0 && index < Of.values().length ? Of.values()[(int) index] : Of.TRUST);
        }
        return new Rows(columns, Selected.in(months, info.getBindData()));
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter out) throws SQLException {
        deadline.check();
        Rows rows = info.getInitData();
        return rows.next(out);
    }

    /// One reading of the table, month after month.
    final class Rows implements DuckDBTableFunctionState {
        private final List<Of> columns;
        private final List<Selected> left;
        private final DuckDBConnection connection;
        private @Nullable Month month;
        private @Nullable DuckDBPreparedStatement statement;
        private @Nullable DuckDBChunkedResult result;

        private Rows(List<Of> columns, List<Selected> selected) throws SQLException {
            this.columns = columns;
            this.left = new ArrayList<>(selected);
            this.connection = series.duplicate();
            Sql.execute(connection, "SET jdbc_stream_results = true");
        }

        private long next(DuckDBDataChunkWriter out) throws SQLException {
            while (true) {
                if (result != null && result.nextChunk()) return copy(result.chunk(), out);
                end();
                if (left.isEmpty()) return 0;
                begin(left.removeFirst());
            }
        }

        private void begin(Selected selected) throws SQLException {
            String wanted = columns.stream().map(column -> column.column).collect(Collectors.joining(", "));
            month = selected.month();
            var known = dictionary.of(month);
            // What came since the question was asked may have names that are not known to it.
            statement = connection.prepare("SELECT " + wanted + " FROM " + month.catalog() + ".reading WHERE "
                    + selected.condition() + " AND device < " + known.devices().length + " AND quantity < "
                    + known.quantities().length);
            result = statement.query();
        }

        private long copy(DuckDBDataChunkReader in, DuckDBDataChunkWriter out) {
            int count = (int) in.rowCount();
            for (int i = 0; i < columns.size(); i++) copy(columns.get(i), in.vector(i), out.vector(i), count);
            return count;
        }

        private void copy(Of column, DuckDBReadableVector in, DuckDBWritableVector out, int count) {
            var numbers = dictionary.of(Objects.requireNonNull(month, "a month is open"));
            for (int row = 0; row < count; row++) {
                if (in.isNull(row)) {
                    out.setNull(row);
                    continue;
                }
                switch (column) {
                    case DEVICE -> out.setInt(row, numbers.devices()[in.getInt(row)]);
                    case QUANTITY -> out.setInt(row, numbers.quantities()[in.getInt(row)]);
                    case TIME, INDEX -> out.setLong(row, in.getLong(row));
                    case NUMBER -> out.setDouble(row, in.getDouble(row));
                    case TEXT -> out.setString(row, in.getString(row));
                    case KIND, TRUST -> out.setByte(row, in.getByte(row));
                    case RELATIVE -> out.setBoolean(row, in.getBoolean(row));
                }
            }
        }

        private void end() throws SQLException {
            if (result != null) result.close();
            if (statement != null) statement.close();
            result = null;
            statement = null;
        }

        @Override
        public void close() throws SQLException {
            end();
            connection.close();
        }
    }
}
