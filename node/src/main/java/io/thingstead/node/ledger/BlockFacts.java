package io.thingstead.node.ledger;

import io.thingstead.kit.proof.Certificate;
import java.util.Arrays;
import java.util.Optional;

/// A committed block as people read it: what stands in it, and what certifies it.
///
/// @param transactions that were executed, however many batches they came in
/// @param firstEvent the number of its first event, or of the next one where it has none
/// @param certificate what the members signed: this block's header, or in an era of several members, where the block
///     changed something, the next one's, which holds the app hash after this block; empty while it is to come
public record BlockFacts(
        long era,
        long height,
        long time,
        byte[] headerHash,
        byte[] appHash,
        long transactions,
        long firstEvent,
        long events,
        Optional<Certificate> certificate) {
    /// Whether a certificate is one of a block like this: of its own header, or of the one that follows.
    public static boolean fits(Certificate certificate, long height, byte[] headerHash, byte[] appHash) {
        return certificate.height() == height
                ? Arrays.equals(certificate.headerHash(), headerHash)
                : certificate.height() == height + 1 && Arrays.equals(certificate.appHash(), appHash);
    }
}
