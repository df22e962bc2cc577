package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
    /// A verifier reads no more.
    public static final int MAX_SUBJECTS = 16;

    private static final byte[] NO_TRANSACTION = new byte[32];

    public Event {
        subjects = List.copyOf(subjects);
    }

    /// Stands for the transaction where the block told the event of its own accord.
    public static byte[] noTransaction() {
        return NO_TRANSACTION.clone();
    }

    /// Whether the block told it of its own accord: no transaction caused it.
    public boolean isOfBlock() {
        return Arrays.equals(transaction, NO_TRANSACTION);
    }

    public byte[] leaf() {
        return leaf(new CborWriter());
    }

    /// @param with an empty writer, to be used again
    byte[] leaf(CborWriter with) {
        with.array(8)
                .integer(era)
                .integer(height)
                .integer(blockTime)
                .integer(number)
                .bytes(transaction)
                .integer(type.number())
                .array(subjects.size());
        for (String subject : subjects) {
            with.text(subject);
        }
        return with.raw(body).take();
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
                era, height, time, number, transaction, type, subjects, Arrays.copyOfRange(leaf, from, leaf.length));
    }

    /// What an anchor event says: leaves `[fromSize, toSize)` of the log are final under `root`.
    ///
    /// @param previousTime block time of the log's anchor before, or of its opening
    public record Anchor(LogId log, long fromSize, long toSize, byte[] root, long previousTime) {}

    /// The anchor, where this is one.
    public Optional<Anchor> anchor() {
        if (type != EventType.CHECKPOINT_ANCHORED) {
            return Optional.empty();
        }
        CborReader in = CborReader.strict(body);
        in.readArrayOf(6);
        LogId log = new LogId(new MemberId(in.readText(32)), in.readUint());
        return Optional.of(new Anchor(log, in.readUint(), in.readUint(), in.readBytesOf(32), in.readUint()));
    }

    public String inWords() {
        return EventWords.of(this);
    }
}
