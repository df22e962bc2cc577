package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.log.LogTiles;
import io.thingstead.node.log.TiledLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One face of the log of acme: leaves that a test chooses, served and signed as its owner does. A cheating owner has
/// several.
final class Face implements TiledLog {
    static final SigningKey KEY = TestLedger.key(KeyRole.LOG);

    private final String origin;
    private final List<byte[]> commitments = new ArrayList<>();
    private final Map<List<Long>, byte[]> nodes = new HashMap<>();
    private final Frontier edge = new Frontier();
    /// Instead of a checkpoint of its size.
    byte[] shownNote;

    Face(String origin) {
        this.origin = origin;
    }

    static byte[] commitment(String what) {
        return Sha256.of(what.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] entry(byte[] commitment) {
        byte[] entry = new byte[33];
        entry[0] = 1;
        System.arraycopy(commitment, 0, entry, 1, 32);
        return entry;
    }

    Face add(byte[] commitment) {
        commitments.add(commitment);
        edge.append(
                MerkleTree.leafHash(entry(commitment)),
                (level, index, hash) -> nodes.put(List.of((long) level, index), hash));
        return this;
    }

    Face grow(String name, int count) {
        for (int i = 0; i < count; i++) add(commitment(name + " " + size()));
        return this;
    }

    String origin() {
        return origin;
    }

    long size() {
        return edge.size();
    }

    byte[] root() {
        return edge.root();
    }

    byte[] rootAt(long size) {
        return MerkleTree.root(this::node, size);
    }

    List<byte[]> consistencyProof(long from, long to) {
        return MerkleTree.consistencyProof(this::node, from, to);
    }

    private byte[] node(int level, long index) {
        return nodes.get(List.of((long) level, index));
    }

    byte[] checkpoint() {
        return checkpoint(size(), root());
    }

    byte[] checkpoint(long size, byte[] root) {
        return SignedNote.sign(
                        new Checkpoint(origin, size, root).body(),
                        new NoteKey(origin, KEY.key().point()),
                        KEY::sign)
                .encode()
                .getBytes(StandardCharsets.UTF_8);
    }

    LogTiles tiles() {
        return new LogTiles(this);
    }

    @Override
    public Optional<String> note() {
        return Optional.of(new String(shownNote == null ? checkpoint() : shownNote, StandardCharsets.UTF_8));
    }

    @Override
    public Optional<byte[]> tile(int level, long number, int width) {
        byte[] tile = new byte[32 * width];
        for (int i = 0; i < width; i++) {
            byte[] hash = node(8 * level, number * 256 + i);
            if (hash == null) return Optional.empty();
            System.arraycopy(hash, 0, tile, 32 * i, 32);
        }
        return Optional.of(tile);
    }

    @Override
    public Optional<byte[]> commitments(long number, int width) {
        if (number * 256 + width > size()) return Optional.empty();
        byte[] all = new byte[32 * width];
        for (int i = 0; i < width; i++) System.arraycopy(commitments.get((int) number * 256 + i), 0, all, 32 * i, 32);
        return Optional.of(Arrays.copyOf(all, all.length));
    }
}
