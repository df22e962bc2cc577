package io.thingstead.node.exchange;

import java.io.IOException;

/// What came is not HTTP as it is spoken here.
final class HttpMalformed extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    /// @param status with which a server answers it
    HttpMalformed(int status, String text) {
        super(text);
        this.status = status;
    }

    int status() {
        return status;
    }
}
