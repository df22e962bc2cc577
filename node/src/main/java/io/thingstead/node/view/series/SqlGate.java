package io.thingstead.node.view.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks at a statement that somebody else wrote before it runs, as the database's own parser has it: one SELECT, of
/// the tables that there are, with functions that need no more memory than the rows they get. What is not known here is
/// refused.
final class SqlGate {
    static final int MOST_CHARACTERS = 16_384;

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> TABLES = Set.of("reading");
    /// Of a table's place.
    private static final Set<String> TABLE_FUNCTIONS = Set.of("readings", "range", "generate_series");

    /// Of numbers, times and texts, row by row; what makes texts or lists longer is left out, since its memory has no
    /// limit.
    private static final Set<String> FUNCTIONS = Set.of(
            // Operators.
            "+",
            "-",
            "*",
            "/",
            "//",
            "%",
            "**",
            "^",
            "&",
            "|",
            "~",
            "<<",
            ">>",
            "!",
            "~~",
            "!~~",
            "~~*",
            "!~~*",
            "~~~",
            "not_like_escape",
            "like_escape",
            "ilike_escape",
            "not_ilike_escape",
            "between",
            "in",
            "not",
            "and",
            "or",
            "is_distinct_from",
            "is_not_distinct_from",
            // Numbers.
            "abs",
            "add",
            "subtract",
            "multiply",
            "divide",
            "mod",
            "fmod",
            "ceil",
            "ceiling",
            "floor",
            "round",
            "trunc",
            "sign",
            "sqrt",
            "cbrt",
            "pow",
            "power",
            "exp",
            "ln",
            "log",
            "log2",
            "log10",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "atan2",
            "cot",
            "degrees",
            "radians",
            "pi",
            "random",
            "greatest",
            "least",
            "isnan",
            "isinf",
            "isfinite",
            "even",
            "width_bucket",
            "hash",
            // Times.
            "now",
            "current_timestamp",
            "current_date",
            "today",
            "get_current_timestamp",
            "date_trunc",
            "datetrunc",
            "date_part",
            "datepart",
            "date_diff",
            "datediff",
            "date_sub",
            "datesub",
            "date_add",
            "age",
            "epoch",
            "epoch_ms",
            "epoch_us",
            "to_timestamp",
            "timezone",
            "time_bucket",
            "extract",
            "year",
            "month",
            "day",
            "hour",
            "minute",
            "second",
            "millisecond",
            "week",
            "dayofweek",
            "isodow",
            "dayofyear",
            "dayofmonth",
            "quarter",
            "dayname",
            "monthname",
            "last_day",
            "to_days",
            "to_hours",
            "to_minutes",
            "to_seconds",
            "to_milliseconds",
            "to_weeks",
            "to_months",
            "to_years",
            "make_date",
            "make_timestamp",
            // Texts, made no longer.
            "lower",
            "lcase",
            "upper",
            "ucase",
            "trim",
            "ltrim",
            "rtrim",
            "substring",
            "substr",
            "left",
            "right",
            "length",
            "len",
            "strlen",
            "contains",
            "starts_with",
            "ends_with",
            "prefix",
            "suffix",
            "strpos",
            "instr",
            "position",
            "split_part",
            "regexp_matches",
            "regexp_full_match",
            "regexp_extract",
            // Which of several.
            "coalesce",
            "ifnull",
            "nullif",
            "if",
            "error",
            "typeof",
            "constant_or_null",
            // Of many rows.
            "count",
            "count_star",
            "sum",
            "fsum",
            "avg",
            "mean",
            "favg",
            "min",
            "max",
            "median",
            "mode",
            "quantile",
            "quantile_cont",
            "quantile_disc",
            "approx_quantile",
            "approx_count_distinct",
            "stddev",
            "stddev_samp",
            "stddev_pop",
            "variance",
            "var_samp",
            "var_pop",
            "corr",
            "covar_pop",
            "covar_samp",
            "regr_slope",
            "regr_intercept",
            "regr_r2",
            "regr_count",
            "skewness",
            "kurtosis",
            "mad",
            "entropy",
            "product",
            "bool_and",
            "bool_or",
            "any_value",
            "first",
            "last",
            "arg_min",
            "arg_max",
            "argmin",
            "argmax",
            "min_by",
            "max_by",
            "count_if",
            "countif",
            "sum_if",
            "grouping",
            // Over windows of rows.
            "row_number",
            "rank",
            "dense_rank",
            "percent_rank",
            "cume_dist",
            "ntile",
            "lag",
            "lead",
            "first_value",
            "last_value",
            "nth_value");

