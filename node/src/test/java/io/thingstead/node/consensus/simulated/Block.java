package io.thingstead.node.consensus.simulated;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.proof.CometHeader;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.ledger.Misbehaviour;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A block that a member proposes: a header in CometBFT's form, the batches, and what decided the block before.
///
/// @param lastCommit null in the first block of an era
public record Block(
        CometHeader header,
        byte[] hash,
        String id,
        List<byte[]> batches,
        List<Evidence> evidence,
        @Nullable Commit lastCommit) {
    static Block of(CometHeader header, List<byte[]> batches, List<Evidence> evidence, @Nullable Commit lastCommit) {
        byte[] hash = header.hash();
        return new Block(header, hash, idOf(hash), List.copyOf(batches), List.copyOf(evidence), lastCommit);
    }

    static String idOf(byte[] hash) {
        return HexFormat.of().formatHex(hash, 0, 8);
    }

    long height() {
        return header.height();
    }

    static byte[] dataHash(List<byte[]> batches) {
        return MerkleTree.root(batches.stream().map(MerkleTree::leafHash).toList());
    }

    static byte[] evidenceHash(List<Evidence> evidence) {
        return MerkleTree.root(evidence.stream().map(Evidence::leaf).toList());
    }

    /// How the block would be cut for transport: members sign this too.
    byte[] partsHash() {
        return Sha256.of(hash);
    }

    DecidedBlock decided() {
        List<Misbehaviour> caught =
                evidence.stream().map(Evidence::misbehaviour).toList();
        return new DecidedBlock(height(), header.blockTime(), batches, caught);
    }

    /// Whether the header says the truth of the rest.
    boolean isWhole() {
        byte[] last = lastCommit == null ? new byte[0] : lastCommit.hash();
        return Arrays.equals(header.hash(), hash)
                && Arrays.equals(header.dataHash(), dataHash(batches))
                && Arrays.equals(header.evidenceHash(), evidenceHash(evidence))
                && Arrays.equals(header.lastCommitHash(), last);
    }
}
