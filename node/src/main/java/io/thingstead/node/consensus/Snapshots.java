package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.AppHash;
import io.thingstead.node.ledger.Position;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Takes snapshots of the ledger's state and puts them into an empty store, trusting nothing but the app hash.
final class Snapshots {
    private static final int MAX_VALUE = 65_536;

    private Snapshots() {}

    static LedgerSnapshot take(
            StoredValues values, Position position, byte[] headerHash, byte[] appHash, Frontier edge) {
        List<byte[]> chunks = new ArrayList<>();
        List<byte[]> pairs = new ArrayList<>();
        int[] bytes = {0};
        values.scan("", Integer.MAX_VALUE, (key, value) -> {
            byte[] pair = new CborWriter(key.length() + value.length + 16)
                    .array(2)
                    .text(key)
                    .bytes(value)
                    .toBytes();
            pairs.add(pair);
            bytes[0] += pair.length;
            if (bytes[0] > LedgerSnapshot.CHUNK_BYTES) {
                chunks.add(chunk(pairs));
                bytes[0] = 0;
            }
        });
        if (!pairs.isEmpty()) {
            chunks.add(chunk(pairs));
        }
        return new LedgerSnapshot(position, headerHash, appHash, edge.encode(), chunks);
    }

    private static byte[] chunk(List<byte[]> pairs) {
        CborWriter out = new CborWriter(LedgerSnapshot.CHUNK_BYTES).array(pairs.size());
        pairs.forEach(out::raw);
        pairs.clear();
        return out.toBytes();
    }

    static Optional<Refused> restore(Store store, LedgerSnapshot snapshot, byte[] trustedAppHash) {
        Map<String, byte[]> entries = new TreeMap<>();
        Frontier edge = Frontier.decode(snapshot.eventsEdge()).orElse(null);
        if (edge == null) {
            return refused("its events edge is malformed");
        }
        try {
            for (byte[] chunk : snapshot.chunks()) {
                readChunk(chunk, entries);
            }
        } catch (CborMalformed e) {
            return refused(e.getMessage());
        }
        StateMap state = StateMap.EMPTY;
        for (var entry : entries.entrySet()) {
            state = state.put(LedgerRows.utf8(entry.getKey()), entry.getValue());
        }
        byte[] appHash = AppHash.of(edge.size(), edge.root(), state.root());
        if (!Arrays.equals(appHash, trustedAppHash)) {
            return refused("its contents do not give the app hash");
        }
        store.write(batch(store, snapshot, entries, appHash, edge));
        return Optional.empty();
    }

    private static Batch batch(
            Store store, LedgerSnapshot snapshot, Map<String, byte[]> entries, byte[] appHash, Frontier edge) {
        Batch batch = store.newBatch();
        new StoredValues(store)
                .scan("", Integer.MAX_VALUE, (key, _) -> batch.delete(Column.STATE, LedgerRows.utf8(key)));
        entries.forEach((key, value) -> batch.put(Column.STATE, LedgerRows.utf8(key), value));
        putEdge(batch, edge);
        LedgerRows.Tip tip =
                new LedgerRows.Tip(snapshot.position(), snapshot.headerHash(), appHash, snapshot.eventsEdge());
        return batch.put(Column.META, LedgerRows.TIP, tip.encode());
    }

    /// The complete subtrees at the edge are the siblings on the paths of all events to come.
    private static void putEdge(Batch batch, Frontier edge) {
        ByteBuffer in = ByteBuffer.wrap(edge.encode());
        long size = in.getLong();
        for (int level = Long.SIZE - 1; level >= 0; level--) {
            if ((size >>> level & 1) == 1) {
                byte[] hash = new byte[32];
                in.get(hash);
                batch.put(Column.EVENT, LedgerRows.eventNode(level, (size >>> level) - 1), hash);
            }
        }
    }

    private static void readChunk(byte[] chunk, Map<String, byte[]> entries) {
        if (chunk.length > LedgerSnapshot.MAX_CHUNK_BYTES) {
            throw new CborMalformed("a chunk is too large");
        }
        CborReader in = CborReader.strict(chunk);
        int count = in.readArray(Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(2);
            byte @Nullable [] before = entries.put(in.readText(512), in.readBytes(MAX_VALUE));
            if (before != null) {
                throw new CborMalformed("a key stands twice");
            }
        }
        in.expectEnd();
    }

    private static Optional<Refused> refused(@Nullable String why) {
        return Optional.of(new Refused(Refusal.ACTION_MALFORMED, "snapshot refused: " + why));
    }
}
