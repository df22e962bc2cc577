package io.thingstead.node.alarm;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How much an alarm matters, least first.
public enum Severity {
    INFO,
    WARNING,
    CRITICAL;

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Severity> parse(String label) {
        return Arrays.stream(values())
                .filter(severity -> severity.label().equals(label))
                .findFirst();
    }
}
