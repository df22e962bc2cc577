package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import java.util.ArrayList;
import java.util.List;

/// One thing that happened, as the ledger keeps it for ever. Its leaf is the event's bytes in the tree of events.
///
/// @param body the det-CBOR array of the event's type
public record Event(
        long era,
        long height,
        long blockTime,
        long number,
        byte[] transaction,
        EventType type,
        List<String> subjects,
        byte[] body) {
    private static final int MAX_SUBJECTS = 64;

    public Event {
        subjects = List.copyOf(subjects);
    }

    public byte[] leaf() {
        CborWriter out = new CborWriter(96 + body.length)
                .array(8)
                .integer(era)
                .integer(height)
                .integer(blockTime)
                .integer(number)
                .bytes(transaction)
                .integer(type.number())
                .array(subjects.size());
        subjects.forEach(out::text);
        return out.raw(body).toBytes();
    }

    /// Reads a leaf that this ledger wrote.
    public static Event ofLeaf(byte[] leaf) {
        CborReader in = CborReader.strict(leaf);
        in.readArrayOf(8);
        long era = in.readUint();
        long height = in.readUint();
        long time = in.readUint();
        long number = in.readUint();
        byte[] transaction = in.readBytesOf(32);
        EventType type = EventType.of(in.readUint());
        int count = in.readArray(MAX_SUBJECTS);
        List<String> subjects = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            subjects.add(in.readText(200));
        }
        int from = in.position();
        in.skip(16);
        in.expectEnd();
        return new Event(
                era,
                height,
                time,
                number,
                transaction,
                type,
                subjects,
                java.util.Arrays.copyOfRange(leaf, from, leaf.length));
    }

    public String inWords() {
        return EventWords.of(this);
    }
}
