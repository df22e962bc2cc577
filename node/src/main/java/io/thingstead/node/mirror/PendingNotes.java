package io.thingstead.node.mirror;

import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.node.mirror.LogNotes.Signed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The signed checkpoints of a log that were seen, here or by other members, and go further than what is anchored.
/// Each is held against the others, and against the tree once that has grown over it. Confined to its owner.
final class PendingNotes {
    private static final int MOST = MirrorHead.MAX_NOTES - 2;

    private final TreeMap<Long, Signed> bySize = new TreeMap<>();
    private @Nullable Fork fork;

    /// Takes a checkpoint in.
    void add(Signed seen, MirroredTree tree) {
        if (fork != null) return;
        if (seen.size() <= tree.size()) {
            // Size 0 has one root only, and a log that signs another has signed nonsense, not another face.
            if (seen.size() > 0 && !Arrays.equals(tree.rootAt(seen.size()), seen.root()))
                fork = new Fork.NotAnchored(seen);
            return;
        }
        Signed known = bySize.putIfAbsent(seen.size(), seen);
        if (known != null && !Arrays.equals(known.root(), seen.root())) fork = new Fork.TwoNotes(known, seen);
        // The nearest are kept: they are the first that the ledger makes final, or does not.
        if (bySize.size() > MOST) bySize.pollLastEntry();
    }

    /// Whether a head of that size and root has been seen, or is in the tree.
    boolean knows(Checkpoint head, MirroredTree tree) {
        if (head.size() <= tree.size()) return head.size() > 0 && Arrays.equals(tree.rootAt(head.size()), head.root());
        Signed known = bySize.get(head.size());
        return known != null && Arrays.equals(known.root(), head.root());
    }

    /// Holds what the tree has grown over against it.
    void settle(MirroredTree tree) {
        while (!bySize.isEmpty() && bySize.firstKey() <= tree.size())
            add(bySize.pollFirstEntry().getValue(), tree);
    }

    Optional<Fork> fork() {
        return Optional.ofNullable(fork);
    }

    /// The newest checkpoints, for other members to see; those of a fork first.
    List<byte[]> newest(int most) {
        List<byte[]> notes = new ArrayList<>(forked());
        for (Signed seen : bySize.descendingMap().values()) {
            if (notes.size() >= most) break;
            notes.add(seen.note());
        }
        return notes;
    }

    /// All that is needed to know the same after a restart.
    List<byte[]> all() {
        return newest(MirrorHead.MAX_NOTES);
    }

    private List<byte[]> forked() {
        return switch (fork) {
            case null -> List.of();
            case Fork.NotAnchored(Signed note) -> List.of(note.note());
            case Fork.TwoNotes(Signed one, Signed other) -> List.of(one.note(), other.note());
        };
    }
}
