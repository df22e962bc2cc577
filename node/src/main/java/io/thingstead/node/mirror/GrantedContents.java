package io.thingstead.node.mirror;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.log.DeviceStream;
import io.thingstead.node.log.KeptLeaf;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.mirror.ContentRows.Followed;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// The contents of other members' devices that were granted to this one: fetched once they are final, kept when they
/// are what the mirrored leaf commits to, and a key of their member signed them.
public final class GrantedContents {
    /// How far a grant is followed without anything to keep before that is written down.
    private static final long UNWRITTEN = 65_536;

    private final MemberId self;
    private final LedgerReader ledger;
    private final Store store;
    private final Function<LogId, Optional<MirroredLog>> mirrors;

    /// @param mirrors of the other members' logs
    GrantedContents(MemberId self, LedgerReader ledger, Store store, Function<LogId, Optional<MirroredLog>> mirrors) {
        this.self = self;
        this.ledger = ledger;
        this.store = store;
        this.mirrors = mirrors;
    }

    /// Fetches the next contents of the log, as many as one answer has. True: there may be more.
    ///
    /// Throws `MemberUnreachable`, or [Misanswer] when what came is not what the log committed to.
    boolean step(OtherMembers others, MirroredLog log) {
        Map<String, GrantRecord> grants = new TreeMap<>();
        for (GrantRecord grant : ledger.grantsOf(self))
            if (grant.device().member().equals(log.id().member()))
                grants.put(grant.device().value(), grant);
        if (grants.isEmpty()) return false;
        long from = grants.values().stream()
                .mapToLong(grant -> followed(log, grant))
                .min()
                .orElseThrow();
        long size = log.tree().size();
        if (from >= size) return false;
        String path = "/contents/" + log.id().number() + "/" + from;
        // What frames the last content of an answer may come on top.
        MemberAnswer answer = others.ask(log.id().member(), path, LeafContent.MAX_BYTES + 1_024);
        if (answer.status() == 403) return false; // revoked since
        if (!answer.isOk()) throw new Misanswer("no contents: the answer is " + answer.status());
        LeafContent.Page page = LeafContent.Page.decode(answer.body());
        long next = Math.min(page.next(), size);
        if (next <= from) throw new Misanswer("no contents at " + path + ", though the log is final there");
        Batch batch = store.newBatch();
        long before = from - 1;
        for (LeafContent leaf : page.contents()) {
            if (leaf.index() >= next) break;
            if (leaf.index() <= before) throw new Misanswer("contents out of order");
            before = leaf.index();
            GrantedFrame frame = checked(log, leaf, grants);
            batch.put(Column.MIRRORED_CONTENT, ContentRows.content(log.id(), leaf.index()), leaf.encode());
            batch.put(
                    Column.MIRRORED_CONTENT,
                    ContentRows.ofDevice(frame.device(), log.id().number(), leaf.index()),
                    new byte[0]);
            batch.put(
                    Column.MIRRORED_CONTENT,
                    ContentRows.ofNumber(frame.device(), frame.n()),
                    ContentRows.place(log.id(), leaf.index()));
        }
        keep(log, grants, batch, from, next);
        return next < size;
    }

    private long followed(MirroredLog log, GrantRecord grant) {
        long known = log.followed(grant);
        if (known >= 0) return known;
        byte[] row = store.get(Column.MIRRORED_CONTENT, ContentRows.followed(log.id(), grant.device()));
        Followed kept = row == null ? null : Followed.decode(row);
        long next = kept == null || kept.grant() != grant.event() ? 0 : kept.next();
        log.follow(grant, next);
        return next;
    }

    /// A content counts only where the leaf that the ledger made final commits to it.
    private GrantedFrame checked(MirroredLog log, LeafContent leaf, Map<String, GrantRecord> grants) {
        var nobody = new DeviceStream(
                leaf.key(), grants.values().iterator().next().device(), false, TrustLevel.DEVICE_SIGNED);
        byte[] entry = new LeafRecord(
                        leaf.index(), nobody, 0, leaf.salt(), leaf.kind(), leaf.receivedMs(), leaf.content())
                .entry();
        if (!Arrays.equals(entry, log.tree().entry(leaf.index())))
            throw new Misanswer(
                    "a content that leaf %d of log %s does not commit to".formatted(leaf.index(), log.id()));
        GrantedFrame frame = GrantedFrame.read(log.id(), leaf, ledger)
                .orElseThrow(() -> new Misanswer("leaf %d is no frame of a device of %s"
                        .formatted(leaf.index(), log.id().member())));
        GrantRecord grant = grants.get(frame.device().value());
        if (grant == null || !grant.covers(frame.receivedMs()))
            throw new Misanswer("leaf %d was not granted".formatted(leaf.index()));
        return frame;
    }

