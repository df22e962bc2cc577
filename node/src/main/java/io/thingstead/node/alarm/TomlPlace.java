package io.thingstead.node.alarm;

import java.util.List;
import java.util.regex.Pattern;

/// Where in a TOML text a key stands, for messages: the parser does not tell of what it could read.
final class TomlPlace {
    private TomlPlace() {}

    /// The line of a key in a table, or else of the table; without a table, the first line that begins with the key.
    /// Counted from 1, 0 where neither is found.
    static int line(String text, String table, String key) {
        List<String> lines = text.lines().toList();
        Pattern header = Pattern.compile("\\s*\\[\\s*" + Pattern.quote(table) + "\\s*].*");
        Pattern any = Pattern.compile("\\s*\\[.*");
        Pattern wanted = Pattern.compile("\\s*" + Pattern.quote(key) + "\\s*=.*");
        int found = 0;
        if (table.isEmpty()) return first(lines, Pattern.compile("\\s*\\[?\\s*" + Pattern.quote(key) + "\\b.*"));
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (header.matcher(line).matches()) found = i + 1;
            else if (found > 0 && any.matcher(line).matches()) break;
            else if (found > 0 && !key.isEmpty() && wanted.matcher(line).matches()) return i + 1;
        }
        return found;
    }

    private static int first(List<String> lines, Pattern wanted) {
        for (int i = 0; i < lines.size(); i++) if (wanted.matcher(lines.get(i)).matches()) return i + 1;
        return 0;
    }
}
