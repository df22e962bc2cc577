package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Section `anchor`: the event that made the log's head final, with its path in the tree of all events.
public record Anchor(byte[] eventLeaf, AnchorEvent event, long eventsSize, List<byte[]> path) {
    private static final int MAX_LEAF = 4096;

    public Anchor {
        path = List.copyOf(path);
    }

    /// From an event leaf as the ledger keeps it; throws when it is not one of the anchor's form.
    public static Anchor of(byte[] eventLeaf, long eventsSize, List<byte[]> path) {
        return new Anchor(eventLeaf, AnchorEvent.read(eventLeaf), eventsSize, path);
    }

    static Anchor read(byte[] section) {
        var in = CborReader.strict(section);
        in.readArrayOf(3);
        var leaf = in.readBytes(MAX_LEAF);
        long eventsSize = SectionCbor.uint(in);
        var path = SectionCbor.path(in);
        in.expectEnd();
        return of(leaf, eventsSize, path);
    }

    /// The events' root that leaf and path lead to, or null when the path does not fit.
    byte @Nullable [] eventsRoot() {
        return MerkleVerifier.rootFromInclusion(MerkleTree.leafHash(eventLeaf), event.eventNo(), eventsSize, path);
    }

    byte[] encode() {
        var out = new CborWriter(eventLeaf.length + 32 + path.size() * 34)
                .array(3)
                .bytes(eventLeaf)
                .integer(eventsSize);
        SectionCbor.writePath(out, path);
        return out.toBytes();
    }
}
