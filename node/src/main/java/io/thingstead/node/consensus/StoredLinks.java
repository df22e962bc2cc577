package io.thingstead.node.consensus;

import io.thingstead.kit.proof.SetLink;
import io.thingstead.kit.proof.TrustLink;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The links of trust in the store, kept for ever: how a verifier gets from the members that voted once to those who
/// vote now. What the ledger alone knows of a link is durable in the batch of the block that changes the members; the
/// two blocks' commits come to it when they are there. Until then the engine's blocks are needed. Safe for all threads.
public final class StoredLinks {
    private static final byte WAITING = 0;
    private static final byte WHOLE = 1;
    private static final byte BEYOND = 2;

    private final Store store;
    private volatile long neededFrom;

    public StoredLinks(Store store) {
        this.store = store;
        look();
    }

    /// With the batch of the block that changes the members.
    static void putWaiting(Batch batch, WaitingLink link) {
        batch.put(Column.LINK, key(link.height(), WAITING), link.encode());
    }

    /// With the batch that begins an era.
    static void put(Batch batch, TrustLink link) {
        batch.put(Column.LINK, key(link.height(), WHOLE), link.encode());
    }

    private static byte[] key(long height, byte what) {
        return ByteBuffer.allocate(9).putLong(height).put(what).array();
    }

    /// Makes a verified link durable.
    public void keep(TrustLink link) {
        Batch batch = store.newBatch();
        put(batch, link);
        store.write(batch.delete(Column.LINK, key(link.height(), WAITING)));
        // A crash before: the link still waits, and is made again out of the engine's blocks, which are kept till then.
        look();
    }

    /// Makes links durable that lead on from where this member's ledger ended, because the others removed it. They
    /// stand apart: nothing here is certified by those to whom they lead.
    public void keepBeyond(List<TrustLink> verified) {
        Batch batch = store.newBatch();
        verified.forEach(link -> batch.put(Column.LINK, key(link.height(), BEYOND), link.encode()));
        store.write(batch);
        // A crash before: none is there, and the others are asked again. After: all are.
    }

    /// Deletes those beyond that do not hold.
    public void forgetBeyond() {
        Batch batch = store.newBatch();
        try (var scan = store.scan(Column.LINK, key(0, WAITING), null)) {
            while (scan.next()) {
                if (scan.key()[8] == BEYOND) {
                    batch.delete(Column.LINK, scan.key());
                }
            }
        }
        store.write(batch);
        // A crash before: they are there, are found not to hold again, and go then.
    }

    public List<TrustLink> beyond() {
        return withMark(0, BEYOND);
    }

    /// Links that wait for the commits of their two blocks, the oldest first.
    public List<WaitingLink> waiting() {
        List<WaitingLink> found = new ArrayList<>();
        try (var scan = store.scan(Column.LINK, key(0, WAITING), null)) {
            while (scan.next()) {
                if (scan.key()[8] == WAITING) {
                    found.add(WaitingLink.decode(ByteBuffer.wrap(scan.key()).getLong(), scan.value()));
                }
            }
        }
        return found;
    }

    /// The lowest block whose commit is still needed, or the largest number.
    public long neededFrom() {
        return neededFrom;
    }

    /// Sees what waits now.
    void look() {
        List<WaitingLink> waiting = waiting();
        neededFrom = waiting.isEmpty() ? Long.MAX_VALUE : waiting.getFirst().height() - 1;
    }

    /// The links to members that vote from above this height, in their order.
    public List<TrustLink> after(long height) {
        return withMark(height + 1, WHOLE);
    }

    private List<TrustLink> withMark(long from, byte what) {
        List<TrustLink> found = new ArrayList<>();
        try (var scan = store.scan(Column.LINK, key(from, WAITING), null)) {
            while (scan.next()) {
                if (scan.key()[8] == what) {
                    found.add(TrustLink.read(scan.value()));
                }
            }
        }
        return found;
    }

    /// The sets' links among them.
    public List<SetLink> sets() {
        return after(-1).stream()
                .filter(SetLink.class::isInstance)
                .map(SetLink.class::cast)
                .toList();
    }
}
