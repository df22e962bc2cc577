package io.thingstead.kit.command;

import java.util.Optional;

/// What became of a command, as a receipt says it. The numbers are part of the format (`docs/formats.md` §6).
public enum CommandOutcome {
    /// It reached the device; more may follow.
    DELIVERED(1, "delivered"),
    EXECUTED(2, "executed"),
    /// The device tried, and did not succeed or cannot tell.
    FAILED(3, "failed"),
    /// The device does not do this.
    REFUSED(4, "refused"),
    /// It was not executed in its time.
    EXPIRED(5, "expired");

    private final int code;
    private final String label;

    CommandOutcome(int code, String label) {
        this.code = code;
        this.label = label;
    }

    public static Optional<CommandOutcome> of(long code) {
        for (CommandOutcome outcome : values()) {
            if (outcome.code == code) {
                return Optional.of(outcome);
            }
        }
        return Optional.empty();
    }

    public int code() {
        return code;
    }

    public String label() {
        return label;
    }

    /// Nothing follows it.
    public boolean isLast() {
        return this != DELIVERED;
    }
}
