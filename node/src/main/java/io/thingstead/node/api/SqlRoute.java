package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.view.series.SeriesQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Questions in SQL about the series, at `POST /api/sql`.
record SqlRoute(SeriesQuery series) {
    private static final int USUAL_ROWS = 1_000;
    private static final int MOST_ROWS = 10_000;
    private static final Operation ASK = Operation.of("Readings", "Asks the series in SQL")
            .details(
                    "One SELECT (DuckDB's dialect) of the table `reading`, with the columns `time`, `device`, `name`, `unit`,"
                            + " `number`, `text`, `kind`, `relative`, `trust` and `index`, or of `readings('member:name')`,"
                            + " `readings('member:name', since)` and `readings('member:name', since, until)`, which look at one device"
                            + " only and so are faster. It changes nothing and sees nothing else: no files, no settings, and only"
                            + " functions that need little memory. A question has 20 s and 256 MB.")
            .takes(
                    Question.class,
                    "{\"sql\": \"SELECT device, avg(number) FROM reading WHERE name = 'temperature' GROUP BY device\"}")
            .answers(Answer.class)
            .refuses(Refusal.SQL_REFUSED, Refusal.SQL_FAILED, Refusal.SQL_LIMIT);

    private record Question(
            @Says(value = "one SELECT", needed = true, longest = 16_384) @Nullable
            String sql,

            @Says(value = "how many rows at most, 1,000 when not given", least = 1, most = MOST_ROWS) @Nullable
            Long limit) {}

    private record Column(
            String name, @Says("as the database has it") String type) {}

    private record Answer(
            List<Column> columns,

            @Says("values by column: numbers, booleans, texts or null; times in RFC 3339")
            List<List<@Nullable Object>> rows,

            @Says("whether there are more rows") boolean more) {}

    void register(Routes routes) {
        routes.post("/api/sql", ASK, this::ask);
    }

    private void ask(Context context) {
        var answer = switch (Json.read(context.bodyAsBytes(), Question.class)) {
            case Result.Ok<Question>(Question question) -> ask(question);
            case Result.No<Question>(var refused) -> new Result.No<SeriesQuery.Answer>(refused);
        };
        switch (answer) {
            case Result.Ok<SeriesQuery.Answer>(SeriesQuery.Answer found) ->
                Json.send(
                        context,
                        new Answer(
                                found.columns().stream()
                                        .map(column -> new Column(column.name(), column.type()))
                                        .toList(),
                                found.rows(),
                                found.more()));
            case Result.No<SeriesQuery.Answer>(var refused) ->
                Problem.of(refused).send(context);
        }
    }

    private Result<SeriesQuery.Answer> ask(Question question) {
        if (question.sql == null || question.sql.isBlank())
            return Result.no(Refusal.REQUEST_MALFORMED, "sql: one SELECT");
        long limit = question.limit == null ? USUAL_ROWS : question.limit;
        return limit < 1 || limit > MOST_ROWS
                ? Result.no(Refusal.REQUEST_MALFORMED, "limit is 1 to " + MOST_ROWS)
                : series.ask(question.sql, (int) limit);
    }
}
