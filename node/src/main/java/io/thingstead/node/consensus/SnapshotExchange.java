package io.thingstead.node.consensus;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.consensus.Application.SnapshotOffer;
import io.thingstead.node.consensus.Application.TrustedHead;
import io.thingstead.node.ledger.EraRecord.EraMember;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The snapshot that is being given, and the one that is being taken.
final class SnapshotExchange {
    /// A snapshot keeps every value that is overwritten since; after so many blocks it is let go.
    private static final long BLOCKS_OFFERED = 5_000;

    private @Nullable SnapshotSource source;
    private @Nullable SnapshotIntake intake;
    private long offeredUntil;

    SnapshotOffer give(StateVersion version, LedgerRows.Tip tip) {
        SnapshotSource given = new SnapshotSource(version, manifest(tip));
        source = given;
        offeredUntil = tip.position().height() + BLOCKS_OFFERED;
        return given.offer();
    }

    /// The manifest of a snapshot of the newest state, but for the hashes of its chunks.
    static LedgerSnapshot manifest(LedgerRows.Tip tip) {
        LedgerRows.Base base = tip.base();
        return new LedgerSnapshot(
                tip.position().ledger(),
                tip.position().era(),
                base.height(),
                base.blockTime(),
                base.headerHash(),
                tip.appHash(),
                tip.eventsEdge(),
                List.of());
    }

    byte @Nullable [] chunk(int number) {
        SnapshotSource given = source;
        return given == null ? null : given.chunk(number);
    }

    void ledgerIsAt(long height) {
        if (height > offeredUntil) {
            source = null;
        }
    }

    Optional<Refused> begin(
            SnapshotOffer offer, TrustedHead trusted, LedgerRows.Tip tip, Predicate<List<EraMember>> voucher) {
        intake = null;
        Result<LedgerSnapshot> decoded = LedgerSnapshot.decode(offer.manifest());
        return switch (decoded) {
            case Result.No<LedgerSnapshot>(Refused refused) -> Optional.of(refused);
            case Result.Ok<LedgerSnapshot>(LedgerSnapshot manifest) -> {
                if (!manifest.ledger().equals(tip.position().ledger())) {
                    yield refused("it is of another ledger");
                }
                yield switch (SnapshotIntake.begin(manifest, trusted, voucher)) {
                    case Result.No<SnapshotIntake>(Refused refused) -> Optional.of(refused);
                    case Result.Ok<SnapshotIntake>(SnapshotIntake begun) -> {
                        intake = begun;
                        yield Optional.empty();
                    }
                };
            }
        };
    }

    /// Takes a chunk; when it was the last one and the whole is right, `complete` gets it.
    Optional<Refused> take(int number, byte[] chunk, Consumer<SnapshotIntake> complete) {
        SnapshotIntake taking = intake;
        if (taking == null) {
            return refused("none was offered");
        }
        Optional<Refused> refused = taking.take(number, chunk);
        if (refused.isPresent()) {
            // A chunk that somebody made up is asked of somebody else.
            if (taking.isBroken()) {
                intake = null;
            }
        } else if (taking.isComplete()) {
            intake = null;
            complete.accept(taking);
        }
        return refused;
    }

    boolean isTaking() {
        return intake != null;
    }

    static Optional<Refused> refused(String why) {
        return Optional.of(new Refused(Refusal.SNAPSHOT_INVALID, "snapshot: " + why));
    }
}
