package io.thingstead.node.exchange;

/// The listener for other members could not be opened.
public final class NotListening extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotListening(String host, int port, Throwable cause) {
        super("cannot listen for other members on " + host + ":" + port, cause);
    }
}
