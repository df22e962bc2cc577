package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LogId;
import java.util.ArrayList;
import java.util.List;

/// A `checkpoint-anchored` event leaf (`docs/formats.md` §7): the ledger made the head of a log final.
public record AnchorEvent(
        long era,
        long height,
        long blockTime,
        long eventNo,
        byte[] transaction,
        long type,
        List<String> subjects,
        LogId log,
        long fromSize,
        long toSize,
        byte[] root,
        long previousTime) {
    /// The event type `checkpoint-anchored`. A leaf of another type can be read; it proves nothing here.
    public static final int CHECKPOINT_ANCHORED = 7;

    private static final int MAX_SUBJECTS = 16;
    private static final int MAX_SUBJECT = 128;

    public AnchorEvent {
        subjects = List.copyOf(subjects);
    }

    static AnchorEvent read(byte[] leaf) {
        var in = CborReader.strict(leaf);
        in.readArrayOf(8);
        long era = SectionCbor.uint(in);
        long height = SectionCbor.uint(in);
        long blockTime = SectionCbor.uint(in);
        long eventNo = SectionCbor.uint(in);
        var transaction = SectionCbor.hash(in);
        long type = SectionCbor.uint(in);
        var subjects = subjects(in);
        in.readArrayOf(6);
        var log = SectionCbor.log(in);
        long fromSize = SectionCbor.uint(in);
        long toSize = SectionCbor.uint(in);
        var root = SectionCbor.hash(in);
        long previousTime = SectionCbor.uint(in);
        in.expectEnd();
        return new AnchorEvent(
                era,
                height,
                blockTime,
                eventNo,
                transaction,
                type,
                subjects,
                log,
                fromSize,
                toSize,
                root,
                previousTime);
    }

    private static List<String> subjects(CborReader in) {
        int count = in.readArray(MAX_SUBJECTS);
        if (count == 0) throw new CborMalformed("an event without a subject");
        var subjects = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) subjects.add(in.readText(MAX_SUBJECT));
        return subjects;
    }

    /// The event leaf's bytes.
    public byte[] encode() {
        var out = new CborWriter(256)
                .array(8)
                .integer(era)
                .integer(height)
                .integer(blockTime)
                .integer(eventNo)
                .bytes(transaction)
                .integer(type)
                .array(subjects.size());
        subjects.forEach(out::text);
        return out.array(6)
                .text(log.member().value())
                .integer(log.number())
                .integer(fromSize)
                .integer(toSize)
                .bytes(root)
                .integer(previousTime)
                .toBytes();
    }
}
