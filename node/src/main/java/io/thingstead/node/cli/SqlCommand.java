package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead sql`: a question in SQL about the series, which only reads.
@Command(
        name = "sql",
        description = {
            "Asks the series in SQL: one SELECT of the table reading, with the columns time, device, name, unit, number,"
                    + " text, kind, relative, trust and index; or of readings('MEMBER:NAME', since, until), which looks at"
                    + " one device only."
        },
        mixinStandardHelpOptions = true)
final class SqlCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SELECT", description = "The question.")
    private String sql = "";

    @Option(
            names = "--limit",
            paramLabel = "ROWS",
            description = "How many rows at most (default: 1000; 10000 at most).")
    private long limit = 1_000;

    @ArgGroup
    private @Nullable Format format;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    /// Instead of a table for people.
    private static final class Format {
        @Option(names = "--csv", required = true, description = "As CSV.")
        private boolean csv;

        @Option(names = "--json", required = true, description = "As JSON, as the node answers.")
        private boolean json;
    }

    @Override
    public Integer call() {
        JsonNode answer = data.node().post("/api/sql", Map.of("sql", sql, "limit", limit));
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (format != null && format.json) {
            out.println(answer);
        } else {
            var rows = new ArrayList<List<String>>();
            rows.add(texts(answer.path("columns"), "name"));
            answer.path("rows").forEach(row -> rows.add(texts(row, "")));
            if (format != null && format.csv) rows.forEach(row -> out.println(csv(row)));
            else table(rows, isNumber(answer), out);
        }
        out.flush();
        if (answer.path("more").asBoolean()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("There are more rows than these: ask for more with --limit, or for less with LIMIT.");
            err.flush();
        }
        return 0;
    }

    private static List<String> texts(JsonNode values, String member) {
        var texts = new ArrayList<String>();
        values.forEach(value -> {
            JsonNode text = member.isEmpty() ? value : value.path(member);
            texts.add(text.isNull() ? "" : text.asText());
        });
        return texts;
    }

    private static List<Boolean> isNumber(JsonNode answer) {
        int columns = answer.path("columns").size();
        return IntStream.range(0, columns)
                .mapToObj(i -> !answer.path("rows").isEmpty()
                        && answer.path("rows")
                                .valueStream()
                                .allMatch(row ->
                                        row.get(i).isNumber() || row.get(i).isNull()))
                .toList();
    }

    private static void table(List<List<String>> rows, List<Boolean> isNumber, PrintWriter out) {
        var widths = IntStream.range(0, isNumber.size())
                .mapToObj(i ->
                        rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
                .toList();
        for (int i = 0; i < rows.size(); i++) {
            out.println(line(rows.get(i), widths, isNumber));
            if (i == 0) out.println(widths.stream().map("-"::repeat).collect(Collectors.joining("  ")));
        }
    }

    /// Numbers at the right.
    private static String line(List<String> row, List<Integer> widths, List<Boolean> isNumber) {
        return IntStream.range(0, row.size())
                .mapToObj(i -> {
                    String blank = " ".repeat(widths.get(i) - row.get(i).length());
                    return isNumber.get(i) ? blank + row.get(i) : row.get(i) + blank;
                })
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }

    private static String csv(List<String> row) {
        return row.stream()
                .map(text -> text.matches("[^,\"\r\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"")
                .collect(Collectors.joining(","));
    }
}
