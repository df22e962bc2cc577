package io.thingstead.kit.frame;

import io.thingstead.kit.crypto.CborMalformed;

/// The form of a resolved SenML name (RFC 8428 §4.5.1): 1 to 128 of `A-Z a-z 0-9 - : . / _`, the first a letter or
/// digit.
public final class SenMlName {
    private SenMlName() {}

    public static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > SenMl.MAX_NAME || !isLetterOrDigit(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            if (!isAllowed(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /// Whether the character may stand in a name, though not always as the first.
    public static boolean isAllowed(char c) {
        return isLetterOrDigit(c) || c == '-' || c == ':' || c == '.' || c == '/' || c == '_';
    }

    static String checked(String name) {
        if (!isValid(name)) {
            throw new CborMalformed(
                    "a name has 1 to 128 characters from A-Z a-z 0-9 - : . / _ and starts with a letter or digit");
        }
        return name;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
