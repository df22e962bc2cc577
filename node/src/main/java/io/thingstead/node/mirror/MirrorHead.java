package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.SignedNote;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is kept of a mirrored log besides its tiles, changed in the same batch as they are.
///
/// @param edge the tree as far as it is kept
/// @param sinceMs when this member began to keep the log
/// @param cosigned the newest anchored checkpoint with this member's cosignature
/// @param notes signed checkpoints of the log that go further than the tree and are still to be held against it
record MirrorHead(Frontier edge, long sinceMs, byte @Nullable [] cosigned, List<byte[]> notes) {
    static final int MAX_NOTES = 64;

    MirrorHead {
        notes = List.copyOf(notes);
    }

    byte[] encode() {
        CborWriter out = new CborWriter(512).array(4).bytes(edge.encode()).integer(sinceMs);
        if (cosigned == null) out.nil();
        else out.bytes(cosigned);
        out.array(notes.size());
        notes.forEach(out::bytes);
        return out.toBytes();
    }

    static MirrorHead decode(byte[] row) {
        CborReader in = CborReader.strict(row);
        in.readArrayOf(4);
        Frontier edge = Frontier.decode(in.readBytes(8 + 64 * MirrorRows.HASH)).orElseThrow();
        long since = in.readUint();
        byte[] cosigned = null;
        if (in.nextIsNull()) in.readNull();
        else cosigned = in.readBytes(SignedNote.MAX_BYTES);
        int count = in.readArray(MAX_NOTES);
        List<byte[]> notes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) notes.add(in.readBytes(LogNotes.MAX_BYTES));
        in.expectEnd();
        return new MirrorHead(edge, since, cosigned, notes);
    }
}
