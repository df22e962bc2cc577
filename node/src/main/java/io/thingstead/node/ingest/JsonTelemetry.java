package io.thingstead.node.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.frame.SenMlName;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plain JSON telemetry, as many devices send it already (`docs/formats.md` §6), into measurements. Bounded in size,
/// depth and count.
final class JsonTelemetry {
    static final int MAX_BYTES = 65_536;
    private static final int MAX_DEPTH = 16;
    private static final int MAX_NUMBER = 64;
    private static final int MAX_KEY = 256;

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MAX_BYTES)
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER)
                            .maxNameLength(MAX_KEY)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    // Names are the devices' own: kept for ever they would fill the memory.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final List<Measurement> found = new ArrayList<>();
    private final long nowMs;

    private JsonTelemetry(long nowMs) {
        this.nowMs = nowMs;
    }

    /// Something in it that cannot become a reading. Never leaves this class, and carries no stack trace.
    private static final class Unfit extends RuntimeException {
        final Refusal code;

        Unfit(Refusal code, String text) {
            super(text, null, false, false);
            this.code = code;
        }
    }

    /// The measurements in the order in which they stand; those without a time are of now.
    static Result<List<Measurement>> decode(byte[] json, long nowMs) {
        if (json.length > MAX_BYTES) {
            return Result.no(Refusal.TELEMETRY_TOO_LARGE, "telemetry has at most " + MAX_BYTES + " bytes");
        }
        try {
            JsonNode root = READER.readValue(json);
            JsonTelemetry telemetry = new JsonTelemetry(nowMs);
            telemetry.readAll(root);
            return telemetry.found.isEmpty()
                    ? Result.no(Refusal.TELEMETRY_MALFORMED, "no value")
                    : Result.ok(telemetry.found);
        } catch (Unfit e) {
            return Result.no(e.code, String.valueOf(e.getMessage()));
        } catch (JsonProcessingException e) {
            return Result.no(Refusal.TELEMETRY_MALFORMED, "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            // Bytes that are not even text; reading from memory cannot fail otherwise.
            return Result.no(Refusal.TELEMETRY_MALFORMED, "not JSON: " + e.getMessage());
        }
    }

    private void readAll(JsonNode root) {
        if (root.isArray()) {
            root.forEach(this::readOne);
        } else {
            readOne(root);
        }
    }

    private void readOne(JsonNode node) {
        if (!node.isObject()) {
            throw malformed("an object, or an array of objects, expected");
        }
        JsonNode values = node.get("values");
        JsonNode time = node.get("ts");
        if (values != null && time != null && node.size() == 2) {
            if (!values.isObject()) {
                throw malformed("\"values\" is not an object");
            }
            readValues(values, milliseconds(time));
        } else {
            readValues(node, null);
        }
    }

    private void readValues(JsonNode values, @Nullable Long timeMs) {
        values.properties().forEach(entry -> {
            Value value = value(entry.getKey(), entry.getValue());
            if (value != null) {
                if (found.size() == SenMl.MAX_RECORDS) {
                    throw new Unfit(Refusal.TELEMETRY_TOO_LARGE, "more than " + SenMl.MAX_RECORDS + " values");
                }
                found.add(new Measurement(name(entry.getKey()), null, value, timeMs));
            }
        });
    }

    private Long milliseconds(JsonNode time) {
        if (!time.isIntegralNumber() || !time.canConvertToLong()) {
            throw malformed("\"ts\" is not a whole number of milliseconds");
        }
        long ms = time.longValue();
        if (!ReadingTimes.isBelievable(ms, nowMs)) {
            throw new Unfit(Refusal.FRAME_TIME, "\"ts\" is before the year 2000 or more than 24 h ahead: " + ms);
        }
        return ms;
    }

    private static @Nullable Value value(String key, JsonNode node) {
        return switch (node.getNodeType()) {
            case NUMBER -> {
                double number = node.doubleValue();
                if (!Double.isFinite(number)) {
                    throw malformed("the number of \"" + key + "\" is too large");
                }
                yield new Value.Number(number);
            }
            case BOOLEAN -> new Value.Flag(node.booleanValue());
            case STRING -> text(key, node.textValue());
            case OBJECT, ARRAY -> text(key, node.toString());
            case NULL, MISSING -> null;
            case BINARY, POJO -> throw new IllegalStateException("not from JSON");
        };
    }

    private static Value text(String key, String text) {
        if (text.length() > SenMl.MAX_STRING || text.getBytes(StandardCharsets.UTF_8).length > SenMl.MAX_STRING) {
            throw new Unfit(
                    Refusal.TELEMETRY_TOO_LARGE, "the text of \"" + key + "\" is over " + SenMl.MAX_STRING + " bytes");
        }
        return new Value.Text(text);
    }

    /// A SenML name for a key: what may not stand in one becomes `_`, and one that could not start a name follows `x`.
    static String name(String key) {
        StringBuilder name = new StringBuilder(key.length() + 1);
        key.codePoints().forEach(c -> name.append(c < 128 && SenMlName.isAllowed((char) c) ? (char) c : '_'));
        if (name.isEmpty() || !SenMlName.isValid(name.substring(0, 1))) {
            name.insert(0, 'x');
        }
        if (name.length() > SenMl.MAX_NAME) {
            throw malformed("a key of over " + SenMl.MAX_NAME + " characters");
        }
        return name.toString();
    }

    private static Unfit malformed(String text) {
        return new Unfit(Refusal.TELEMETRY_MALFORMED, text);
    }
}
