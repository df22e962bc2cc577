package io.thingstead.node.log;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Signs log heads and keeps the newest one. What it signs is durable before, and what it signed is durable before
/// anyone sees it: a log that came back shorter than its own signature must notice.
final class Checkpointer {
    private final Store store;
    private final long log;
    private final String origin;
    private final Signer signer;
    private final NoteKey key;

    Checkpointer(Store store, long log, String origin, Signer signer) {
        this.store = store;
        this.log = log;
        this.origin = origin;
        this.signer = signer;
        key = new NoteKey(origin, signer.key().point());
    }

    /// @param size all leaves below it are synced
    SignedCheckpoint sign(long size, byte[] root) {
        // Crash point: the leaves are synced, no checkpoint covers them. One is signed at the next start.
        var note = SignedNote.sign(new Checkpoint(origin, size, root).body(), key, signer::sign)
                .encode();
        store.write(store.newBatch().put(Column.CHECKPOINT, Rows.log(log), note.getBytes(StandardCharsets.UTF_8)));
        // Crash point: the checkpoint is durable, nobody has seen it. The next start finds and serves it.
        return new SignedCheckpoint(size, root, note);
    }

    /// The newest checkpoint in the store, if any.
    static @Nullable SignedCheckpoint newest(Store store, long log, String origin) {
        var row = store.get(Column.CHECKPOINT, Rows.log(log));
        if (row == null) return null;
        var head = SignedNote.parse(row).flatMap(note -> Checkpoint.parse(note.text()));
        if (head.isEmpty() || !head.get().origin().equals(origin))
            throw Rows.corrupt("the checkpoint of log %d is not one of %s".formatted(log, origin));
        return new SignedCheckpoint(head.get().size(), head.get().root(), new String(row, StandardCharsets.UTF_8));
    }
}
