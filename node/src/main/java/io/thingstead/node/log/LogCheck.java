package io.thingstead.node.log;

import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import io.thingstead.node.storage.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Walks a log from its first leaf and computes everything again from the contents: commitments, leaves, tiles, root.
/// Shares no tree code with the sequencer, so that an error there does not hide itself here.
public final class LogCheck {
    private static final int MOST_PROBLEMS = 100;

    private final LogId id;
    private final Store store;
    private final LongConsumer progress;
    private final List<String> problems = new ArrayList<>();
    private final Frontier frontier = new Frontier();
    /// Hashes of the growing tile of each level above 0, as they come.
    private final Map<Integer, List<byte[]>> upper = new TreeMap<>();

    private final List<byte[]> commitments = new ArrayList<>();
    private final List<Rows.Leaf> leaves = new ArrayList<>();
    private @Nullable Checkpoint checkpoint;
    private long erased;

    /// What was found.
    ///
    /// @param size leaves found
    /// @param root over all of them
    /// @param checkpointSize leaves under the newest checkpoint
    /// @param erased of them, leaves whose contents were erased
    /// @param problems what does not fit, in words; the first hundred
    public record Report(long size, byte[] root, long checkpointSize, long erased, List<String> problems) {
        public boolean isSound() {
            return problems.isEmpty();
        }
    }

    private LogCheck(LogId id, Store store, LongConsumer progress) {
        this.id = id;
        this.store = store;
        this.progress = progress;
    }

    /// Checks a log that is not being appended to.
    ///
    /// @param logKey the key that must have signed the newest checkpoint
    /// @param progress told now and then how many leaves are done
    public static Report run(
            LogId id, NoteKey logKey, SignedNote.SignatureCheck check, Store store, LongConsumer progress) {
        var run = new LogCheck(id, store, progress);
        run.checkpoint(logKey, check);
        run.walk();
        run.numbers();
        var checkpoint = run.checkpoint;
        return new Report(
                run.frontier.size(),
                run.frontier.root(),
                checkpoint == null ? 0 : checkpoint.size(),
                run.erased,
                List.copyOf(run.problems));
    }

    private void checkpoint(NoteKey logKey, SignedNote.SignatureCheck check) {
        var row = store.get(Column.CHECKPOINT, Rows.log(id.number()));
        var note = row == null ? Optional.<SignedNote>empty() : SignedNote.parse(row);
        if (note.isEmpty()) {
            problem("there is no checkpoint");
            return;
        }
        if (!(note.get().verify(List.of(logKey), check) instanceof SignedNote.Outcome.Verified))
            problem("the newest checkpoint is not signed by the log key");
        checkpoint = Checkpoint.parse(note.get().text()).orElse(null);
        if (checkpoint == null || !checkpoint.origin().equals(logKey.name()))
            problem("the newest checkpoint is not one of " + logKey.name());
    }

    private void walk() {
        compareRoot();
        try (var scan = store.scan(Column.CONTENT, Rows.leafKey(id.number(), 0), Rows.leafKey(id.number(), -1L))) {
            while (scan.next()) {
                long expected = frontier.size();
                long index = Rows.indexOf(scan.key());
                if (index != expected) {
                    problem("leaf %d follows leaf %d".formatted(index, expected - 1));
                    return;
                }
                leaf(Rows.leaf(scan.value()));
            }
        } catch (StoreException e) {
            if (e.category() != StoreException.Category.CORRUPT) throw e;
            problem("leaf %d cannot be read: %s".formatted(frontier.size(), e.getMessage()));
        }
        places();
        var signed = checkpoint;
        if (signed != null && signed.size() > frontier.size())
            problem("the newest checkpoint covers %d leaves, there are %d".formatted(signed.size(), frontier.size()));
    }

    private void leaf(Rows.Leaf leaf) {
        var commitment = leaf.commitment();
        if (leaf instanceof Rows.Erased) erased++;
        commitments.add(commitment);
        leaves.add(leaf);
        frontier.append(MerkleTree.leafHash(Entries.entry(commitment)), this::completed);
        compareRoot();
        if (commitments.size() == TileNodes.WIDTH) {
            compareTile(0, (frontier.size() - 1) >>> TileNodes.LEVELS, commitments);
            places();
        }
        if (frontier.size() % 65_536 == 0) progress.accept(frontier.size());
    }

    private void completed(int level, long index, byte[] hash) {
        if (level == 0 || level % TileNodes.LEVELS != 0) return;
        int tileLevel = level / TileNodes.LEVELS;
        var tile = upper.computeIfAbsent(tileLevel, _ -> new ArrayList<>());
        tile.add(hash);
        if (tile.size() < TileNodes.WIDTH) return;
        compareTile(tileLevel, index >>> TileNodes.LEVELS, tile);
        tile.clear();
    }

    private void compareTile(int level, long tile, List<byte[]> hashes) {
        var row = store.get(Column.TILE, Rows.tileKey(id.number(), level, tile));
        var computed = new byte[32 * hashes.size()];
        for (int i = 0; i < hashes.size(); i++) System.arraycopy(hashes.get(i), 0, computed, 32 * i, 32);
        if (!Arrays.equals(row, computed))
            problem("tile %d of level %d is %s".formatted(tile, level, row == null ? "missing" : "another"));
    }

    private void compareRoot() {
        var signed = checkpoint;
        if (signed != null && signed.size() == frontier.size() && !Arrays.equals(signed.root(), frontier.root()))
            problem("the newest checkpoint has another root at size " + signed.size());
    }

    /// Whether the numbers of the last leaves lead to them.
    private void places() {
        long first = frontier.size() - leaves.size();
        var keys = leaves.stream()
                .map(leaf -> Rows.numberKey(leaf.stream(), leaf.n()))
                .toList();
        var places = store.multiGet(Column.NUMBER, keys);
        for (int i = 0; i < places.size(); i++) {
            var place = places.get(i) == null ? null : Rows.place(places.get(i));
            if (place == null || place.log() != id.number() || place.index() != first + i)
                problem("number %d of leaf %d leads to %s"
                        .formatted(leaves.get(i).n(), first + i, place));
        }
        leaves.clear();
        commitments.clear();
    }

    /// Every number leads to a leaf, so there are as many as leaves.
    private void numbers() {
        long count = 0;
        try (var scan = store.scan(Column.NUMBER, new byte[0], null)) {
            while (scan.next()) if (Rows.place(scan.value()).log() == id.number()) count++;
        }
        if (count != frontier.size()) problem("%d numbers lead to %d leaves".formatted(count, frontier.size()));
    }

    private void problem(String text) {
        if (problems.size() < MOST_PROBLEMS) problems.add(text);
    }
}
