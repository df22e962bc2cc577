package io.thingstead.node.log;

import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;

/// Identities of the frames in this member's log, computed from their bytes.
final class StoredFrames implements FrameIdentity {
    private final LedgerId ledger;

    StoredFrames(LedgerId ledger) {
        this.ledger = ledger;
    }

    @Override
    public byte[] of(byte[] content, Thumbprint key) {
        return switch (Frame.decode(content)) {
            case Result.Ok<Frame>(Frame frame) -> frame.identity(ledger, key);
            case Result.No<Frame>(var refused) -> throw Rows.corrupt("a stored frame does not decode: " + refused);
        };
    }
}
