package io.thingstead.node.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is found while a contract's text is read: where each part stands, and what is wrong with it. Reading goes on
/// after a fault, so that all of them are told at once.
final class Form {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,31}");

    private final Map<String, Spot> spots = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    List<Finding> findings() {
        return findings;
    }

    Spots spots() {
        return new Spots(spots);
    }

    void wrong(String code, Spot at, String text, String mend) {
        findings.add(Finding.error(code, at, text, mend));
    }

    void stands(String path, Spot at) {
        spots.put(path, at);
    }

    /// The parts of something that has names for them; a fault where it is no such thing, or has others than `known`.
    Map<String, Source.Entry> fields(
            @Nullable Source source, Spot otherwise, String path, String what, String... known) {
        if (!(source instanceof Source.Fields(Spot at, Map<String, Source.Entry> entries))) {
            wrong(
                    "check.form",
                    source == null ? otherwise : source.at(),
                    what + " has parts with names: " + String.join(", ", known),
                    "Write each on a line of its own: name, colon, value.");
            return new TreeMap<>();
        }
        stands(path, at);
        List<String> names = List.of(known);
        entries.forEach((name, entry) -> {
            stands(path + "." + name, entry.value().at());
            if (!names.isEmpty() && !names.contains(name)) {
                String near = nearest(name, names);
                wrong(
                        "check.unknown-word",
                        entry.at(),
                        "“" + name + "” is not known here",
                        near.isEmpty()
                                ? what + " has: " + String.join(", ", names) + "."
                                : "Did you mean “" + near + "”?");
            }
        });
        return entries;
    }

    /// Each named part of a section, in the text's order, at most `max`; names are looked at.
    void named(
            Source.@Nullable Entry section, String path, String what, int max, BiConsumer<String, Source.Entry> each) {
        if (section == null) {
            return;
        }
        if (!(section.value() instanceof Source.Fields(Spot at, Map<String, Source.Entry> entries))) {
            wrong(
                    "check.form",
                    section.value().at(),
                    "“" + path + "” holds " + what + " by name",
                    "Write a name, a colon, and what it is below it.");
            return;
        }
        stands(path, at);
        if (entries.size() > max) {
            wrong("check.too-many", at, "more than " + max + " " + what, "Split it into several contracts.");
            return;
        }
        entries.forEach((name, entry) -> {
            if (!isName(name)) {
                wrong(
                        "check.name",
                        entry.at(),
                        "“" + name + "” is not a name",
                        "Names begin with a small letter and have small letters, digits and _, at most 32.");
            } else {
                stands(path + "." + name, entry.at());
                each.accept(name, entry);
            }
        });
    }

    /// A text of at most `max` characters, or empty with a fault where it is missing.
    String text(Map<String, Source.Entry> of, String key, Spot otherwise, String what, int max) {
        Source.Entry entry = of.get(key);
        if (entry == null) {
            wrong("check.missing", otherwise, what + " is missing", "Add a line “" + key + ": …”.");
            return "";
        }
        if (!(entry.value() instanceof Source.Text(Spot at, String text, var _))) {
            wrong("check.form", entry.value().at(), what + " is a text", "Write it on this line.");
            return "";
        }
        if (text.isBlank() || text.length() > max || text.chars().anyMatch(c -> c < ' ' && c != '\n')) {
            wrong(
                    "check.text",
                    at,
                    text.isBlank() ? what + " is empty" : what + " has at most " + max + " characters",
                    "Write it in plain words.");
            return "";
        }
        return text.strip();
    }

    /// The same where it may be missing.
    String textOr(Map<String, Source.Entry> of, String key, String what, int max, String otherwise) {
        return of.containsKey(key) ? text(of, key, Spot.NOWHERE, what, max) : otherwise;
    }

    /// One name, or a list of names.
    List<String> names(Map<String, Source.Entry> of, String key, Spot otherwise, String what) {
        Source.Entry entry = of.get(key);
        if (entry != null && entry.value() instanceof Source.Items(Spot at, List<Source> items)) {
            List<String> names = new ArrayList<>();
            for (Source item : items) {
                if (item instanceof Source.Text(var _, String text, var _)) {
                    names.add(text);
                } else {
                    wrong("check.form", at, what + " is a list of names", "Write [one, other].");
                }
            }
            if (names.isEmpty()) {
                wrong("check.missing", at, what + " names nobody", "Write [one, other].");
            }
            return names;
        }
        String one = text(of, key, otherwise, what, 100);
        return one.isEmpty() ? List.of() : List.of(one);
    }

    /// What somebody who mistyped `name` most likely meant, or empty.
    static String nearest(String name, List<String> names) {
        String best = "";
        int least = Math.max(1, name.length() / 3) + 1;
        for (String candidate : names) {
            int distance = distance(name, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /// Levenshtein's.
    private static int distance(String a, String b) {
        if (a.length() > 64) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
