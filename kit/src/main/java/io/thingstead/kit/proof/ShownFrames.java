package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Frames of one device with their way down to the tree of the ledger's events (`docs/formats.md` §11): what a contract
/// is shown. Whose they are and what they say is for the reader to look at.
///
/// @param slot of the ledger's kept roots of that tree; [#NEWEST]: the root before the block that looks
/// @param eventsSize the tree's size
public record ShownFrames(long slot, long eventsSize, List<Anchor> anchors, List<Shown> frames) {
    public static final int MAX_BYTES = 60_000;
    public static final int MAX_FRAMES = 1_000;
    public static final long NEWEST = -1;

    private static final int VERSION = 1;
    private static final int MAX_ANCHORS = 128;
    private static final int MAX_LEAF = 4_096;

    /// A frame, opened out of its leaf.
    ///
    /// @param signer whose key signed it
    /// @param anchor which of the anchors covers it
    public record Shown(ReadingLeaf leaf, Thumbprint signer, LogId log, long index, List<byte[]> path, int anchor) {
        public Shown {
            path = List.copyOf(path);
        }
    }

    public ShownFrames {
        anchors = List.copyOf(anchors);
        frames = List.copyOf(frames);
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(4_096).array(5).integer(VERSION);
        if (slot == NEWEST) {
            out.nil();
        } else {
            out.integer(slot);
        }
        out.integer(eventsSize).array(anchors.size());
        for (Anchor anchor : anchors) {
            out.array(2).bytes(anchor.eventLeaf());
            SectionCbor.writePath(out, anchor.path());
        }
        out.array(frames.size());
        for (Shown frame : frames) {
            out.array(7)
                    .bytes(frame.leaf.salt())
                    .integer(frame.leaf.receivedMs())
                    .bytes(frame.leaf.frame().bytes())
                    .bytes(frame.signer.bytes())
                    .integer(frame.index);
            SectionCbor.writePath(out, frame.path);
            out.integer(frame.anchor);
        }
        return out.toBytes();
    }

    /// What is of the form; nothing is verified yet.
    public static Result<ShownFrames> decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return Result.no(Refusal.EVIDENCE_MALFORMED, "evidence has at most " + MAX_BYTES + " bytes");
        }
        try {
            return Result.ok(read(CborReader.strict(bytes)));
        } catch (CborMalformed e) {
            return Result.no(Refusal.EVIDENCE_MALFORMED, "evidence: " + e.getMessage());
        }
    }

    private static ShownFrames read(CborReader in) {
        in.readArrayOf(5);
        if (in.readUint() != VERSION) throw new CborMalformed("an unknown version");
        long slot = NEWEST;
        if (in.nextIsNull()) {
            in.readNull();
        } else {
            slot = SectionCbor.uint(in);
        }
        long eventsSize = SectionCbor.uint(in);
        int anchorCount = in.readArray(MAX_ANCHORS);
        var anchors = new ArrayList<Anchor>(anchorCount);
        for (int i = 0; i < anchorCount; i++) {
            in.readArrayOf(2);
            anchors.add(Anchor.of(in.readBytes(MAX_LEAF), eventsSize, SectionCbor.path(in)));
        }
        int count = in.readArray(MAX_FRAMES);
        var frames = new ArrayList<Shown>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            in.readArrayOf(7);
            var salt = SectionCbor.hash(in);
            long receivedMs = SectionCbor.uint(in);
            var leaf = ReadingLeaf.of(salt, receivedMs, in.readBytes(Frame.MAX_BYTES));
            var signer = new Thumbprint(SectionCbor.hash(in));
            long index = SectionCbor.uint(in);
            var path = SectionCbor.path(in);
            long anchor = SectionCbor.uint(in);
            if (anchor >= anchorCount) throw new CborMalformed("a frame names an anchor that is not there");
            frames.add(new Shown(leaf, signer, anchors.get((int) anchor).event().log(), index, path, (int) anchor));
        }
        in.expectEnd();
        if (frames.isEmpty()) throw new CborMalformed("no frame");
        return new ShownFrames(slot, eventsSize, anchors, frames);
    }

    /// Whether every anchor is an event under this root of the tree of `eventsSize` events, and every frame a leaf that
    /// its anchor made final.
    public boolean stand(byte[] eventsRoot) {
        for (Anchor anchor : anchors) {
            var root = anchor.eventsRoot();
            if (root == null
                    || !Arrays.equals(root, eventsRoot)
                    || anchor.event().type() != AnchorEvent.CHECKPOINT_ANCHORED) return false;
        }
        for (Shown frame : frames) {
            AnchorEvent event = anchors.get(frame.anchor).event();
            if (frame.index < event.fromSize()
                    || !MerkleVerifier.verifyInclusion(
                            MerkleTree.leafHash(frame.leaf.entry()),
                            frame.index,
                            event.toSize(),
                            frame.path,
                            event.root())) return false;
        }
        return true;
    }

    public AnchorEvent anchorOf(Shown frame) {
        return anchors.get(frame.anchor).event();
    }
}
