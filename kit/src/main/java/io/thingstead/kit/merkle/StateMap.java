package io.thingstead.kit.merkle;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The authenticated map of the ledger's state: immutable, sharing structure between versions, with a root that depends
/// only on its entries. It keeps hashes only; the values live with their owner.
///
/// The path of an entry is H(key). A leaf `H(0x00 ‖ path ‖ H(value))` stands at its shortest unique prefix; an inner
/// node
/// is `H(0x01 ‖ left ‖ right)`; an empty subtree is 32 zero bytes. Inner hashes are computed when first asked for, so
/// that a block of many changes hashes each touched node once.
public final class StateMap {
    public static final StateMap EMPTY = new StateMap(null, 0);

    /// The hash of an empty subtree.
    static final byte[] EMPTY_HASH = new byte[32];

    private final @Nullable StateNode root;
    private final long size;

    private StateMap(@Nullable StateNode root, long size) {
        this.root = root;
        this.size = size;
    }

    public static byte[] pathOf(byte[] key) {
        return Sha256.of(key);
    }

    public static byte[] valueHash(byte[] value) {
        return Sha256.of(value);
    }

    public long size() {
        return size;
    }

    public StateMap put(byte[] key, byte[] value) {
        return putHash(pathOf(key), valueHash(value));
    }

    /// Puts an entry whose path and value hash are known already, as when the map is loaded from a snapshot.
    public StateMap putHash(byte[] path, byte[] valueHash) {
        if (path.length != 32 || valueHash.length != 32) throw new IllegalArgumentException("32 bytes each");
        var leaf = new StateNode.Leaf(path, valueHash);
        var before = find(leaf.path());
        if (before == null) return new StateMap(StateNode.with(root, 0, leaf), size + 1);
        if (Arrays.equals(before.valueHash(), valueHash)) return this;
        return new StateMap(StateNode.with(root, 0, leaf), size);
    }

    /// The map after all these changes.
    public StateMap with(StateChanges changes) {
        var changed = changes.appliedTo(root);
        return changed == root ? this : new StateMap(changed, size + changes.grown());
    }

    public boolean contains(byte[] key) {
        return find(pathOf(key)) != null;
    }

    public StateMap remove(byte[] key) {
        var path = pathOf(key);
        return find(path) == null ? this : new StateMap(StateNode.without(root, 0, path), size - 1);
    }

    /// The hash of the value at this key, or null.
    public byte @Nullable [] get(byte[] key) {
        var leaf = find(pathOf(key));
        return leaf == null ? null : leaf.valueHash();
    }

    public byte[] root() {
        return StateNode.hashOf(root).clone();
    }

    /// Proves that the key is here (with the value whose hash `get` returns), or that it is not.
    public StateProof prove(byte[] key) {
        var path = pathOf(key);
        var siblings = new StateProof.Siblings();
        var node = root;
        int depth = 0;
        while (node instanceof StateNode.Inner inner) {
            boolean right = StateProof.bit(path, depth++);
            siblings.add(StateNode.hashOf(right ? inner.left() : inner.right()));
            node = right ? inner.right() : inner.left();
        }
        var terminal = switch (node) {
            case null -> new StateProof.Terminal.EmptySlot();
            case StateNode.Leaf leaf ->
                Arrays.equals(leaf.path(), path)
                        ? new StateProof.Terminal.Present()
                        : new StateProof.Terminal.OtherLeaf(leaf.path(), leaf.valueHash());
            case StateNode.Inner _ -> throw new IllegalStateException("the descent ends below inner nodes");
        };
        return siblings.proof(terminal);
    }

    private StateNode.@Nullable Leaf find(byte[] path) {
        var node = root;
        for (int depth = 0; node instanceof StateNode.Inner inner; depth++) {
            node = StateProof.bit(path, depth) ? inner.right() : inner.left();
        }
        return node instanceof StateNode.Leaf leaf && Arrays.equals(leaf.path(), path) ? leaf : null;
    }
}
