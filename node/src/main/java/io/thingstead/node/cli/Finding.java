package io.thingstead.node.cli;

import org.jspecify.annotations.Nullable;

/// What the doctor found of one thing.
///
/// @param code what it is about, stable, for programs
/// @param advice what to do, null where there is nothing to do
record Finding(
        String code, Level level, String text, @Nullable String advice) {
    /// In growing order of trouble.
    enum Level {
        OK("ok"),
        WARN("warn"),
        FAIL("fail");

        private final String label;

        Level(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    static Finding ok(String code, String text) {
        return new Finding(code, Level.OK, text, null);
    }

    static Finding warn(String code, String text, String advice) {
        return new Finding(code, Level.WARN, text, advice);
    }

    static Finding fail(String code, String text, String advice) {
        return new Finding(code, Level.FAIL, text, advice);
    }
}
