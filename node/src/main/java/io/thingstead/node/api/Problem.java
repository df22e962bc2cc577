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

    /// There is nothing at this path.
    public static void notFound(Context context) {
        send(context, Refusal.REQUEST_NOT_FOUND, "there is nothing at " + context.path());
    }

    public void send(Context context) {
        Json.send(context.status(status), this);
        context.contentType(MEDIA_TYPE);
    }

    @SuppressWarnings("EnumSwitch") // most codes are the sender's mistake
    static int status(Refusal code) {
        return switch (code) {
            case REQUEST_NOT_FOUND,
                    DEVICE_UNKNOWN,
                    LOG_UNKNOWN,
                    MEMBER_UNKNOWN,
                    KEY_UNKNOWN,
                    DECISION_UNKNOWN,
                    ASSET_UNKNOWN,
                    ACCOUNT_UNKNOWN,
                    HOLD_UNKNOWN,
                    LIMIT_UNKNOWN,
                    CHANNEL_UNKNOWN,
                    CONTRACT_UNKNOWN,
                    OFFER_UNKNOWN,
                    COMMAND_UNKNOWN,
                    ALARM_UNKNOWN,
                    PERSON_UNKNOWN -> 404;
            case REQUEST_FORBIDDEN,
                    ACTION_NOT_ALLOWED,
                    DEVICE_FOREIGN,
                    LIMIT_PAYEE,
                    MEMBER_REMOVED,
                    CLAIM_KEY,
                    ACCESS_ROLE,
                    LINK_INVALID,
                    PASSKEY_INVALID,
                    PASSKEY_UNKNOWN,
                    PASSKEY_STALE -> 403;
            case TOKEN_INVALID, CLAIM_INVALID, ACCESS_SIGN_IN, SESSION_INVALID, ACCESS_KEY -> 401;
            case PAYMENT_REQUIRED, PAYMENT_TOO_LITTLE, PAYMENT_REPLAYED, CHANNEL_FOREIGN -> 402;
            case REQUEST_METHOD -> 405;
            case REQUEST_NOT_ACCEPTABLE -> 406;
            case REQUEST_MEDIA_TYPE -> 415;
            case ACCESS_MANY -> 429;
            case REQUEST_TOO_LARGE, TELEMETRY_TOO_LARGE, FRAME_TOO_LARGE -> 413;
            case PROOF_NOT_FINAL,
                    DEVICE_EXISTS,
                    ASSET_EXISTS,
                    ASSET_FULL,
                    ACCOUNT_FULL,
                    FUNDS_INSUFFICIENT,
                    HOLD_FULL,
                    LIMIT_OVER,
                    LIMIT_FULL,
                    CHANNEL_CLOSING,
                    CHANNEL_FULL,
                    CONTRACT_SIGNED,
                    CONTRACT_FULL,
                    CONTRACT_WAY,
                    CONTRACT_LATE,
                    OFFER_FULL,
                    OFFER_OTHER,
                    COMMAND_FULL,
                    ALARM_ACKNOWLEDGED,
                    ALARM_FULL,
                    ALARM_DECLARED,
                    CLAIM_USED,
                    CLAIM_FULL,
                    KEY_EXISTS,
                    DECISION_CLOSED,
                    DECISION_APPROVED,
                    DECISION_WAIT,
                    VOTES_NOT_HELD,
                    VOTES_NOT_NEEDED,
                    VOTES_BEHIND,
                    PASSKEY_LAST,
                    PERSON_EXISTS,
                    PERSON_LAST,
                    PEOPLE_FULL -> 409;
            case CONTENT_ERASED, LINK_USED, LINK_EXPIRED -> 410;
            case BUSY, STORE_UNAVAILABLE, MEMBER_UNREACHABLE, PROOF_HISTORY, ALARM_UNTOLD -> 503;
            default -> 400;
        };
    }

    private static String title(int status) {
        return switch (status) {
            case 401 -> "Not authenticated";
            case 402 -> "Payment required";
            case 403 -> "Forbidden";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 406 -> "Not acceptable";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 413, 414, 431 -> "Too large";
            case 415 -> "Unsupported media type";
            case 429 -> "Too many attempts";
            case 503 -> "Not now";
            default -> status >= 500 ? "Server error" : "Bad request";
        };
    }
}
