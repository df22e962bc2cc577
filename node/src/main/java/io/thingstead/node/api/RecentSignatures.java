package io.thingstead.node.api;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.node.ledger.LedgerHead;
import io.thingstead.node.ledger.LedgerReader;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who signed the newest blocks. Each certificate is looked at once.
final class RecentSignatures {
    /// How many certificates count.
    static final int BLOCKS = 100;

    /// A member whose signature is in none of so many is not merely slower than the others.
    private static final int QUIET_BLOCKS = 20;

    private static final int MOST_LOOKED_AT = 2 * BLOCKS;

    private final LedgerReader ledger;
    private final Signatures signatures;
    private final TreeMap<Long, Signatures.Signed> byHeight = new TreeMap<>();
    private long lookedAt;
    private long era = -1;

    RecentSignatures(LedgerReader ledger, Signatures signatures) {
        this.ledger = ledger;
        this.signatures = signatures;
    }

    /// @param height of the header that was signed
    record Block(long height, Signatures.Signed by) {}

    /// The newest certificates of this era, the oldest of them first.
    synchronized List<Block> newest() {
        Optional<LedgerReader.CertifiedHead> certified = ledger.certified();
        if (certified.isEmpty()) return List.of();
        LedgerHead head = certified.get().head();
        if (head.era() != era) {
            byHeight.clear();
            era = head.era();
            lookedAt = 0;
        }
        long from = Math.max(ledger.era(era).initialHeight(), Math.max(lookedAt + 1, head.height() - MOST_LOOKED_AT));
        for (long height = from; height < head.height(); height++)
            ledger.certificate(height).ifPresent(this::take);
        // The newest is looked at again: it is not written yet, and another one may take its place.
        lookedAt = head.height() - 1;
        take(certified.get().certificate());
        while (byHeight.size() > BLOCKS) byHeight.pollFirstEntry();
        return byHeight.entrySet().stream()
                .map(entry -> new Block(entry.getKey(), entry.getValue()))
                .toList();
    }

    /// Blocks that changed something share a certificate with the block after them: it counts once.
    private void take(Certificate certificate) {
        signatures.of(certificate, era).ifPresent(signed -> byHeight.put(certificate.height(), signed));
    }

    /// How often a member signed, of how many times it was asked; and each time, the oldest first.
    ///
    /// @param strip `1` signed, `0` did not, `-` had no vote
    /// @param lastHeight of the newest header it signed, or null
    record Share(int signed, int of, String strip, @Nullable Long lastHeight) {
        /// Whether it signed none of the newest, each of which it was asked to sign.
        boolean isQuiet() {
            return strip.endsWith("0".repeat(QUIET_BLOCKS));
        }
    }

    static Share share(List<Block> newest, MemberId member) {
        var strip = new StringBuilder();
        int signed = 0;
        int of = 0;
        Long lastHeight = null;
        for (var block : newest) {
            boolean did = block.by().signed().contains(member);
            boolean was = did || block.by().missing().contains(member);
            strip.append(did ? '1' : was ? '0' : '-');
            if (did) {
                signed++;
                lastHeight = block.height();
            }
            if (was) of++;
        }
        return new Share(signed, of, strip.toString(), lastHeight);
    }
}
