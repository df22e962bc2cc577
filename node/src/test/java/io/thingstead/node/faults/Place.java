package io.thingstead.node.faults;

import java.util.List;

/// Where a member's process runs.
///
/// @param prefix in front of its command
/// @param host where devices, people and the test reach it
/// @param engineHost where the other members reach its engine and its node
record Place(List<String> prefix, String host, String engineHost) {
    private static final String LOOPBACK = "127.0.0.1";

    Place {
        prefix = List.copyOf(prefix);
    }

    /// This machine itself.
    static Place here() {
        return new Place(List.of(), LOOPBACK, LOOPBACK);
    }

    /// The same with another prefix.
    Place with(String... other) {
        return new Place(List.of(other), host, engineHost);
    }
}
