package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.ArrayList;
import java.util.List;

/// The manifest of a snapshot of the ledger's state: where it was taken, the growing edge of the tree of events, and
/// the hashes of its chunks, each a det-CBOR array `[[key, value], …]` of state entries, upwards by key.
///
/// It is taken as of the last block that had transactions: there the app hash, the header and the state agree, and no
/// time that the ledger stood still waits to be told. The empty blocks since then are ordinary blocks on top of it.
public record LedgerSnapshot(
        LedgerId ledger,
        long era,
        long height,
        long blockTime,
        byte[] headerHash,
        byte[] appHash,
        byte[] eventsEdge,
        List<byte[]> chunkHashes) {
    /// A chunk is closed when it has grown over this.
    public static final int CHUNK_BYTES = 64 * 1024;

    /// One entry more than a chunk is closed at: values are bounded by what a transaction can hold.
    static final int MAX_CHUNK_BYTES = 3 * CHUNK_BYTES;

    private static final String FORMAT = "ts-snapshot/1";
    private static final int MAX_MANIFEST_BYTES = 16 << 20;
    private static final int MAX_CHUNKS = 1 << 18;

    public LedgerSnapshot {
        chunkHashes = List.copyOf(chunkHashes);
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(512 + chunkHashes.size() * 34)
                .array(9)
                .text(FORMAT)
                .bytes(ledger.bytes())
                .integer(era)
                .integer(height)
                .integer(blockTime)
                .bytes(headerHash)
                .bytes(appHash)
                .bytes(eventsEdge)
                .array(chunkHashes.size());
        chunkHashes.forEach(out::bytes);
        return out.toBytes();
    }

    public static Result<LedgerSnapshot> decode(byte[] manifest) {
        if (manifest.length > MAX_MANIFEST_BYTES) {
            return Result.no(Refusal.SNAPSHOT_INVALID, "the manifest is too large");
        }
        try {
            return Result.ok(read(CborReader.strict(manifest)));
        } catch (CborMalformed e) {
            return Result.no(Refusal.SNAPSHOT_INVALID, "manifest: " + e.getMessage());
        }
    }

    private static LedgerSnapshot read(CborReader in) {
        in.readArrayOf(9);
        if (!in.readText(32).equals(FORMAT)) {
            throw new CborMalformed("not a snapshot");
        }
        LedgerId ledger = new LedgerId(in.readBytesOf(32));
        long era = in.readUint();
        long height = in.readUint();
        long time = in.readUint();
        byte[] headerHash = in.readBytesOf(32);
        byte[] appHash = in.readBytesOf(32);
        byte[] edge = in.readBytes(4_096);
        int count = in.readArray(MAX_CHUNKS);
        List<byte[]> hashes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            hashes.add(in.readBytesOf(32));
        }
        in.expectEnd();
        return new LedgerSnapshot(ledger, era, height, time, headerHash, appHash, edge, hashes);
    }
}
