package io.thingstead.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Hostile variants of good JSON: the text damaged, or one of the values in it.
public final class JsonMutations {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonMutations() {}

    public static byte[] of(byte[] good, Random random) {
        if (random.nextInt(4) == 0) {
            return Mutations.of(good, random);
        }
        try {
            JsonNode tree = JSON.readTree(good);
            change(tree, random);
            return JSON.writeValueAsBytes(tree);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private static void change(JsonNode container, Random random) {
        if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            JsonNode value = object.get(name);
            if (goesInto(value, random)) {
                change(value, random);
            } else if (random.nextInt(20) == 0) {
                object.remove(name);
            } else {
                object.set(name, other(value, random));
            }
        } else if (container instanceof ArrayNode array) {
            int at = random.nextInt(array.size());
            JsonNode value = array.get(at);
            if (goesInto(value, random)) {
                change(value, random);
                return;
            }
            switch (random.nextInt(6)) {
                case 0 -> array.remove(at);
                case 1 -> array.add(value);
                default -> array.set(at, other(value, random));
            }
        }
    }

    private static boolean goesInto(JsonNode value, Random random) {
        return value.isContainerNode() && !value.isEmpty() && random.nextInt(8) > 0;
    }

    private static JsonNode other(JsonNode value, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.getNodeFactory().numberNode(random.nextLong() >> random.nextInt(64));
            case 2 -> JSON.createArrayNode();
            case 3 -> JSON.createObjectNode();
            default -> text(value, random);
        };
    }

    /// Base64 stays base64 of something else.
    private static JsonNode text(JsonNode value, Random random) {
        try {
            byte[] bytes = value.isTextual() ? value.binaryValue() : null;
            if (bytes != null && random.nextInt(4) > 0) {
                return JSON.getNodeFactory().binaryNode(Mutations.of(bytes, random));
            }
        } catch (IOException e) {
            // Some other text.
        }
        byte[] changed = Mutations.of(value.asText().getBytes(StandardCharsets.UTF_8), random);
        return JSON.getNodeFactory().textNode(new String(changed, StandardCharsets.UTF_8));
    }
}
