package io.thingstead.node;

import io.thingstead.node.api.CosignedHeads;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.mirror.Holdings;
import java.util.Optional;

/// The heads of the member's own logs, with what the other members signed of them.
record OwnHeads(Holdings holdings) implements CosignedHeads {
    @Override
    public Optional<String> newest(LogReader log) {
        return holdings.newest(log);
    }

    @Override
    public Optional<String> cosigned(LogReader log) {
        return holdings.cosigned(log);
    }
}
