package io.thingstead.node.api;

import io.thingstead.kit.model.Value;
import io.thingstead.node.catalogue.Quantity;
import io.thingstead.node.view.LoggedReading;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Readings as lines of text: CSV (RFC 4180) or JSON, one reading a line.
interface ReadingLines {
    /// Before the first reading.
    byte[] head();

    byte[] of(LoggedReading reading);

    static ReadingLines of(ExportFormat format) {
        return switch (format) {
            case CSV -> new Csv();
            case NDJSON -> new NdJson();
            case PARQUET -> throw new IllegalArgumentException("Parquet has no lines");
        };
    }

    /// The value as everywhere in this interface; numbers that are whole without a fraction.
    record Csv() implements ReadingLines {
        @Override
        public byte[] head() {
            return "time,device,name,unit,value,trust,index\r\n".getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public byte[] of(LoggedReading logged) {
            var reading = logged.reading();
            var line = String.join(
                    ",",
                    Instant.ofEpochMilli(reading.timeMs()).toString(),
                    logged.device().value(),
                    quoted(reading.name()),
                    reading.unit() == null ? "" : quoted(reading.unit()),
                    value(reading.value()),
                    logged.trust().label(),
                    Long.toString(logged.index()));
            return (line + "\r\n").getBytes(StandardCharsets.UTF_8);
        }

        private static String value(Value value) {
            return switch (value) {
                case Value.Number(double number) -> number(number);
                case Value.Flag(boolean flag) -> Boolean.toString(flag);
                case Value.Text(String text) -> quoted(text);
                case Value.Data _ -> String.valueOf(Quantity.json(value));
            };
        }

        private static String number(double number) {
            boolean isWhole = number == Math.rint(number) && Math.abs(number) < 1e15;
            return isWhole ? Long.toString((long) number) : Double.toString(number);
        }

        private static String quoted(String text) {
            boolean isPlain =
                    text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n') && !text.isEmpty();
            return isPlain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
        }
    }

    /// With the members of a reading as everywhere in this interface.
    record NdJson() implements ReadingLines {
        private record Line(
                long timeMs,
                String device,
                String name,
                @Nullable String unit,
                Object value,
                @Nullable Boolean relativeTime,
                String trust,
                long index) {}

        @Override
        public byte[] head() {
            return new byte[0];
        }

        @Override
        public byte[] of(LoggedReading logged) {
            var reading = logged.reading();
            byte[] json = Json.bytes(new Line(
                    reading.timeMs(),
                    logged.device().value(),
                    reading.name(),
                    reading.unit(),
                    Quantity.json(reading.value()),
                    reading.relativeTime() ? Boolean.TRUE : null,
                    logged.trust().label(),
                    logged.index()));
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            return line;
        }
    }
}
