package io.thingstead.node;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Result;
import io.thingstead.node.api.ReadingProofs;
import io.thingstead.node.mirror.Mirrors;
import io.thingstead.node.trust.TrustHistory;
import java.util.function.LongSupplier;

/// The proofs that a node hands out, with what is trusted to check them.
record Proofs(Mirrors mirrors, ProofMaker maker, TrustHistory history, LongSupplier clockMs) implements ReadingProofs {
    /// Out of this member's logs, or of what another member granted.
    @Override
    public Result<byte[]> prove(DeviceId device, long n) {
        return mirrors.contents().find(device, n).map(maker::prove).orElseGet(() -> maker.prove(device, n));
    }

    @Override
    public Result<byte[]> prove(long index) {
        return maker.prove(index);
    }

    @Override
    public byte[] trust() {
        return history.trust(clockMs.getAsLong()).write();
    }

    @Override
    public Result<byte[]> withLinks(byte[] proof, long height) {
        return history.withLinks(proof, height);
    }

    @Override
    public byte[] links(long height) {
        return history.linksAfter(height).write();
    }
}
