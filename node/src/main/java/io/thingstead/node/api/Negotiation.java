package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.openapi.Operation;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Refuses a body of a kind that a route does not take, and a request that takes none of the kinds of answer that it
/// gives (RFC 9110 §12.5.1).
///
/// @param operation what the route takes and gives
record Negotiation(Operation operation) {
    private static final String JSON = "application/json";
    /// What curl says of a body when it is not told what it is; JSON all the same in the examples of this project.
    private static final String FORM = "application/x-www-form-urlencoded";

    private static final Pattern NEVER = Pattern.compile(";\\s*q=0(\\.0{0,3})?\\s*(;|$)");

    @Nullable
    Refused refuses(Context context) {
        if (!takes(context.header("Content-Type"))) {
            return new Refused(
                    Refusal.REQUEST_MEDIA_TYPE,
                    "the body's media type (Content-Type) is " + String.join(" or ", operation.bodyTypes()));
        }
        if (!accepts(context.header("Accept"), operation.mediaTypes())) {
            return new Refused(
                    Refusal.REQUEST_NOT_ACCEPTABLE,
                    "the answer's media type is " + String.join(" or ", operation.mediaTypes()));
        }
        return null;
    }

    /// A body without a media type is taken for what it should be, and judged when it is read.
    private boolean takes(@Nullable String contentType) {
        List<String> types = operation.bodyTypes();
        if (types.isEmpty() || contentType == null) return true;
        String type = withoutParameters(contentType);
        return types.contains(type) || (types.contains(JSON) && type.equals(FORM));
    }

    static boolean accepts(@Nullable String accept, List<String> types) {
        if (accept == null || accept.isBlank() || types.isEmpty()) return true;
        for (String range : accept.split(",", -1)) {
            if (NEVER.matcher(range).find()) continue;
            String wanted = withoutParameters(range);
            if (wanted.equals("*/*") || types.stream().anyMatch(type -> fits(wanted, withoutParameters(type))))
                return true;
        }
        return false;
    }

    private static boolean fits(String range, String type) {
        return range.endsWith("/*")
                ? type.startsWith(range.substring(0, range.length() - 1))
                : range.equals(type) || (range.equals(JSON) && type.endsWith("+json"));
    }

    private static String withoutParameters(String mediaType) {
        int parameters = mediaType.indexOf(';');
        return (parameters < 0 ? mediaType : mediaType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
