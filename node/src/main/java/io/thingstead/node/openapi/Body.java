package io.thingstead.node.openapi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a route takes as the body of a request.
///
/// @param mediaTypes one of which it has to be
/// @param json what the JSON is read into; none where the body is something else
/// @param example as it stands in a request
record Body(
        List<String> mediaTypes,
        @Nullable Class<?> json,
        boolean isRequired,
        String says,
        @Nullable String example) {}
