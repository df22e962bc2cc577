package io.thingstead.node.people;

import io.thingstead.kit.crypto.CborReader;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a person is at this node, and so what that person may do. Each may what the one before it may, and more.
public enum Role {
    VIEWER,
    OPERATOR,
    ADMINISTRATOR;

    private static final Set<Need> VIEWERS =
            Collections.unmodifiableSet(EnumSet.of(Need.SIGNED_IN, Need.READ, Need.EXPORT, Need.METRICS));
    private static final Set<Need> OPERATORS = Collections.unmodifiableSet(EnumSet.range(Need.SIGNED_IN, Need.ALARMS));
    private static final Set<Need> ADMINISTRATORS =
            Collections.unmodifiableSet(EnumSet.range(Need.SIGNED_IN, Need.ADMIN));
    private static final int MOST_LABEL = 32;

    public Set<Need> lets() {
        return switch (this) {
            case VIEWER -> VIEWERS;
            case OPERATOR -> OPERATORS;
            case ADMINISTRATOR -> ADMINISTRATORS;
        };
    }

    /// As programs and people write it.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> parse(String label) {
        return Arrays.stream(values())
                .filter(role -> role.label().equals(label))
                .findFirst();
    }

    static Role read(CborReader in) {
        var label = in.readText(MOST_LABEL);
        return parse(label).orElseThrow(() -> new IllegalStateException("there is no role " + label));
    }
}