    private SqlGate() {}

    /// What is wrong with a statement, or null.
    static @Nullable Refused objection(Connection confined, String sql) throws SQLException {
        if (sql.length() > MOST_CHARACTERS) return refused("a question has at most " + MOST_CHARACTERS + " characters");
        JsonNode parsed;
        try {
            parsed = JSON.readTree(parsed(confined, sql));
        } catch (JsonProcessingException e) {
            return refused("it cannot be understood");
        }
        if (parsed.path("error").asBoolean(true)) {
            return parsed.path("error_type").asText().equals("parser")
                    ? new Refused(
                            Refusal.SQL_FAILED, parsed.path("error_message").asText())
                    : refused("only SELECT is answered");
        }
        if (parsed.path("statements").size() != 1) return refused("one SELECT at a time");
        var tables = new HashSet<>(TABLES);
        named(parsed, tables);
        return look(parsed, tables);
    }

    private static String parsed(Connection confined, String sql) throws SQLException {
        var found = new StringBuilder();
        Sql.query(confined, row -> found.append(row.getString(1)), "SELECT json_serialize_sql(?::VARCHAR)", sql);
        return found.toString();
    }

    /// Adds what the statement itself names: `WITH … AS`.
    private static void named(JsonNode node, Set<String> tables) {
        for (JsonNode entry : node.path("cte_map").path("map"))
            tables.add(lower(entry.path("key").asText()));
        for (JsonNode inner : node) named(inner, tables);
    }

    private static @Nullable Refused look(JsonNode node, Set<String> tables) {
        Refused found = here(node, tables);
        if (found != null) return found;
        boolean isTableFunction = isTableFunction(node);
        for (var inner : node.properties()) {
            // The name of a table function stands where those of functions of values do.
            found = isTableFunction && inner.getKey().equals("function")
                    ? lookInside(inner.getValue(), tables)
                    : look(inner.getValue(), tables);
            if (found != null) return found;
        }
        return node.isArray() ? lookInside(node, tables) : null;
    }

    private static @Nullable Refused lookInside(JsonNode node, Set<String> tables) {
        for (JsonNode inner : node) {
            Refused found = look(inner, tables);
            if (found != null) return found;
        }
        return null;
    }

    private static boolean isTableFunction(JsonNode node) {
        return node.path("type").asText().equals("TABLE_FUNCTION");
    }

    private static @Nullable Refused here(JsonNode node, Set<String> tables) {
        String type = node.path("type").asText();
        if (isTableFunction(node)) {
            String name = node.path("function").path("function_name").asText();
            return TABLE_FUNCTIONS.contains(lower(name)) ? null : refused(name + " is none of the tables here");
        }
        if (type.equals("SHOW_REF")) return refused("only SELECT is answered");
        if (type.equals("BASE_TABLE")) {
            String name = node.path("table_name").asText();
            boolean isKnown = tables.contains(lower(name))
                    && isEmptyOr(node, "schema_name", "main")
                    && isEmptyOr(node, "catalog_name", "");
            return isKnown
                    ? null
                    : refused(
                            "there is no table " + name + ": there is `reading`, and `readings(device, since, until)`");
        }
        JsonNode name = node.get("function_name");
        return name == null || FUNCTIONS.contains(lower(name.asText()))
                ? null
                : refused("the function " + name.asText() + " is not allowed here");
    }

    private static boolean isEmptyOr(JsonNode node, String member, String value) {
        String text = node.path(member).asText();
        return text.isEmpty() || text.equals(value);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static Refused refused(String text) {
        return new Refused(Refusal.SQL_REFUSED, text);
    }
}
