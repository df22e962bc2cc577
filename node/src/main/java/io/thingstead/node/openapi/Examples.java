package io.thingstead.node.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;

/// Examples as they are written beside what they show: JSON, or a text without its quotes.
final class Examples {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Examples() {}

    static JsonNode value(String written) {
        try {
            return JSON.readTree(written);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(written);
        }
    }
}
