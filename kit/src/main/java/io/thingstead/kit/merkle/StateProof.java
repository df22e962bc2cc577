package io.thingstead.kit.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Proof that a key is in the state map with a value, or that it is not: the siblings on the way down from the root,
/// empty ones only as a zero bit, and what stands at the end of the way.
public record StateProof(int depth, byte[] bitmap, List<byte[]> siblings, Terminal terminal) {
    public static final int MAX_DEPTH = 256;

    /// What stands where the way ends.
    public sealed interface Terminal {
        /// The key's own leaf.
        record Present() implements Terminal {}

        /// Nothing: the key is absent.
        record EmptySlot() implements Terminal {}

        /// Another key's leaf, which shares the way so far: the key is absent.
        record OtherLeaf(byte[] path, byte[] valueHash) implements Terminal {}
    }

    public StateProof {
        siblings = List.copyOf(siblings);
        if (!fits(depth, bitmap, siblings)) throw new IllegalArgumentException("bitmap and siblings do not fit");
    }

    static boolean bit(byte[] bits, int i) {
        return (bits[i >> 3] & 0x80 >> (i & 7)) != 0;
    }

    /// Whether depth, bitmap and siblings agree: the bitmap's length is exact, unused bits are zero, and there is one
    /// sibling that is not 32 zero bytes (those stand for empty) for each set bit.
    static boolean fits(int depth, byte[] bitmap, List<byte[]> siblings) {
        if (depth < 0 || depth > MAX_DEPTH || bitmap.length != (depth + 7) / 8) return false;
        int set = 0;
        for (int i = 0; i < bitmap.length * 8; i++) {
            if (!bit(bitmap, i)) continue;
            if (i >= depth) return false;
            set++;
        }
        return set == siblings.size()
                && siblings.stream().allMatch(s -> s.length == 32 && !Arrays.equals(s, StateMap.EMPTY_HASH));
    }

    public boolean provesPresence() {
        return terminal instanceof Terminal.Present;
    }

    /// The root under which the key has a value of this hash. Only for a proof of presence.
    public byte[] rootFor(byte[] key, byte[] valueHash) {
        if (!provesPresence()) throw new IllegalStateException("not a proof of presence");
        var path = StateMap.pathOf(key);
        return fold(path, StateNode.hashOf(new StateNode.Leaf(path, valueHash)));
    }

    /// The root under which the key is absent, or null when this proves no absence of that key.
    public byte @Nullable [] rootWithout(byte[] key) {
        var path = StateMap.pathOf(key);
        return switch (terminal) {
            case Terminal.Present _ -> null;
            case Terminal.EmptySlot _ -> fold(path, StateMap.EMPTY_HASH);
            case Terminal.OtherLeaf other -> {
                if (Arrays.equals(other.path, path)) yield null;
                for (int i = 0; i < depth; i++) if (bit(other.path, i) != bit(path, i)) yield null;
                yield fold(path, StateNode.hashOf(new StateNode.Leaf(other.path, other.valueHash)));
            }
        };
    }

    private byte[] fold(byte[] path, byte[] terminalHash) {
        var hash = terminalHash;
        int next = siblings.size();
        for (int i = depth - 1; i >= 0; i--) {
            var sibling = bit(bitmap, i) ? siblings.get(--next) : StateMap.EMPTY_HASH;
            hash = bit(path, i) ? Sha256.of(StateNode.INNER, sibling, hash) : Sha256.of(StateNode.INNER, hash, sibling);
        }
        return hash;
    }

    public byte[] encode() {
        return StateProofCodec.encode(this);
    }

    /// Empty when the bytes are not a state proof in its one canonical form.
    public static Optional<StateProof> decode(byte[] bytes) {
        return StateProofCodec.decode(bytes);
    }

    /// Collects siblings from the root down.
    static final class Siblings {
        private final List<byte[]> present = new ArrayList<>();
        private final byte[] bits = new byte[MAX_DEPTH / 8];
        private int depth;

        void add(byte[] hash) {
            if (!Arrays.equals(hash, StateMap.EMPTY_HASH)) {
                bits[depth >> 3] |= (byte) (0x80 >> (depth & 7));
                present.add(hash.clone());
            }
            depth++;
        }

        StateProof proof(Terminal terminal) {
            return new StateProof(depth, Arrays.copyOf(bits, (depth + 7) / 8), present, terminal);
        }
    }
}
