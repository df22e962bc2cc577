package io.thingstead.node.alarm;

import com.fasterxml.jackson.annotation.JsonValue;

/// Where a rule was declared, and is changed.
public enum Origin {
    /// the file of rules: it is changed there
    FILE("file"),
    /// a page, or a program over the API
    PAGE("page");

    private final String label;

    Origin(String label) {
        this.label = label;
    }

    @JsonValue
    public String label() {
        return label;
    }
}
