package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.node.consensus.Application.SnapshotOffer;
import java.util.ArrayList;
import java.util.List;

/// Gives a snapshot chunk by chunk, out of one version of the state, while the ledger goes on. It keeps only where
/// each chunk begins.
public final class SnapshotSource {
    private static final String AFTER_ALL = "" + (char) 0x7f;

    private final StateVersion version;
    private final List<String> begins = new ArrayList<>();
    private final SnapshotOffer offer;

    /// @param without the manifest but for the hashes of the chunks
    SnapshotSource(StateVersion version, LedgerSnapshot without) {
        this.version = version;
        List<byte[]> hashes = new ArrayList<>();
        List<byte[]> pairs = new ArrayList<>();
        int[] bytes = {0};
        version.range("", AFTER_ALL, Integer.MAX_VALUE, (key, value) -> {
            if (pairs.isEmpty()) {
                begins.add(key);
            }
            byte[] pair = pair(key, value);
            pairs.add(pair);
            bytes[0] += pair.length;
            if (bytes[0] > LedgerSnapshot.CHUNK_BYTES) {
                hashes.add(Sha256.of(chunk(pairs)));
                pairs.clear();
                bytes[0] = 0;
            }
        });
        if (!pairs.isEmpty()) {
            hashes.add(Sha256.of(chunk(pairs)));
        }
        LedgerSnapshot whole = new LedgerSnapshot(
                without.ledger(),
                without.era(),
                without.height(),
                without.blockTime(),
                without.headerHash(),
                without.appHash(),
                without.eventsEdge(),
                hashes);
        this.offer = new SnapshotOffer(whole.height(), whole.encode(), hashes.size());
    }

    public SnapshotOffer offer() {
        return offer;
    }

    public byte[] chunk(int number) {
        String to = number + 1 < begins.size() ? begins.get(number + 1) : AFTER_ALL;
        List<byte[]> pairs = new ArrayList<>();
        version.range(begins.get(number), to, Integer.MAX_VALUE, (key, value) -> pairs.add(pair(key, value)));
        return chunk(pairs);
    }

    private static byte[] pair(String key, byte[] value) {
        return new CborWriter(key.length() + value.length + 16)
                .array(2)
                .text(key)
                .bytes(value)
                .toBytes();
    }

    private static byte[] chunk(List<byte[]> pairs) {
        CborWriter out = new CborWriter(LedgerSnapshot.CHUNK_BYTES + 4_096).array(pairs.size());
        pairs.forEach(out::raw);
        return out.toBytes();
    }
}
