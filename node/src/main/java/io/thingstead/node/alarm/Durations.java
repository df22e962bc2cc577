package io.thingstead.node.alarm;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Spans of time as people write them: `90s`, `5m`, `2h`, `1d`.
final class Durations {
    static final long MOST_MS = 30L * 86_400_000;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private Durations() {}

    static OptionalLong parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long millis = Long.parseLong(matcher.group(1)) * millis(matcher.group(2));
        return millis > MOST_MS ? OptionalLong.empty() : OptionalLong.of(millis);
    }

    private static long millis(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
    }

    static String inWords(long millis) {
        if (millis % 86_400_000 == 0) return millis / 86_400_000 + " d";
        if (millis % 3_600_000 == 0) return millis / 3_600_000 + " h";
        if (millis % 60_000 == 0) return millis / 60_000 + " min";
        return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
    }
}
