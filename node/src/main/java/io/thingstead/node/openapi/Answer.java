package io.thingstead.node.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a route answers when it does what it is asked.
///
/// @param mediaType none: an answer without content
/// @param json one of which it is; none where the content is something else, or JSON of others
/// @param schema of what is no record of ours
record Answer(
        int status,
        String says,
        @Nullable String mediaType,
        List<Class<?>> json,
        @Nullable ObjectNode schema) {
    static final String JSON = "application/json";
}
