package io.thingstead.node.api;

import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Says;
import java.util.Optional;

/// The devices of the demo at this node, and the end of them.
public interface DemoData {
    /// Empty where there are none, or they were removed wholly.
    Optional<Standing> standing();

    /// Stops them, revokes their keys and tokens, erases what they said and hides them. Returns when their bytes are
    /// gone.
    Result<Removed> remove();

    record Standing(
            int devices,
            @Says("whether they run now") boolean running,

            @Says("whether removing them was begun, and not ended yet")
            boolean removing) {}

    record Removed(
            int devices,
            @Says("leaves whose contents were erased") long erased) {}
}
