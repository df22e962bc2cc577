package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.ArrayList;
import java.util.List;

/// Some of the ledger's events, one after the other, as a member gives them to another: their leaves in the tree of
/// events, and the proof that they stand in a larger tree (RFC 9162 §2.1.4), to whose root the other has a certificate.
///
/// @param proof PROOF(m, D_n), m being the number after the last leaf; empty where m = n
public record EventPart(List<byte[]> leaves, List<byte[]> proof) {
    public static final int MAX_LEAVES = 1_000;

    /// No event is larger than the transaction or block that caused it.
    static final int MAX_LEAF_BYTES = 1 << 20;

    /// Another leaf follows only while those before it have fewer bytes.
    static final int ENOUGH_BYTES = 256 << 10;

    public static final int MAX_BYTES = MAX_LEAF_BYTES + ENOUGH_BYTES + 16_384;

    public EventPart {
        leaves = List.copyOf(leaves);
        proof = List.copyOf(proof);
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(ENOUGH_BYTES).array(2).array(leaves.size());
        leaves.forEach(out::bytes);
        out.array(proof.size());
        proof.forEach(out::bytes);
        return out.toBytes();
    }

    public static Result<EventPart> decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return Result.no(Refusal.SNAPSHOT_INVALID, "events: too many bytes");
        }
        try {
            CborReader in = CborReader.strict(bytes);
            in.readArrayOf(2);
            int count = in.readArray(MAX_LEAVES);
            List<byte[]> leaves = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                leaves.add(in.readBytes(MAX_LEAF_BYTES));
            }
            int hashes = in.readArray(MerkleTree.MAX_PATH + 1);
            List<byte[]> proof = new ArrayList<>(hashes);
            for (int i = 0; i < hashes; i++) {
                proof.add(in.readBytesOf(MerkleTree.HASH_BYTES));
            }
            in.expectEnd();
            return Result.ok(new EventPart(leaves, proof));
        } catch (CborMalformed e) {
            return Result.no(Refusal.SNAPSHOT_INVALID, "events: " + e.getMessage());
        }
    }
}
