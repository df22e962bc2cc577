package io.thingstead.kit.proof;

import io.thingstead.kit.model.MemberId;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Takes the members out of an object of the small JSON by name and type; `done` refuses what is left.
final class Members {
    private final String of;
    private final Map<String, SmallJson> left;

    private Members(String of, Map<String, SmallJson> left) {
        this.of = of;
        this.left = left;
    }

    static Members of(String of, SmallJson json) {
        if (!(json instanceof SmallJson.Obj(var members))) throw new Unreadable(of + ": an object expected");
        return new Members(of, new LinkedHashMap<>(members));
    }

    void done() {
        if (!left.isEmpty()) throw new Unreadable(of + ": unknown members " + left.keySet());
    }

    String text(String name) {
        if (take(name) instanceof SmallJson.Str(var value)) return value;
        throw illTyped(name, "a string");
    }

    long number(String name) {
        if (take(name) instanceof SmallJson.Num(var value)) return value;
        throw illTyped(name, "a number");
    }

    boolean flag(String name) {
        if (take(name) instanceof SmallJson.Bool(var value)) return value;
        throw illTyped(name, "true or false");
    }

    List<SmallJson> list(String name) {
        if (take(name) instanceof SmallJson.Arr(var elements)) return elements;
        throw illTyped(name, "an array");
    }

    void format(String wanted) {
        var format = text("format");
        if (!format.equals(wanted)) throw new Unreadable(of + ": format is " + format + ", not " + wanted);
    }

    byte[] hex(String name, int bytes) {
        var text = text(name);
        if (text.length() != bytes * 2 || !text.matches("[0-9a-f]*")) throw illTyped(name, bytes * 2 + " hex digits");
        return HexFormat.of().parseHex(text);
    }

    MemberId member(String name) {
        return MemberId.parse(text(name)).orElseThrow(() -> illTyped(name, "a member's name"));
    }

    SmallJson value(String name) {
        return take(name);
    }

    private SmallJson take(String name) {
        var value = left.remove(name);
        if (value == null) throw new Unreadable(of + ": member " + name + " is missing");
        return value;
    }

    private Unreadable illTyped(String name, String wanted) {
        return new Unreadable(of + ": member " + name + " must be " + wanted);
    }
}
