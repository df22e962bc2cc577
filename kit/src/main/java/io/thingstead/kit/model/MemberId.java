package io.thingstead.kit.model;

import java.util.Optional;

/// The name of a member organisation on the ledger: `[a-z0-9-]{1,32}`.
public record MemberId(String value) implements Comparable<MemberId> {
    private static final int MAX_NAME = 32;
    private static final boolean[] IN_NAMES = new boolean[128];

    static {
        "abcdefghijklmnopqrstuvwxyz0123456789-".chars().forEach(c -> IN_NAMES[c] = true);
    }

    public MemberId {
        if (!isName(value, 0, MAX_NAME)) {
            throw new IllegalArgumentException("a member's name is 1 to 32 of a-z, 0-9 and '-': " + value);
        }
    }

    public static Optional<MemberId> parse(String text) {
        return isName(text, 0, MAX_NAME) ? Optional.of(new MemberId(text)) : Optional.empty();
    }

    /// Whether `text` is `[a-z0-9-]{1,max}` from this place on.
    static boolean isName(String text, int from, int max) {
        int length = text.length() - from;
        if (length < 1 || length > max) {
            return false;
        }
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= IN_NAMES.length || !IN_NAMES[c]) {
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
