package io.thingstead.kit.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// Reads the small JSON strictly (`docs/formats.md` §9).
final class SmallJsonReader {
    private final byte[] in;
    private int at;

    private SmallJsonReader(byte[] in) {
        this.in = in;
    }

    static SmallJson read(byte[] bytes) {
        if (bytes.length > SmallJson.MAX_BYTES) {
            throw new Unreadable("longer than " + SmallJson.MAX_BYTES + " bytes");
        }
        for (byte b : bytes) {
            boolean allowed = (b >= 0x20 && b < 0x7f && b != '\\') || isWhiteSpace(b);
            if (!allowed) throw new Unreadable("a byte that is not allowed: " + (b & 0xff));
        }
        var reader = new SmallJsonReader(bytes);
        var value = reader.value(1);
        reader.skipWhiteSpace();
        if (reader.at != bytes.length) throw new Unreadable("something after the end");
        return value;
    }

    /// `level` is the level of an object or array that would begin here.
    private SmallJson value(int level) {
        skipWhiteSpace();
        byte first = peek();
        return switch (first) {
            case '{' -> object(level);
            case '[' -> array(level);
            case '"' -> new SmallJson.Str(string());
            case 't' -> word("true", new SmallJson.Bool(true));
            case 'f' -> word("false", new SmallJson.Bool(false));
            case 'n' -> word("null", new SmallJson.Nil());
            default -> number();
        };
    }

    private SmallJson object(int level) {
        open(level);
        var members = new LinkedHashMap<String, SmallJson>();
        skipWhiteSpace();
        if (taken('}')) return new SmallJson.Obj(members);
        do {
            skipWhiteSpace();
            var name = string();
            skipWhiteSpace();
            require(':');
            if (members.putIfAbsent(name, value(level + 1)) != null) throw new Unreadable("member twice: " + name);
            skipWhiteSpace();
        } while (taken(','));
        require('}');
        return new SmallJson.Obj(members);
    }

    private SmallJson array(int level) {
        open(level);
        var elements = new ArrayList<SmallJson>();
        skipWhiteSpace();
        if (taken(']')) return new SmallJson.Arr(elements);
        do {
            elements.add(value(level + 1));
            skipWhiteSpace();
        } while (taken(','));
        require(']');
        return new SmallJson.Arr(elements);
    }

    private void open(int level) {
        if (level > SmallJson.MAX_LEVELS) throw new Unreadable("deeper than " + SmallJson.MAX_LEVELS + " levels");
        at++;
    }

    private String string() {
        require('"');
        int from = at;
        while (peek() != '"') {
            if (in[at] < 0x20) throw new Unreadable("white space other than the blank in a string");
            at++;
        }
        at++;
        return new String(in, from, at - 1 - from, StandardCharsets.US_ASCII);
    }

    private SmallJson number() {
        int from = at;
        long value = 0;
        while (at < in.length && in[at] >= '0' && in[at] <= '9') {
            if (at - from == 16) throw new Unreadable("a number with more than 16 digits");
            value = value * 10 + (in[at++] - '0');
        }
        int digits = at - from;
        if (digits == 0) throw new Unreadable("no value at byte " + from);
        if (digits > 1 && in[from] == '0') throw new Unreadable("a number with a leading zero");
        if (value > SmallJson.MAX_NUMBER) throw new Unreadable("a number over 2^53 - 1");
        return new SmallJson.Num(value);
    }

    private SmallJson word(String word, SmallJson value) {
        for (int i = 0; i < word.length(); i++) require(word.charAt(i));
        return value;
    }

    private void skipWhiteSpace() {
        while (at < in.length && (isWhiteSpace(in[at]) || in[at] == ' ')) at++;
    }

    private static boolean isWhiteSpace(byte b) {
        return b == '\t' || b == '\n' || b == '\r';
    }

    private boolean taken(char c) {
        if (at < in.length && in[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    private void require(char c) {
        if (!taken(c)) throw new Unreadable("'" + c + "' expected at byte " + at);
    }

    private byte peek() {
        if (at == in.length) throw new Unreadable("ends too early");
        return in[at];
    }
}
