package io.thingstead.kit.proof;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The values of the small JSON that trust and proof files use (`docs/formats.md` §9): ASCII, no escapes, whole
/// numbers.
/// Nothing in it can be read in two ways.
public sealed interface SmallJson {
    int MAX_BYTES = 262_144;
    int MAX_LEVELS = 8;
    long MAX_NUMBER = (1L << 53) - 1;

    /// Members in the order they were written.
    record Obj(SequencedMap<String, SmallJson> members) implements SmallJson {
        /// From names and values in turn; values are strings, numbers, booleans or small JSON.
        static Obj of(Object... namesAndValues) {
            var members = new LinkedHashMap<String, SmallJson>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                members.put((String) namesAndValues[i], SmallJson.of(namesAndValues[i + 1]));
            }
            return new Obj(members);
        }
    }

    record Arr(List<SmallJson> elements) implements SmallJson {}

    record Str(String value) implements SmallJson {
        public Str {
            if (!value.chars().allMatch(c -> c >= 0x20 && c < 0x7f && c != '"' && c != '\\')) {
                throw new IllegalArgumentException("a string of the small JSON is printable ASCII without \" and \\");
            }
        }
    }

    record Num(long value) implements SmallJson {
        public Num {
            if (value < 0 || value > MAX_NUMBER) throw new IllegalArgumentException("number out of range: " + value);
        }
    }

    record Bool(boolean value) implements SmallJson {}

    record Nil() implements SmallJson {}

    private static SmallJson of(Object value) {
        return switch (value) {
            case SmallJson json -> json;
            case String text -> new Str(text);
            case Long number -> new Num(number);
            case Boolean flag -> new Bool(flag);
            default -> throw new IllegalArgumentException("not a value of the small JSON: " + value);
        };
    }

    /// Compact, but a line for each element of an array of objects, so that people can look at it.
    default String write() {
        var out = new StringBuilder();
        SmallJsonWriter.write(this, out);
        return out.toString();
    }
}
