package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.merkle.StateProof;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.proof.Anchor;
import io.thingstead.kit.proof.Inclusion;
import io.thingstead.kit.proof.KeyStanding;
import io.thingstead.kit.proof.ProofFile;
import io.thingstead.kit.proof.ReadingLeaf;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.AnchorCheckpoint;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.util.List;

/// A device with one reading, alone in its member's log, and proofs of it under whatever head is certified.
final class LedgerProof {
    private final LogId log;
    private final DeviceId device;
    private final LedgerId ledger;
    private final SigningKey key = SigningKey.generate(Algorithm.ED25519);
    private final ReadingLeaf leaf;

    LedgerProof(LedgerId ledger, LogId log, long nowMs) {
        this.ledger = ledger;
        this.log = log;
        this.device = DeviceId.of(log.member() + ":proven");
        byte[] payload = SenMlEncoder.encode(List.of(Measurement.of("temperature", "Cel", 21.5, nowMs)));
        this.leaf =
                ReadingLeaf.of(new byte[32], nowMs, FrameSigner.of(ledger, key).sign(1, payload));
    }

    /// Signed by the member's node key.
    Action registration() {
        return new RegisterDevice(device, KeyRole.DEVICE, key.key(), Possession.sign(device.value(), ledger, key));
    }

    /// Signed by the member's log key.
    Action anchor() {
        return new AnchorCheckpoint(log, 0, 1, leaf.leafHash(), List.of());
    }

    ProofFile under(LedgerReader reader, String verdict) {
        var certified = reader.certified().orElseThrow();
        var event = reader.anchorCovering(log, 0).orElseThrow();
        var record = certified.prove(StateKeys.key(key.key().thumbprint())).orElseThrow();
        return new ProofFile(
                certified.head().era(),
                verdict,
                leaf,
                new Inclusion(log, 0, 1, List.of()),
                Anchor.of(
                        event.leaf(),
                        certified.head().eventsSize(),
                        certified.eventPath(event.number()).orElseThrow()),
                KeyStanding.of(record.value(), StateProof.decode(record.proof()).orElseThrow()),
                certified.certificate());
    }
}
