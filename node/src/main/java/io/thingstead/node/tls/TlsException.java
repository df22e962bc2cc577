package io.thingstead.node.tls;

import org.jspecify.annotations.Nullable;

/// A certificate or key that TLS cannot be spoken with; the message begins with a stable code and says what to do.
public final class TlsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TlsException(String message) {
        this(message, null);
    }

    TlsException(String message, @Nullable Throwable cause) {
        super("tls.certificate: " + message, cause);
    }
}
