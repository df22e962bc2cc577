package io.thingstead.node.mirror;

import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.merkle.TileHashes;
import io.thingstead.kit.merkle.TilePath;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.TiledLog;
import io.thingstead.node.mirror.LogNotes.Signed;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// This member's mirror of one log: what the ledger anchored of it, and the checkpoints that its owner showed since.
/// One thread makes it grow; any thread reads it and shows it checkpoints.
final class MirroredLog implements TiledLog {
    /// Of one step; about 16,000 leaves in half a megabyte.
    static final int STEP_TILES = 64;

    private static final Duration STEP = Duration.ofSeconds(5);

    private final LogId id;
    private final LogNotes notes;
    private final Store store;
    private final Cosigner cosigner;
    private final MirroredTree tree;
    private final PendingNotes pending = new PendingNotes();
    private final long sinceMs;
    private byte @Nullable [] cosigned;
    /// The newest last; only the newest survives a restart.
    private final Deque<byte[]> recentlyCosigned = new ArrayDeque<>();

    private final Map<GrantRecord, Long> followed = new HashMap<>();

    /// As it is kept, or new.
    MirroredLog(LogId id, LogNotes notes, Store store, Cosigner cosigner) {
        this.id = id;
        this.notes = notes;
        this.store = store;
        this.cosigner = cosigner;
        byte[] row = store.get(Column.MIRROR, MirrorRows.head(id));
        MirrorHead head = row == null
                ? new MirrorHead(new Frontier(), cosigner.clockMs().getAsLong(), null, List.of())
                : MirrorHead.decode(row);
        tree = new MirroredTree(id, store, head.edge());
        sinceMs = head.sinceMs();
        cosigned = head.cosigned();
        if (cosigned != null) recentlyCosigned.add(cosigned);
        for (byte[] note : head.notes()) notes.read(note).ifPresent(seen -> pending.add(seen, tree));
    }

    LogId id() {
        return id;
    }

    String origin() {
        return notes.origin();
    }

    MirroredTree tree() {
        return tree;
    }

    long sinceMs() {
        return sinceMs;
    }

    /// The newest anchored checkpoint that is kept, with this member's cosignature.
    synchronized Optional<byte[]> cosigned() {
        return Optional.ofNullable(cosigned);
    }

    /// The size of that checkpoint; 0 before the first.
    synchronized long cosignedSize() {
        return cosigned().flatMap(notes::unverified).map(Checkpoint::size).orElse(0L);
    }

    /// The anchored checkpoints that were cosigned last, so that the cosignatures of several members meet at one.
    synchronized List<byte[]> recentlyCosigned() {
        return List.copyOf(recentlyCosigned);
    }

    /// How far a grant is followed, in memory; -1: not known.
    synchronized long followed(GrantRecord grant) {
        return followed.getOrDefault(grant, -1L);
    }

    synchronized void follow(GrantRecord grant, long next) {
        followed.put(grant, next);
    }

    synchronized Optional<Fork> fork() {
        return pending.fork();
    }

    /// The newest checkpoints of the log that were seen and are not anchored yet.
    synchronized List<byte[]> newest(int most) {
        return pending.newest(most);
    }

    /// Fetches what is anchored and not kept, as much as one step takes, and keeps it once it is shown to be that.
    /// False: the mirror has all.
    ///
    /// Throws `MemberUnreachable`, or [Misanswer] when what came is not the anchored log.
    ///
    /// @param anchors the log's last ones, the newest first
    boolean step(LogSource source, LogRecord anchored, Supplier<List<Event.Anchor>> anchors) {
        if (tree.size() >= anchored.size()) return false;
        Growth growth = tree.grow();
        long until = System.nanoTime() + STEP.toNanos();
        for (int tiles = 0;
                growth.size() < anchored.size() && tiles < STEP_TILES && (tiles == 0 || System.nanoTime() < until);
                tiles++) {
            long tile = growth.size() / TilePath.FULL;
            int width = (int) Math.min(TilePath.FULL, anchored.size() - tile * TilePath.FULL);
            growth.append(source.commitments(tile, width));
        }
        requireAnchored(growth, source, anchored);
        keep(growth, growth.size() == anchored.size() ? heads(anchored, anchors.get()) : new TreeMap<>());
        return tree.size() < anchored.size();
    }

    /// Whoever gave it out: it is kept only when the anchored root says that it is the log.
    private void requireAnchored(Growth growth, LogSource source, LogRecord anchored) {
        boolean isLog = growth.size() == anchored.size()
                ? Arrays.equals(growth.root(), anchored.root())
                : grewInto(growth.size(), growth.root(), anchored.size(), anchored.root(), source);
        if (!isLog)
            throw new Misanswer(
                    "the leaves that %s gives out are not those of the anchored log".formatted(source.member()));
    }

