package io.thingstead.node.simulation;

/// Something happened in a simulation that must never happen. An error, so that no part of the program takes it for
/// trouble of its environment.
final class Violation extends Error {
    private static final long serialVersionUID = 1;

    Violation(String what) {
        super(what);
    }

    Violation(String what, Throwable cause) {
        super(what, cause);
    }
}
