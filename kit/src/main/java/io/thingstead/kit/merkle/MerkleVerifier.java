package io.thingstead.kit.merkle;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Verification of inclusion and consistency proofs, step by step after RFC 9162. Sizes and indexes are unsigned.
public final class MerkleVerifier {
    private MerkleVerifier() {}

    /// Whether `leafHash` is leaf `index` of the tree of `size` leaves with this root (RFC 9162 §2.1.3.2).
    public static boolean verifyInclusion(byte[] leafHash, long index, long size, List<byte[]> path, byte[] root) {
        var computed = rootFromInclusion(leafHash, index, size, path);
        return computed != null && Arrays.equals(computed, root);
    }

    /// The root that this path leads to, or null when the path does not fit index and size.
    public static byte @Nullable [] rootFromInclusion(byte[] leafHash, long index, long size, List<byte[]> path) {
        if (!isHash(leafHash) || !areHashes(path)) return null;
        if (Long.compareUnsigned(index, size) >= 0) return null;
        long fn = index;
        long sn = size - 1;
        var r = leafHash;
        for (var p : path) {
            if (sn == 0) return null;
            if (odd(fn) || fn == sn) {
                r = MerkleTree.nodeHash(p, r);
                while (!odd(fn) && fn != 0) {
                    fn >>>= 1;
                    sn >>>= 1;
                }
            } else {
                r = MerkleTree.nodeHash(r, p);
            }
            fn >>>= 1;
            sn >>>= 1;
        }
        return sn == 0 ? r : null;
    }

    /// Whether the tree (`first`, `firstRoot`) is a prefix of the tree (`second`, `secondRoot`) (RFC 9162 §2.1.4.2).
    /// Defined for 0 < first ≤ second; equal sizes need equal roots and an empty path.
    public static boolean verifyConsistency(
            long first, long second, byte[] firstRoot, byte[] secondRoot, List<byte[]> path) {
        if (first == 0 || Long.compareUnsigned(first, second) > 0) return false;
        if (first == second) return path.isEmpty() && Arrays.equals(firstRoot, secondRoot);
        if (path.isEmpty() || !isHash(firstRoot) || !isHash(secondRoot) || !areHashes(path)) return false;
        boolean prepended = Long.bitCount(first) == 1;
        var seed = prepended ? firstRoot : path.getFirst();
        var rest = prepended ? path : path.subList(1, path.size());
        long fn = first - 1;
        long sn = second - 1;
        while (odd(fn)) {
            fn >>>= 1;
            sn >>>= 1;
        }
        var fr = seed;
        var sr = seed;
        for (var c : rest) {
            if (sn == 0) return false;
            if (odd(fn) || fn == sn) {
                fr = MerkleTree.nodeHash(c, fr);
                sr = MerkleTree.nodeHash(c, sr);
                while (!odd(fn) && fn != 0) {
                    fn >>>= 1;
                    sn >>>= 1;
                }
            } else {
                sr = MerkleTree.nodeHash(sr, c);
            }
            fn >>>= 1;
            sn >>>= 1;
        }
        return sn == 0 && Arrays.equals(fr, firstRoot) && Arrays.equals(sr, secondRoot);
    }

    private static boolean odd(long n) {
        return (n & 1) == 1;
    }

    private static boolean isHash(byte[] bytes) {
        return bytes.length == MerkleTree.HASH_BYTES;
    }

    private static boolean areHashes(List<byte[]> path) {
        return path.size() <= MerkleTree.MAX_PATH + 1 && path.stream().allMatch(MerkleVerifier::isHash);
    }
}
