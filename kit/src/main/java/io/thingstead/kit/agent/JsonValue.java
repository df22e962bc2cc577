package io.thingstead.kit.agent;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// JSON as nodes answer it (RFC 8259), read within bounds. What is not there, or of another kind, reads as nothing.
public sealed interface JsonValue {
    int MAX_BYTES = 1 << 20;
    int MAX_LEVELS = 32;

    record Obj(Map<String, JsonValue> members) implements JsonValue {}

    record Arr(List<JsonValue> elements) implements JsonValue {}

    record Text(String value) implements JsonValue {}

    record Num(BigDecimal value) implements JsonValue {}

    record Flag(boolean value) implements JsonValue {}

    record Nil() implements JsonValue {}

    /// @throws IllegalArgumentException where it is no JSON, or over its bounds
    static JsonValue read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) throw new IllegalArgumentException("more than " + MAX_BYTES + " bytes of JSON");
        try {
            return new Reader(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString())
                    .whole();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("JSON that is not UTF-8", e);
        }
    }

    /// A member of an object.
    default JsonValue at(String name) {
        return this instanceof Obj(var members) ? members.getOrDefault(name, new Nil()) : new Nil();
    }

    default List<JsonValue> elements() {
        return this instanceof Arr(var elements) ? elements : List.of();
    }

    /// The text, or an empty one.
    default String text() {
        return this instanceof Text(var value) ? value : "";
    }

    /// The whole number, or -1: nothing here is below 0.
    default long number() {
        if (!(this instanceof Num(var value))) return -1;
        try {
            return value.longValueExact();
        } catch (ArithmeticException _) {
            return -1;
        }
    }

    default boolean flag() {
        return this instanceof Flag(boolean value) && value;
    }

    /// A text as it stands in JSON.
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append("\\u00").append(c < 0x10 ? "0" : "").append(Integer.toHexString(c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /// One pass over the text.
    final class Reader {
        private static final int MAX_DIGITS = 40;

        private final String in;
        private int at;

        private Reader(String in) {
            this.in = in;
        }

        private JsonValue whole() {
            JsonValue value = value(1);
            skip();
            if (at != in.length()) throw wrong("something after the end");
            return value;
        }

        private IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException("not JSON: " + what + " at " + at);
        }

        private void skip() {
            while (at < in.length() && " \t\r\n".indexOf(in.charAt(at)) >= 0) at++;
        }

        private boolean taken(char c) {
            if (at < in.length() && in.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private void require(char c) {
            if (!taken(c)) throw wrong("'" + c + "' expected");
        }

        private JsonValue value(int level) {
            if (level > MAX_LEVELS) throw wrong("deeper than " + MAX_LEVELS + " levels");
            skip();
            if (at == in.length()) throw wrong("the end");
            return switch (in.charAt(at)) {
                case '{' -> object(level);
                case '[' -> array(level);
                case '"' -> new Text(string());
                case 't' -> word("true", new Flag(true));
                case 'f' -> word("false", new Flag(false));
                case 'n' -> word("null", new Nil());
                default -> numeral();
            };
        }

        private JsonValue object(int level) {
            at++;
            Map<String, JsonValue> members = new LinkedHashMap<>();
            skip();
            if (taken('}')) return new Obj(members);
            do {
                skip();
                String name = string();
                skip();
                require(':');
                if (members.put(name, value(level + 1)) != null) throw wrong("a member twice");
                skip();
            } while (taken(','));
            require('}');
            return new Obj(members);
        }

        private JsonValue array(int level) {
            at++;
            List<JsonValue> elements = new ArrayList<>();
            skip();
            if (taken(']')) return new Arr(elements);
            do {
                elements.add(value(level + 1));
                skip();
            } while (taken(','));
            require(']');
            return new Arr(elements);
        }

        private JsonValue word(String word, JsonValue value) {
            if (!in.startsWith(word, at)) throw wrong("no value");
            at += word.length();
            return value;
        }

        private JsonValue numeral() {
            int from = at;
            while (at < in.length() && "+-.eE0123456789".indexOf(in.charAt(at)) >= 0) at++;
            String text = in.substring(from, at);
            if (text.length() > MAX_DIGITS || !text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")) {
                at = from;
                throw wrong("no value");
            }
            return new Num(new BigDecimal(text));
        }

        private String string() {
            require('"');
            StringBuilder out = new StringBuilder();
            while (true) {
                if (at == in.length()) throw wrong("the end");
                char c = in.charAt(at++);
                if (c == '"') return out.toString();
                if (c < 0x20) throw wrong("a control character");
                out.append(c == '\\' ? escaped() : c);
            }
        }

        private char escaped() {
            if (at == in.length()) throw wrong("the end");
            char c = in.charAt(at++);
            return switch (c) {
                case '"', '\\', '/' -> c;
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'u' -> {
                    if (at + 4 > in.length() || !in.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
                        throw wrong("four hex digits expected");
                    }
                    at += 4;
                    yield (char) Integer.parseInt(in, at - 4, at, 16);
                }
                default -> throw wrong("no escape");
            };
        }
    }
}
