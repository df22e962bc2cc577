package io.thingstead.node.alarm;

/// What ends the reading of a rule or a channel; the message says what is wrong. It never leaves the reader.
final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String said;

    Wrong(String said) {
        super(said, null, false, false);
        this.said = said;
    }

    String said() {
        return said;
    }

    static void unless(boolean holds, String said) {
        if (!holds) {
            throw new Wrong(said);
        }
    }
}
