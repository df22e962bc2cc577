package io.thingstead.kit.proof;

/// Writes the small JSON in one fixed layout.
final class SmallJsonWriter {
    private SmallJsonWriter() {}

    static void write(SmallJson json, StringBuilder out) {
        switch (json) {
            case SmallJson.Obj(var members) -> {
                out.append('{');
                var between = "";
                for (var member : members.entrySet()) {
                    out.append(between).append('"').append(member.getKey()).append("\":");
                    write(member.getValue(), out);
                    between = ",";
                }
                out.append('}');
            }
            case SmallJson.Arr(var elements) -> {
                out.append('[');
                var between = "";
                for (var element : elements) {
                    out.append(between).append(element instanceof SmallJson.Obj ? "\n" : "");
                    write(element, out);
                    between = ",";
                }
                out.append(']');
            }
            case SmallJson.Str(var value) -> out.append('"').append(value).append('"');
            case SmallJson.Num(var value) -> out.append(value);
            case SmallJson.Bool(var value) -> out.append(value);
            case SmallJson.Nil() -> out.append("null");
        }
    }
}