    private static boolean grewInto(long from, byte[] fromRoot, long to, byte[] toRoot, LogSource source) {
        List<byte[]> proof = MerkleTree.consistencyProof(new TileHashes(to, source::hashes), from, to);
        return MerkleVerifier.verifyConsistency(from, to, fromRoot, toRoot, proof);
    }

    /// The anchored heads that the step goes over, by size. The ledger has checked that each grew into the next, and so
    /// into the last, which the leaves were just shown to give.
    private SortedMap<Long, byte[]> heads(LogRecord anchored, List<Event.Anchor> anchors) {
        SortedMap<Long, byte[]> heads = new TreeMap<>();
        heads.put(anchored.size(), anchored.root());
        for (Event.Anchor anchor : anchors)
            if (anchor.toSize() > tree.size() && anchor.toSize() < anchored.size())
                heads.put(anchor.toSize(), anchor.root());
        return heads;
    }

    private synchronized void keep(Growth growth, SortedMap<Long, byte[]> heads) {
        Batch batch = store.newBatch();
        growth.putInto(batch);
        List<byte[]> signed = heads.entrySet().stream()
                .map(head -> cosigner.cosign(origin(), head.getKey(), head.getValue()))
                .toList();
        byte[] newest = signed.isEmpty() ? cosigned : signed.getLast();
        // Crash point: nothing of the step is kept, and its cosignature was shown to nobody. It is fetched again.
        write(batch, growth.edge(), newest);
        // Crash point: all of the step is kept; the next start goes on behind it.
        tree.take(growth);
        cosigned = newest;
        recentlyCosigned.addAll(signed);
        while (recentlyCosigned.size() > HeldEntry.MAX_COSIGNED) recentlyCosigned.removeFirst();
        if (pending.fork().isEmpty()) {
            pending.settle(tree);
            if (pending.fork().isPresent()) write(store.newBatch(), growth.edge(), newest);
        }
    }

    private void write(Batch batch, Frontier edge, byte @Nullable [] signed) {
        MirrorHead head = new MirrorHead(edge, sinceMs, signed, pending.all());
        store.write(batch.put(Column.MIRROR, MirrorRows.head(id), head.encode()));
    }

    /// Takes in a checkpoint that somebody shows as the log's; what its key did not sign is nothing.
    Optional<Signed> see(byte[] note) {
        Optional<Signed> signed = notes.read(note);
        signed.ifPresent(this::see);
        return signed;
    }

    /// The same, of a checkpoint that another member passes on. Most are known, and cost no signature.
    void hear(byte[] note) {
        Optional<Checkpoint> head = notes.unverified(note);
        if (head.isPresent() && !knows(head.get())) see(note);
    }

    private synchronized boolean knows(Checkpoint head) {
        return pending.fork().isPresent() || pending.knows(head, tree);
    }

    private synchronized void see(Signed seen) {
        if (pending.fork().isPresent()) return;
        pending.add(seen, tree);
        // The evidence must not be forgotten; other checkpoints are seen again.
        if (pending.fork().isPresent()) write(store.newBatch(), tree.edge(), cosigned);
    }

    /// Looks at the newest checkpoint of the owner: that it grew from what is kept, and did not shrink.
    void look(LogSource owner, LogRecord anchored) {
        Signed newest = see(owner.checkpoint())
                .orElseThrow(() -> new Misanswer(
                        "the checkpoint that %s shows is not signed by the log's key".formatted(owner.member())));
        if (newest.size() < anchored.size())
            throw new Misanswer("the log shrank: its newest checkpoint has size %d, but %d leaves are final"
                    .formatted(newest.size(), anchored.size()));
        long kept = tree.size();
        if (kept > 0 && kept < newest.size() && !grewInto(kept, tree.rootAt(kept), newest.size(), newest.root(), owner))
            throw new Misanswer(
                    "the newest checkpoint, of size %d, does not grow from what is final".formatted(newest.size()));
    }

    @Override
    public Optional<String> note() {
        return cosigned().map(note -> new String(note, StandardCharsets.UTF_8));
    }

    @Override
    public Optional<byte[]> tile(int level, long number, int width) {
        return tree.tile(level, number, width);
    }

    @Override
    public Optional<byte[]> commitments(long number, int width) {
        return tree.commitments(number, width);
    }
}
