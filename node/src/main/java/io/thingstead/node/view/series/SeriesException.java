package io.thingstead.node.view.series;

/// Trouble with the series database or its disk.
public final class SeriesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SeriesException(String message, Throwable cause) {
        super(message, cause);
    }
}
