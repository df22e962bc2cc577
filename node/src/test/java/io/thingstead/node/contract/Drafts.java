package io.thingstead.node.contract;

import java.util.Map;

/// The templates that come with the program, as they are and changed.
final class Drafts {
    private Drafts() {}

    static String text(String template) {
        return Templates.find(template).orElseThrow().text();
    }

    static ContractFile file(String template) {
        return ContractFile.read(text(template), Map.of());
    }

    /// The template with one thing replaced that is in it.
    static ContractFile changed(String template, String was, String is) {
        String text = text(template);
        if (!text.contains(was)) {
            throw new IllegalArgumentException("not in " + template + ": " + was);
        }
        return ContractFile.read(text.replace(was, is), Map.of());
    }
}