    private void keep(MirroredLog log, Map<String, GrantRecord> grants, Batch batch, long from, long next) {
        boolean isWritten = !batch.isEmpty() || next / UNWRITTEN > from / UNWRITTEN;
        for (GrantRecord grant : grants.values()) {
            if (followed(log, grant) > next) continue;
            if (isWritten)
                batch.put(
                        Column.MIRRORED_CONTENT,
                        ContentRows.followed(log.id(), grant.device()),
                        new Followed(grant.event(), next).encode());
        }
        // Crash point: contents and how far they go become durable together; before, they are fetched again.
        if (isWritten) store.write(batch);
        for (GrantRecord grant : grants.values()) if (followed(log, grant) <= next) log.follow(grant, next);
    }

    /// What is kept of the device, in the order of its member's logs, behind this place.
    ///
    /// @param logNo of the place after which they begin; 0 with index -1: from the first on
    public List<GrantedFrame> frames(DeviceId device, long logNo, long index, int limit) {
        List<GrantedFrame> frames = new ArrayList<>();
        byte[] from = ContentRows.ofDevice(device, logNo, index + 1);
        byte[] to = ContentRows.ofDevice(device, 0xFFFF_FFFFL, -1);
        try (var scan = store.scan(Column.MIRRORED_CONTENT, from, to)) {
            while (frames.size() < limit && scan.next()) {
                LogId log = ContentRows.logOf(device, scan.key());
                byte[] row =
                        store.get(Column.MIRRORED_CONTENT, ContentRows.content(log, ContentRows.indexOf(scan.key())));
                Optional<GrantedFrame> frame =
                        row == null ? Optional.empty() : GrantedFrame.read(log, LeafContent.decode(row), ledger);
                frame.ifPresent(frames::add);
            }
        }
        return frames;
    }

    /// The frame with this number of the device, with what its proof takes. Of two with one number, by different keys,
    /// the later one.
    public Optional<KeptLeaf> find(DeviceId device, long n) {
        byte[] place = store.get(Column.MIRRORED_CONTENT, ContentRows.ofNumber(device, n));
        if (place == null) return Optional.empty();
        LogId log = ContentRows.logOf(device, place);
        byte[] row = store.get(Column.MIRRORED_CONTENT, ContentRows.content(log, ContentRows.indexOf(place)));
        if (row == null) return Optional.empty();
        LeafContent leaf = LeafContent.decode(row);
        return mirrors.apply(log)
                .map(MirroredLog::tree)
                .map(tree -> new KeptLeaf(
                        log,
                        leaf.index(),
                        leaf.key(),
                        leaf.salt(),
                        leaf.receivedMs(),
                        leaf.content(),
                        tree.size(),
                        size -> tree.inclusionProof(leaf.index(), size)));
    }

    /// Whether any content of the log is kept.
    boolean keepsOf(LogId log) {
        try (var scan = store.scan(
                Column.MIRRORED_CONTENT, ContentRows.content(log, 0), ContentRows.content(log, Long.MAX_VALUE))) {
            return scan.next();
        }
    }

    /// Removes the content of a leaf with its salt, where it is kept; its entry in the mirrored tree says nothing.
    ///
    /// @return whether there was something to remove
    public boolean erase(LogId log, long index) {
        byte[] key = ContentRows.content(log, index);
        byte[] row = store.get(Column.MIRRORED_CONTENT, key);
        if (row == null) return false;
        Batch batch = store.newBatch().delete(Column.MIRRORED_CONTENT, key);
        GrantedFrame.read(log, LeafContent.decode(row), ledger).ifPresent(frame -> {
            batch.delete(Column.MIRRORED_CONTENT, ContentRows.ofDevice(frame.device(), log.number(), index));
            byte[] number = ContentRows.ofNumber(frame.device(), frame.n());
            if (Arrays.equals(store.get(Column.MIRRORED_CONTENT, number), ContentRows.place(log, index)))
                batch.delete(Column.MIRRORED_CONTENT, number);
        });
        store.write(batch);
        return true;
    }
}
