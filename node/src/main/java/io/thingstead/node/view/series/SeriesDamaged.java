package io.thingstead.node.view.series;

/// The series files are not what was written: one is unreadable, missing, or of another log. They can be rebuilt.
final class SeriesDamaged extends Exception {
    private static final long serialVersionUID = 1;

    SeriesDamaged(String message) {
        super(message);
    }
}
