package io.thingstead.node.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/// JSON of the HTTP interface. What is read is small and has no unknown members.
final class Json {
    private static final JsonMapper MAPPER = mapper();
    private static final JsonMapper OTHERS = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Json() {}

    private static Consumer<MutableCoercionConfig> refusing(CoercionInputShape... shapes) {
        return config -> List.of(shapes).forEach(shape -> config.setCoercion(shape, CoercionAction.Fail));
    }

    private static JsonMapper mapper() {
        var mapper = JsonMapper.builder()
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // A number is no name, and a text no number.
                .withCoercionConfig(
                        LogicalType.Textual,
                        refusing(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean))
                .withCoercionConfig(
                        LogicalType.Integer,
                        refusing(CoercionInputShape.String, CoercionInputShape.EmptyString, CoercionInputShape.Float))
                .withCoercionConfig(
                        LogicalType.Float, refusing(CoercionInputShape.String, CoercionInputShape.EmptyString))
                .build();
        // Null is no value of a list.
        mapper.setDefaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL));
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(65_536)
                        .maxNestingDepth(8)
                        .maxStringLength(65_536)
                        .build());
        return mapper;
    }

    /// A JSON text that others wrote, as a value of its own; what is none is a string here.
    static JsonNode tree(String text) {
        try {
            JsonNode tree = OTHERS.readTree(text);
            return tree.isMissingNode() ? OTHERS.getNodeFactory().textNode(text) : tree;
        } catch (JsonProcessingException e) {
            return OTHERS.getNodeFactory().textNode(text);
        }
    }

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T> Result<T> read(byte[] bytes, Class<T> type) {
        try {
            T value = MAPPER.readValue(bytes, type);
            return value == null ? Result.no(Refusal.REQUEST_MALFORMED, "the body is null") : Result.ok(value);
        } catch (JsonProcessingException e) {
            return Result.no(Refusal.REQUEST_MALFORMED, "the body is not the JSON expected: " + e.getOriginalMessage());
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void send(Context context, Object value) {
        send(context, bytes(value));
    }

    /// JSON that is made already.
    static void send(Context context, byte[] json) {
        context.contentType("application/json; charset=utf-8")
                .header("Cache-Control", "no-store")
                .result(json);
    }
}
