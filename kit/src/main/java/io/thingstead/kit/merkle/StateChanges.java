package io.thingstead.kit.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes to a state map that are made all at once: each touched node is made anew once, however many of the changes
/// lie below it. The result is that of putting and removing one by one.
public final class StateChanges {
    private final List<Change> changes = new ArrayList<>();
    private long grown;

    /// @param leaf what stands at the path from now on, null: nothing
    private record Change(byte[] path, StateNode.@Nullable Leaf leaf) {}

    /// Puts a value, or removes the entry where it is null. A key is changed once.
    public void add(byte[] key, byte @Nullable [] value) {
        byte[] path = StateMap.pathOf(key);
        changes.add(new Change(path, value == null ? null : new StateNode.Leaf(path, StateMap.valueHash(value))));
    }

    /// How many entries more there are after [#appliedTo].
    long grown() {
        return grown;
    }

    /// The tree after the changes.
    @Nullable
    StateNode appliedTo(@Nullable StateNode root) {
        changes.sort((a, b) -> Arrays.compareUnsigned(a.path, b.path));
        for (int i = 1; i < changes.size(); i++) {
            if (Arrays.equals(changes.get(i - 1).path, changes.get(i).path)) {
                throw new IllegalArgumentException("a key is changed twice");
            }
        }
        grown = 0;
        return apply(root, 0, 0, changes.size());
    }

    /// The subtree at `depth` after the changes `[from, to)`, which are all that lie in it.
    private @Nullable StateNode apply(@Nullable StateNode node, int depth, int from, int to) {
        if (from == to) {
            return node;
        }
        return switch (node) {
            case null -> {
                List<StateNode.Leaf> put = put(from, to);
                grown += put.size();
                yield StateNode.of(put, depth);
            }
            case StateNode.Leaf leaf -> onLeaf(leaf, depth, from, to);
            case StateNode.Inner inner -> {
                int half = firstRight(depth, from, to);
                yield inner.with(apply(inner.left(), depth + 1, from, half), apply(inner.right(), depth + 1, half, to));
            }
        };
    }

    /// The first of the changes `[from, to)` that lies on the right at `depth`, where all agree above; `to`: none.
    private int firstRight(int depth, int from, int to) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (StateProof.bit(changes.get(middle).path, depth)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private @Nullable StateNode onLeaf(StateNode.Leaf leaf, int depth, int from, int to) {
        List<StateNode.Leaf> leaves = put(from, to);
        boolean changed = false;
        int at = 0;
        for (int i = from; i < to; i++) {
            Change change = changes.get(i);
            changed |= leaf.hasPath(change.path);
            at += change.leaf != null && leaf.isAfter(change.path) ? 1 : 0;
        }
        if (!changed) {
            leaves.add(at, leaf);
        }
        grown += leaves.size() - 1;
        return StateNode.of(leaves, depth);
    }

    private List<StateNode.Leaf> put(int from, int to) {
        List<StateNode.Leaf> put = new ArrayList<>(to - from + 1);
        for (int i = from; i < to; i++) {
            StateNode.Leaf leaf = changes.get(i).leaf;
            if (leaf != null) {
                put.add(leaf);
            }
        }
        return put;
    }
}
