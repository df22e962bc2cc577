package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.Cosignature;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.LedgerId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;

/// Cosigns the anchored checkpoints of other members' logs with this member's node key.
///
/// @param name under which it signs
record Cosigner(String name, Signer nodeKey, LongSupplier clockMs) {
    /// The name under which a member cosigns: `<its domain>/<first 8 hex digits of ledgerId>`.
    static String name(String domain, LedgerId ledger) {
        return domain + "/" + ledger.hex().substring(0, 8);
    }

    /// The checkpoint with this member's line alone.
    byte[] cosign(String origin, long size, byte[] root) {
        String text = new Checkpoint(origin, size, root).body();
        SignedNote.Line line = Cosignature.sign(text, name, nodeKey, clockMs.getAsLong() / 1_000);
        return new SignedNote(text, List.of(line)).encode().getBytes(StandardCharsets.UTF_8);
    }
}
