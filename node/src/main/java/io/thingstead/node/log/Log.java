package io.thingstead.node.log;

import io.thingstead.kit.model.LogId;
import io.thingstead.node.log.Log.Opening.Lost;
import io.thingstead.node.log.Log.Opening.Opened;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A member's log that is being appended to: its sequencer and its reader.
public final class Log implements AutoCloseable {
    private final LogReader reader;
    private final Sequencer sequencer;

    private Log(LogReader reader, Sequencer sequencer) {
        this.reader = reader;
        this.sequencer = sequencer;
    }

    /// What came of opening a log.
    public sealed interface Opening {
        record Opened(Log log) implements Opening {}

        /// The store has less than this member or the ledger signed for, or something else: an older backup
        /// was put back, or the disk lost what it had synced. Appending would fork the log, so it is closed
        /// and the next one opened; what is left can still be read.
        record Lost(LogId id, long localSize, long signedSize, String text) implements Opening {}
    }

    /// Opens a log, new or kept, without starting it. The newest checkpoint covers everything when this returns.
    ///
    /// @param anchored the newest anchor the ledger knows
    /// @param onFailure told when the log had to stop for good: memory and disk may differ, so the process must end
    public static Opening open(
            LogSettings settings, Store store, AnchorTarget.Anchored anchored, Consumer<Throwable> onFailure) {
        return open(settings, store, anchored, new SecureRandom(), System::nanoTime, onFailure);
    }

    /// The same where randomness and the passing of time come from elsewhere.
    ///
    /// @param random draws the salts: a cryptographic generator, except in a simulation
    /// @param nanos as `System.nanoTime`
    public static Opening open(
            LogSettings settings,
            Store store,
            AnchorTarget.Anchored anchored,
            RandomGenerator random,
            LongSupplier nanos,
            Consumer<Throwable> onFailure) {
        var log = settings.id().number();
        var kept = restore(settings.id(), settings.origin(), store);
        var lost = lost(kept, anchored);
        if (lost != null) return lost;
        var checkpointer = new Checkpointer(store, log, settings.origin(), settings.signer());
        var signed = kept.head.checkpoint();
        if (signed == null || signed.size() < kept.head.size())
            kept.head.publish(
                    checkpointer.sign(kept.head.size(), kept.head.tree().root()));
        var appender = new Appender(
                store,
                log,
                kept.tree,
                new Sequences(kept.streams),
                new FirstReceipts(store, new StoredFrames(settings.ledger())),
                new Salts(random));
        var sequencer = new Sequencer(
                store,
                appender,
                kept.tree,
                kept.head,
                checkpointer,
                settings.id().toString(),
                nanos,
                onFailure);
        return new Opened(new Log(kept.reader, sequencer));
    }

    /// Reads a log that is not appended to: a closed one, or one that lost data.
    public static LogReader read(LogId id, String origin, Store store) {
        return restore(id, origin, store).reader;
    }

    /// Puts a checkpoint over all leaves of a log that is not appended to any more, and reads it. What it covers is
    /// what
    /// was acknowledged here, a part of the log or all of it, so it contradicts no other checkpoint.
    public static LogReader end(LogSettings settings, Store store) {
        var kept = restore(settings.id(), settings.origin(), store);
        var signed = kept.head.checkpoint();
        if (kept.head.size() > 0 && (signed == null || signed.size() < kept.head.size())) {
            kept.head.publish(new Checkpointer(store, settings.id().number(), settings.origin(), settings.signer())
                    .sign(kept.head.size(), kept.head.tree().root()));
        }
        return kept.reader;
    }

    private record Kept(LogReader reader, PublishedHead head, GrowingTree tree, StreamDirectory streams) {}

    private static Kept restore(LogId id, String origin, Store store) {
        var cache = new TileCache(store, id.number());
        long size = size(id.number(), store);
        var tree = GrowingTree.restored(id.number(), size, cache, partial(id.number(), size, store));
        var head = new PublishedHead(cache, tree.edge(), Checkpointer.newest(store, id.number(), origin));
        var streams = new StreamDirectory(store);
        return new Kept(new LogReader(id, origin, store, head, streams), head, tree, streams);
    }

    private static long size(long log, Store store) {
        var last = store.last(Column.CONTENT, Rows.leafKey(log, 0), Rows.leafKey(log, -1L));
        return last == null ? 0 : Rows.indexOf(last.key()) + 1;
    }

    /// The commitments after the last full tile, made again from what they commit to.
    private static List<byte[]> partial(long log, long size, Store store) {
        var commitments = new ArrayList<byte[]>();
        long first = size & -TileNodes.WIDTH;
        try (var scan = store.scan(Column.CONTENT, Rows.leafKey(log, first), Rows.leafKey(log, size))) {
            while (scan.next()) {
                commitments.add(Rows.leaf(scan.value()).commitment());
            }
        }
        if (commitments.size() != size - first) throw Rows.corrupt("leaves after " + first + " are missing");
        return commitments;
    }

    private static @Nullable Lost lost(Kept kept, AnchorTarget.Anchored anchored) {
        var signed = kept.head.checkpoint();
        if (signed != null) {
            var lost = lost(kept, signed.size(), signed.root(), "this member signed");
            if (lost != null) return lost;
        }
        return lost(kept, anchored.size(), anchored.root(), "the ledger anchored");
    }

    private static @Nullable Lost lost(Kept kept, long size, byte[] root, String who) {
        long local = kept.head.size();
        if (local < size)
            return new Lost(
                    kept.reader.id(), local, size, "%s size %d, the store has %d leaves".formatted(who, size, local));
        if (!Arrays.equals(kept.reader.rootAt(size), root))
            return new Lost(kept.reader.id(), local, size, "%s another root at size %d".formatted(who, size));
        return null;
    }

    public LogReader reader() {
        return reader;
    }

    public Sequencer sequencer() {
        return sequencer;
    }

    /// Adds a follower; before [#start], so that it misses nothing.
    public void listen(LogListener listener) {
        sequencer.listen(listener);
    }

    public void start() {
        sequencer.start();
    }

    /// Does what the log's thread does in one round, on the caller's thread: for a log that is driven step by step and
    /// never started.
    public void round() {
        sequencer.round();
    }

    /// Ends after everything submitted is durable, answered and under a checkpoint. The store stays open.
    @Override
    public void close() {
        sequencer.close();
    }
}
