package io.thingstead.node;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.merkle.TileHashes;
import io.thingstead.kit.merkle.TilePath;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.TiledLog;
import java.util.Optional;

/// A log as it was at one size, but for its last leaf: signed by the log's key, and with tiles that bear it out.
final class SecondFace implements TiledLog {
    private static final int HASH = MerkleTree.HASH_BYTES;

    private final LogReader honest;
    private final long size;
    private final String note;

    /// Empty where a full tile would have to be changed above, too.
    static Optional<SecondFace> of(LogReader honest, long size, Signer logKey) {
        return size % TilePath.FULL == 0 ? Optional.empty() : Optional.of(new SecondFace(honest, size, logKey));
    }

    private SecondFace(LogReader honest, long size, Signer logKey) {
        this.honest = honest;
        this.size = size;
        byte[] root = MerkleTree.root(
                new TileHashes(
                        size,
                        path -> tile(path.level(), path.index(), path.width()).orElseThrow()),
                size);
        note = SignedNote.sign(
                        new Checkpoint(honest.origin(), size, root).body(),
                        new NoteKey(honest.origin(), logKey.key().point()),
                        logKey::sign)
                .encode();
    }

    @Override
    public Optional<String> note() {
        return Optional.of(note);
    }

    @Override
    public Optional<byte[]> tile(int level, long number, int width) {
        Optional<byte[]> tile = honest.tile(level, number, width);
        int last = (int) (size % TilePath.FULL) - 1;
        if (level == 0 && number == size / TilePath.FULL && width > last) {
            tile.ifPresent(hashes -> hashes[last * HASH] ^= 1);
        }
        return tile;
    }

    /// What is final is shown as it is: whoever asks would notice at once.
    @Override
    public Optional<byte[]> commitments(long number, int width) {
        return honest.commitments(number, width);
    }
}
