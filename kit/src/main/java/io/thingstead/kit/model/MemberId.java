package io.thingstead.kit.model;

import java.util.Optional;
import java.util.regex.Pattern;

/// The name of a member organisation on the ledger: `[a-z0-9-]{1,32}`.
public record MemberId(String value) implements Comparable<MemberId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,32}");

    public MemberId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a member's name is 1 to 32 of a-z, 0-9 and '-': " + value);
        }
    }

    public static Optional<MemberId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new MemberId(text)) : Optional.empty();
    }

    @Override
    public int compareTo(MemberId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
