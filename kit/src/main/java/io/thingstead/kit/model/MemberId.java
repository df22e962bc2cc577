package io.thingstead.kit.model;

import java.util.Optional;

/// The name of a member organisation on the ledger: `[a-z0-9-]{1,32}`.
public record MemberId(String value) implements Comparable<MemberId> {
    private static final int MAX_NAME = 32;

    public MemberId {
        if (!isName(value, MAX_NAME)) {
            throw new IllegalArgumentException("a member's name is 1 to 32 of a-z, 0-9 and '-': " + value);
        }
    }

    public static Optional<MemberId> parse(String text) {
        return isName(text, MAX_NAME) ? Optional.of(new MemberId(text)) : Optional.empty();
    }

    /// Whether `text` is `[a-z0-9-]{1,max}`.
    static boolean isName(String text, int max) {
        if (text.isEmpty() || text.length() > max) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
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
