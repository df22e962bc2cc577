package io.thingstead.kit.command;

import java.util.regex.Pattern;

/// Tells whether a text is JSON, strictly as RFC 8259 has it, without making anything of it.
public final class JsonText {
    /// Of arrays and objects in one another.
    public static final int MAX_DEPTH = 16;

    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /// Whether it is one JSON value within the bounds of commands and receipts, and nothing else.
    public static boolean isOne(String text) {
        if (!Command.fits(text)) {
            return false;
        }
        JsonText in = new JsonText(text);
        return in.isValue(0) && in.next() < 0;
    }

    /// The next character that is no white space, not taken; -1 at the end.
    private int next() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : -1;
    }

    private boolean takes(char wanted) {
        if (next() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private boolean isValue(int depth) {
        return switch (next()) {
            case '{' -> depth < MAX_DEPTH && isList('}', true, depth + 1);
            case '[' -> depth < MAX_DEPTH && isList(']', false, depth + 1);
            case '"' -> isString();
            case 't' -> isWord("true");
            case 'f' -> isWord("false");
            case 'n' -> isWord("null");
            default -> isNumber();
        };
    }

    private boolean isList(char end, boolean hasNames, int depth) {
        at++;
        if (takes(end)) {
            return true;
        }
        do {
            if (hasNames && !(next() == '"' && isString() && takes(':'))) {
                return false;
            }
            if (!isValue(depth)) {
                return false;
            }
        } while (takes(','));
        return takes(end);
    }

    private boolean isWord(String word) {
        boolean is = text.startsWith(word, at);
        at += word.length();
        return is;
    }

    private boolean isNumber() {
        var number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            return false;
        }
        at = number.end();
        return true;
    }

    private boolean isString() {
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return true;
            }
            if (c < ' ' || (c == '\\' && !isEscape())) {
                return false;
            }
        }
        return false;
    }

    /// Goes on to the escape's last character.
    private boolean isEscape() {
        at++;
        if (at < text.length() && text.charAt(at) == 'u') {
            int from = at + 1;
            at += 4;
            return at < text.length() && text.substring(from, at + 1).matches("[0-9A-Fa-f]{4}");
        }
        return at < text.length() && "\"\\/bfnrt".indexOf(text.charAt(at)) >= 0;
    }
}
