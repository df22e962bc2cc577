package io.thingstead.node.openapi;

import java.util.Locale;
import java.util.regex.Pattern;

/// A route with what it does.
///
/// @param method in capitals
/// @param registered method and path as it was registered, where a parameter that may hold slashes is in angle brackets
public record Described(String method, String registered, Operation operation) {
    private static final Pattern BETWEEN = Pattern.compile("[^A-Za-z0-9]+");

    /// With its parameters in braces.
    String path() {
        return registered.substring(method.length() + 1).replace('<', '{').replace('>', '}');
    }

    /// Its name in the document: `getApiDevicesDevice`.
    String id() {
        var id = new StringBuilder(method.toLowerCase(Locale.ROOT));
        BETWEEN.splitAsStream(path())
                .filter(word -> !word.isEmpty())
                .forEach(
                        word -> id.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length()));
        return id.toString();
    }
}
