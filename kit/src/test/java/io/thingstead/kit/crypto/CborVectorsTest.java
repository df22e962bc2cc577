package io.thingstead.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import io.thingstead.kit.Vectors;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The examples of RFC 8949: appendix A, and appendix F's items that are not well-formed.
final class CborVectorsTest {
    @Test
    void every_item_of_appendix_a_is_read_as_printed_or_refused_for_a_stated_reason() {
        int same = 0;
        List<String> refused = new ArrayList<>();
        for (JsonNode example : Vectors.json(Vectors.folder("cbor-rfc8949").resolve("appendix_a.json"))) {
            byte[] bytes = HexFormat.of().parseHex(example.get("hex").asText());
            String diagnostic = example.path("diagnostic").asText();
            String reason = outsideOfDetCbor(CBORObject.DecodeFromBytes(bytes), example);
            assertThat(CborItems.isDeterministic(bytes)).as(diagnostic).isEqualTo(reason.isEmpty());
            if (!reason.isEmpty()) {
                refused.add(diagnostic + " (" + reason + ")");
                continue;
            }
            Object value = CborItems.read(bytes);
            if (example.has("decoded")) {
                assertThat(asJson(value)).as(diagnostic).isEqualTo(example.get("decoded"));
            }
            assertThat(CborItems.write(value)).as(diagnostic).isEqualTo(bytes);
            same++;
        }
        assertThat(same).isGreaterThan(20);
        Vectors.report("cbor-rfc8949/appendix_a.json: " + same + " read and written again alike, " + refused.size()
                + " refused: " + refused);
    }

    @Test
    void every_item_that_is_not_well_formed_is_refused_by_both_readers() {
        int count = 0;
        for (JsonNode example : Vectors.json(Vectors.folder("cbor-rfc8949").resolve("not_well_formed.json"))) {
            byte[] bytes = HexFormat.of().parseHex(example.get("hex").asText());
            assertThat(CborItems.isDeterministic(bytes)).as(example.toString()).isFalse();
            assertThat(CborItems.isWellFormed(bytes)).as(example.toString()).isFalse();
            count++;
        }
        assertThat(count).isPositive();
        Vectors.report("cbor-rfc8949/not_well_formed.json: " + count + " refused");
    }

    @Test
    void the_lenient_reader_takes_every_number_at_its_exact_value_but_infinities() {
        int count = 0;
        for (JsonNode example : Vectors.json(Vectors.folder("cbor-rfc8949").resolve("appendix_a.json"))) {
            CBORObject item = CBORObject.DecodeFromBytes(
                    HexFormat.of().parseHex(example.get("hex").asText()));
            if (item.isTagged()
                    || !item.isNumber()
                    || !item.CanValueFitInInt64() && item.getType() == CBORType.Integer) {
                continue;
            }
            CborReader in = CborReader.lenient(
                    HexFormat.of().parseHex(example.get("hex").asText()));
            double expected = item.AsDouble();
            if (Double.isFinite(expected)) {
                assertThat(in.readNumber()).isEqualTo(expected);
                assertThat(in.atEnd()).isTrue();
                assertThat(example.path("decoded").asDouble(expected)).isEqualTo(expected);
            } else {
                assertThatThrownBy(in::readNumber).isInstanceOf(CborMalformed.class);
            }
            count++;
        }
        assertThat(count).isGreaterThan(20);
        Vectors.report("cbor-rfc8949/appendix_a.json: " + count + " numbers read by the lenient reader");
    }

    /// What det-CBOR of formats.md §1 leaves out, or "" for nothing.
    private static String outsideOfDetCbor(CBORObject item, JsonNode example) {
        if (item.isTagged()) {
            return "tag";
        }
        if (item.getType() == CBORType.FloatingPoint) {
            return "float";
        }
        if (item.getType() == CBORType.Integer && !item.CanValueFitInInt64()) {
            return "over 64 bits signed";
        }
        if (item.isUndefined() || item.getType() == CBORType.SimpleValue && !item.isNull()) {
            return "simple value";
        }
        if (item.getType() == CBORType.Array || item.getType() == CBORType.Map) {
            for (CBORObject inner : item.getValues()) {
                String reason = outsideOfDetCbor(inner, example);
                if (!reason.isEmpty()) {
                    return reason;
                }
            }
        }
        return example.get("roundtrip").asBoolean() ? "" : "not the deterministic encoding";
    }

    private static JsonNode asJson(Object value) {
        ObjectMapper json = new ObjectMapper();
        return json.valueToTree(
                switch (value) {
                    case Long number when number == number.intValue() -> (Object) number.intValue();
                    case Map<?, ?> entries -> {
                        var node = json.createObjectNode();
                        entries.forEach((key, item) -> node.set(String.valueOf(key), asJson(item)));
                        yield node;
                    }
                    case List<?> items -> {
                        var node = json.createArrayNode();
                        items.forEach(item -> node.add(asJson(item)));
                        yield node;
                    }
                    case null, default -> value;
                });
    }
}
