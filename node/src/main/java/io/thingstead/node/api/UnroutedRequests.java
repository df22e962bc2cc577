package io.thingstead.node.api;

import io.thingstead.kit.model.Refusal;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Answers requests that are not HTTP, or too much of it, before any route sees them: with a problem and its stable
/// code, like all others.
final class UnroutedRequests implements Request.Handler {
    private final RefusalCounts refused;

    UnroutedRequests(RefusalCounts refused) {
        this.refused = refused;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Refusal code = code(status);
        refused.count(code);
        // The listener cannot know where the next request begins, so it closes: a client that is not told would lose
        // one.
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        var problem = Problem.of(status, code, "the request is not one that this listener reads");
        response.write(true, ByteBuffer.wrap(Json.bytes(problem)), callback);
        return true;
    }

    /// The code for a status of the HTTP layer (RFC 9110 §15.5, RFC 6585 §5).
    static Refusal code(int status) {
        return switch (status) {
            case 404 -> Refusal.REQUEST_NOT_FOUND;
            case 405 -> Refusal.REQUEST_METHOD;
            case 406 -> Refusal.REQUEST_NOT_ACCEPTABLE;
            case 415 -> Refusal.REQUEST_MEDIA_TYPE;
            case 413, 414, 431 -> Refusal.REQUEST_TOO_LARGE;
            case 401, 403 -> Refusal.REQUEST_FORBIDDEN;
            default -> status >= 500 && status != 505 ? Refusal.STORE_UNAVAILABLE : Refusal.REQUEST_MALFORMED;
        };
    }
}
