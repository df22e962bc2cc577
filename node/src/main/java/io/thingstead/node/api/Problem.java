package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;

/// A refusal over HTTP (RFC 9457), with the stable code that programs act on.
public record Problem(String type, String title, int status, String code, String detail) {
    static final String MEDIA_TYPE = "application/problem+json";

    public static Problem of(Refused refused) {
        return of(status(refused.code()), refused.code(), refused.text());
    }

    static Problem of(int status, Refusal code, String detail) {
        return new Problem("about:blank", title(status), status, code.code(), detail);
    }

    static void send(Context context, Refusal code, String detail) {
        of(new Refused(code, detail)).send(context);
    }

    public void send(Context context) {
        Json.send(context.status(status), this);
        context.contentType(MEDIA_TYPE);
    }

    @SuppressWarnings("EnumSwitch") // most codes are the sender's mistake
    private static int status(Refusal code) {
        return switch (code) {
            case REQUEST_NOT_FOUND, DEVICE_UNKNOWN, LOG_UNKNOWN, MEMBER_UNKNOWN, KEY_UNKNOWN -> 404;
            case REQUEST_FORBIDDEN, ACTION_NOT_ALLOWED, DEVICE_FOREIGN -> 403;
            case TOKEN_INVALID -> 401;
            case REQUEST_TOO_LARGE, TELEMETRY_TOO_LARGE, FRAME_TOO_LARGE -> 413;
            case PROOF_NOT_FINAL, DEVICE_EXISTS, KEY_EXISTS -> 409;
            case CONTENT_ERASED -> 410;
            case BUSY, STORE_UNAVAILABLE -> 503;
            default -> 400;
        };
    }

    private static String title(int status) {
        return switch (status) {
            case 401 -> "Not authenticated";
            case 403 -> "Forbidden";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 413, 414, 431 -> "Too large";
            case 503 -> "Not now";
            default -> status >= 500 ? "Server error" : "Bad request";
        };
    }
}
