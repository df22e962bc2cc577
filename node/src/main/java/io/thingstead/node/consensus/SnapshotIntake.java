package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.node.consensus.Application.TrustedHead;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.Ledger;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValidatorSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Takes the chunks of an offered snapshot, in order, trusting nothing but the app hash: a wrong chunk is refused when
/// it comes, a wrong whole at the end.
final class SnapshotIntake {
    private static final int MAX_KEY = 256;
    private static final int MAX_VALUE = 65_536;

    private final LedgerSnapshot manifest;
    private final Frontier edge;
    private final Predicate<List<EraMember>> voucher;
    private final TreeMap<String, byte[]> entries = new TreeMap<>();
    private int next;
    private boolean broken;

    private SnapshotIntake(LedgerSnapshot manifest, Frontier edge, Predicate<List<EraMember>> voucher) {
        this.manifest = manifest;
        this.edge = edge;
        this.voucher = voucher;
    }

    /// Refused when it is not of the trusted block.
    ///
    /// @param voucher whether the members that vote by the snapshot's state signed the trusted block
    static Result<SnapshotIntake> begin(
            LedgerSnapshot manifest, TrustedHead trusted, Predicate<List<EraMember>> voucher) {
        Optional<Frontier> edge = Frontier.decode(manifest.eventsEdge());
        if (edge.isEmpty()) {
            return Result.no(Refusal.SNAPSHOT_INVALID, "the edge of the tree of events");
        }
        boolean isTrusted = manifest.era() == trusted.era()
                && manifest.height() == trusted.height()
                && manifest.blockTime() == trusted.blockTime()
                && Arrays.equals(manifest.headerHash(), trusted.headerHash())
                && Arrays.equals(manifest.appHash(), trusted.appHash());
        if (!isTrusted) {
            return Result.no(Refusal.SNAPSHOT_INVALID, "it is of another block than the trusted one");
        }
        return Result.ok(new SnapshotIntake(manifest, edge.get(), voucher));
    }

    LedgerSnapshot manifest() {
        return manifest;
    }

    Frontier edge() {
        return edge.copy();
    }

    SortedMap<String, byte[]> entries() {
        return entries;
    }

    boolean isComplete() {
        return next == manifest.chunkHashes().size();
    }

    /// Whether a chunk that was the one of the manifest, or the whole, is wrong: then no other chunk mends it.
    boolean isBroken() {
        return broken;
    }

    Optional<Refused> take(int number, byte[] chunk) {
        if (number != next || isComplete() || broken) {
            return refused("chunk " + next + " comes next, not " + number);
        }
        if (chunk.length > LedgerSnapshot.MAX_CHUNK_BYTES
                || !Arrays.equals(Sha256.of(chunk), manifest.chunkHashes().get(number))) {
            return refused("chunk " + number + " is not the one of the manifest");
        }
        try {
            read(chunk);
        } catch (CborMalformed e) {
            broken = true;
            return refused("chunk " + number + ": " + e.getMessage());
        }
        next++;
        Optional<Refused> objection = isComplete() ? objectionToTheWhole() : Optional.empty();
        broken = objection.isPresent();
        return objection;
    }

    private void read(byte[] chunk) {
        CborReader in = CborReader.strict(chunk);
        int count = in.readArray(Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(2);
            String key = in.readText(MAX_KEY);
            if (!StandardCharsets.US_ASCII.newEncoder().canEncode(key)) {
                throw new CborMalformed("a state key is ASCII");
            }
            @Nullable String last = entries.isEmpty() ? null : entries.lastKey();
            if (last != null && last.compareTo(key) >= 0) {
                throw new CborMalformed("state keys out of order, or twice");
            }
            entries.put(key, in.readBytes(MAX_VALUE));
        }
        in.expectEnd();
    }

    private Optional<Refused> objectionToTheWhole() {
        byte[] appHash = AppHash.of(
                AppHash.RULES_VERSION,
                edge.size(),
                edge.root(),
                Ledger.stateOf(entries).root());
        if (!Arrays.equals(appHash, manifest.appHash())) {
            return refused("its contents do not give the app hash");
        }
        byte[] era = entries.get(StateKeys.era(manifest.era()));
        if (era == null) {
            return refused("its era is not in it");
        }
        byte[] voters = entries.get(StateKeys.VALIDATORS);
        List<EraMember> members = voters == null
                ? EraRecord.decode(era).members()
                : ValidatorSet.decode(voters).members();
        return voucher.test(members) ? Optional.empty() : refused("the members in it did not sign its block");
    }

    private static Optional<Refused> refused(String why) {
        return Optional.of(new Refused(Refusal.SNAPSHOT_INVALID, "snapshot: " + why));
    }
}
