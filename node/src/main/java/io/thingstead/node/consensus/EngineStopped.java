package io.thingstead.node.consensus;

import org.jspecify.annotations.Nullable;

/// The engine stopped while a transaction was on its way into a block: whether it is on the ledger shows after a
/// restart. Submitted again it is refused as seen, or taken.
public final class EngineStopped extends RuntimeException {
    public EngineStopped(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
