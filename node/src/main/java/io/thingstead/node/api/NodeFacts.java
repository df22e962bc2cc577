package io.thingstead.node.api;

import java.util.Map;

/// What the rest of the node says about itself on the status page.
public interface NodeFacts {
    int httpPort();

    int mqttPort();

    /// How often an input was refused, by code.
    Map<String, Long> refused();
}
