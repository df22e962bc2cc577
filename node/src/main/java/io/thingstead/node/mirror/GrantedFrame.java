package io.thingstead.node.mirror;

import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A frame of another member's device, as this member may read it.
///
/// @param n the frame's sequence number
public record GrantedFrame(
        LogId log, long index, DeviceId device, long n, TrustLevel trust, long receivedMs, List<Reading> readings) {
    private static final int FRAME = 1;

    public GrantedFrame {
        readings = List.copyOf(readings);
    }

    /// Empty when it is no frame that a key of the log's member signed for one of its devices.
    static Optional<GrantedFrame> read(LogId log, LeafContent leaf, LedgerReader ledger) {
        KeyRecord key = ledger.key(leaf.key());
        if (leaf.kind() != FRAME
                || key == null
                || !key.member().equals(log.member())
                || !(Frame.decode(leaf.content()) instanceof Result.Ok<Frame>(Frame frame))
                || frame.identityIfSignedBy(ledger.head().ledger(), key.key()) == null
                || !(SenMl.decode(frame.payload(), leaf.receivedMs())
                        instanceof Result.Ok<List<Reading>>(List<Reading> readings))) return Optional.empty();
        DeviceId device = device(frame, key);
        TrustLevel trust = trust(key);
        return device == null || trust == null || !device.member().equals(log.member())
                ? Optional.empty()
                : Optional.of(
                        new GrantedFrame(log, leaf.index(), device, frame.n(), trust, leaf.receivedMs(), readings));
    }

    /// Whose readings they are: the key's owner, or whom a gateway or the member names.
    private static @Nullable DeviceId device(Frame frame, KeyRecord key) {
        DeviceId owner = DeviceId.parse(key.owner()).orElse(null);
        DeviceId named = frame.device();
        if (trust(key) != TrustLevel.DEVICE_SIGNED) return named;
        return named == null || named.equals(owner) ? owner : null;
    }

    private static @Nullable TrustLevel trust(KeyRecord key) {
        return switch (key.role()) {
            case DEVICE -> TrustLevel.DEVICE_SIGNED;
            case GATEWAY -> TrustLevel.GATEWAY_SIGNED;
            case ATTEST -> TrustLevel.MEMBER_ATTESTED;
            case IDENTITY, LOG, NODE, TLS, ENGINE, PEER, WALLET -> null;
        };
    }
}
