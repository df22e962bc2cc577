package io.thingstead.node.exchange;

import java.nio.charset.StandardCharsets;

/// What a member answers another.
///
/// @param status as in HTTP: 200 it is here, 403 not granted, 404 not here, 410 who asks was removed, 503 not
/// now
public record MemberAnswer(int status, String mediaType, byte[] body) {
    public static final String BYTES = "application/octet-stream";
    public static final String TEXT = "text/plain; charset=utf-8";
    public static final String JSON = "application/json";

    public static MemberAnswer ok(String mediaType, byte[] body) {
        return new MemberAnswer(200, mediaType, body);
    }

    /// @param status not 200
    public static MemberAnswer no(int status, String why) {
        return new MemberAnswer(status, TEXT, why.getBytes(StandardCharsets.UTF_8));
    }

    public boolean isOk() {
        return status == 200;
    }
}
