package io.thingstead.node.view.live;

/// How a device stands: by how long it has been silent, measured against how often it speaks.
public enum Presence {
    LIVE("live"),
    LATE("late"),
    SILENT("silent"),
    NEVER("never");

    private final String label;

    Presence(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
