package io.thingstead.node.fleet;

import java.util.Optional;
import java.util.stream.Stream;

/// By what the devices of a list are sorted; those that are equal in it, by name.
public enum FleetSort {
    NAME("name"),
    LABEL("label"),
    ROLE("role"),
    STATE("state"),
    TRUST("trust"),
    HEARD("heard"),
    RATE("rate"),
    MISSING("missing"),
    VALUE("value");

    private final String label;

    FleetSort(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    public static Optional<FleetSort> of(String label) {
        return Stream.of(values()).filter(sort -> sort.label.equals(label)).findFirst();
    }
}
