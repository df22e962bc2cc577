package io.thingstead.kit.merkle;

import java.util.ArrayList;
import java.util.List;

/// A tree held in memory, all complete subtrees kept: the reader that proofs in tests are made from.
final class MemoryTree implements HashReader {
    private final List<List<byte[]>> levels = new ArrayList<>();
    final Frontier frontier = new Frontier();

    void append(byte[] entry) {
        frontier.append(MerkleTree.leafHash(entry), (level, index, hash) -> {
            if (levels.size() == level) levels.add(new ArrayList<>());
            if (levels.get(level).size() != index) throw new IllegalStateException("subtrees complete in order");
            levels.get(level).add(hash);
        });
    }

    long size() {
        return frontier.size();
    }

    @Override
    public byte[] hash(int level, long index) {
        return levels.get(level).get((int) index).clone();
    }

    /// MTH(D[n]) straight from the definition in RFC 9162 §2.1.1, to compare with.
    static byte[] definedRoot(List<byte[]> entries) {
        if (entries.isEmpty()) return MerkleTree.emptyRoot();
        if (entries.size() == 1) return MerkleTree.leafHash(entries.getFirst());
        int k = 1;
        while (k * 2 < entries.size()) k *= 2;
        return MerkleTree.nodeHash(definedRoot(entries.subList(0, k)), definedRoot(entries.subList(k, entries.size())));
    }
}
