package io.thingstead.node.simulation;

import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.ReadingLeaf;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.log.Answer.Accepted;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What must hold at every step of a simulation, over all members and all their crashes.
final class Invariants {
    private static final HexFormat HEX = HexFormat.of();

    private final TreeMap<Long, String> appHashes = new TreeMap<>();
    private final TreeMap<Long, String> headers = new TreeMap<>();
    private final TreeMap<String, Long> anchored = new TreeMap<>();
    private final TreeMap<Long, byte[]> events = new TreeMap<>();
    /// By place in the log, what was acknowledged there.
    private final TreeMap<String, Acknowledged> atPlace = new TreeMap<>();
    /// By device, key and number.
    private final TreeMap<String, Acknowledged> byFrame = new TreeMap<>();

    private long anchors;
    private @Nullable Violation broken;

    /// A frame that a member answered for.
    record Acknowledged(MemberId member, String frame, byte[] content, Accepted receipt) {}

    void require(boolean holds, String otherwise) {
        if (!holds) {
            Violation violation = new Violation(otherwise);
            broken = broken == null ? violation : broken;
            throw violation;
        }
    }

    /// What was found may not have come through: a future keeps what is thrown in it.
    void throwIfBroken() {
        if (broken != null) {
            throw broken;
        }
    }

    /// A member shows its readers this block.
    void decided(MemberId member, long height, byte[] appHash) {
        String hash = HEX.formatHex(appHash);
        String before = appHashes.putIfAbsent(height, hash);
        require(
                before == null || before.equals(hash),
                "the members' app hashes differ after block " + height + ", seen by " + member);
    }

    /// A member holds a certificate with this header.
    void certified(MemberId member, long height, byte[] headerHash) {
        String hash = HEX.formatHex(headerHash);
        String before = headers.putIfAbsent(height, hash);
        require(
                before == null || before.equals(hash),
                "two blocks are certified at height " + height + ", seen by " + member);
    }

    void anchored(MemberId seenBy, LogRecord log) {
        Long before = anchored.put(seenBy + " " + log.log(), log.size());
        require(
                before == null || before <= log.size(),
                "the anchor of " + log.log() + " went back to " + log.size() + ", seen by " + seenBy);
        if (before == null || before < log.size()) {
            anchors++;
        }
    }

    /// Somebody was told that the ledger did what was asked.
    void told(TransactionResult result) {
        for (Event event : result.events()) {
            byte[] before = events.putIfAbsent(event.number(), event.leaf());
            require(
                    before == null || Arrays.equals(before, event.leaf()),
                    "event " + event.number() + " was told in two ways");
        }
    }

    /// Somebody asked for what must not be had.
    void refused(TransactionResult result, String what) {
        require(!result.happened(), what + " was taken");
    }

    /// A device hears that its frame is in the log.
    void acknowledged(MemberId member, String frame, byte[] content, Accepted receipt) {
        var now = new Acknowledged(member, frame, content, receipt);
        String place = new LogId(member, receipt.logNumber()) + "@" + receipt.index();
        Acknowledged there = atPlace.putIfAbsent(place, now);
        require(
                there == null || there.frame.equals(frame),
                "the place " + place + " was promised to two frames: " + frame);
        Acknowledged first = byFrame.putIfAbsent(frame, now);
        require(first == null || isSame(first.receipt, receipt), "frame " + frame + " got two different receipts");
        byte[] entry =
                ReadingLeaf.of(receipt.salt(), receipt.receivedMs(), content).entry();
        require(Arrays.equals(entry, receipt.entry()), "the receipt of " + frame + " is not about it");
    }

    private static boolean isSame(Accepted one, Accepted other) {
        return one.logNumber() == other.logNumber()
                && one.index() == other.index()
                && one.receivedMs() == other.receivedMs()
                && Arrays.equals(one.salt(), other.salt())
                && Arrays.equals(one.entry(), other.entry());
    }

    TreeMap<String, Acknowledged> acknowledged() {
        return byFrame;
    }

    TreeMap<Long, byte[]> events() {
        return events;
    }

    long anchors() {
        return anchors;
    }

    long blocks() {
        return appHashes.size();
    }
}
