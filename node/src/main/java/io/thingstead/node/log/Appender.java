package io.thingstead.node.log;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.log.Answer.Accepted;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns submissions into one batch for the store: admits each by its number, gives it the next index, salt and leaf.
/// What it has in memory runs ahead of the store until the batch is written; a batch that fails ends the process, so
/// nothing is ever taken back. Confined to the sequencer's thread.
final class Appender {
    private final Store store;
    private final long log;
    private final GrowingTree tree;
    private final Sequences sequences;
    private final FirstReceipts receipts;
    private final Salts salts;
    private final MessageDigest digest = Sha256.newDigest();

    private Batch batch;
    private List<Answered> answers = new ArrayList<>();
    private List<AppendedLeaf> leaves = new ArrayList<>();
    /// The streams' numbers of `leaves`, in the same order.
    private final List<Integer> streams = new ArrayList<>();

    /// A submission and its answer, which waits for the sync.
    record Answered(Submission submission, Answer answer) {}

    /// What one batch made durable.
    record Appended(List<Answered> answers, List<AppendedLeaf> leaves) {}

    Appender(Store store, long log, GrowingTree tree, Sequences sequences, FirstReceipts receipts, Salts salts) {
        this.store = store;
        this.log = log;
        this.tree = tree;
        this.sequences = sequences;
        this.receipts = receipts;
        this.salts = salts;
        batch = store.newBatch();
    }

    void add(Submission frame) {
        var stream = sequences.of(frame.stream(), batch);
        var answer = switch (stream.sequence().admit(frame.n(), frame.previous())) {
            case NEW -> append(frame, stream.id());
            case OLD -> repeated(frame, stream);
            case BAD_PREVIOUS ->
                FirstReceipts.declined(
                        Refusal.SEQUENCE_PREVIOUS,
                        "%s names %d as the number before it, but the highest so far is %d"
                                .formatted(
                                        FirstReceipts.named(frame),
                                        frame.previous(),
                                        stream.sequence().high()));
            case TOO_MANY_GAPS ->
                FirstReceipts.declined(
                        Refusal.SEQUENCE_GAPS,
                        "%s would make more than %d open gaps".formatted(FirstReceipts.named(frame), OpenGaps.MOST));
            case OUT_OF_RANGE -> FirstReceipts.declined(Refusal.SEQUENCE_RANGE, "a sequence number is 1 to 2^53 - 1");
        };
        sequences.used(stream);
        answers.add(new Answered(frame, answer));
    }

    private Accepted append(Submission frame, int stream) {
        long index = tree.size();
        var salt = salts.next();
        int kind = Entries.kind(frame.kind());
        var commitment = Entries.commitment(digest, salt, kind, frame.receivedMs(), frame.content());
        tree.append(commitment, batch);
        batch.put(
                Column.CONTENT,
                Rows.leafKey(log, index),
                Rows.content(stream, frame.n(), salt, kind, frame.receivedMs(), frame.content()));
        batch.put(Column.NUMBER, Rows.numberKey(stream, frame.n()), Rows.place(log, index));
        frame.beside().add(log, index, batch);
        leaves.add(new AppendedLeaf(index, frame, salt));
        streams.add(stream);
        return new Accepted(log, index, frame.receivedMs(), salt, Entries.entry(commitment), false);
    }

    private Answer repeated(Submission frame, Sequences.Numbered stream) {
        var here = inThisBatch(stream.id(), frame.n());
        if (here == null) return receipts.answer(frame, stream, batch);
        var first = here.submission();
        var entry = Entries.entry(Entries.commitment(
                digest, here.salt(), Entries.kind(first.kind()), first.receivedMs(), first.content()));
        var receipt = new Accepted(log, here.index(), first.receivedMs(), here.salt(), entry, true);
        return receipts.answer(frame, stream, first.content(), receipt, batch);
    }

    /// Not in the store yet, so it has to be looked for; repeated numbers within one batch are rare.
    private @Nullable AppendedLeaf inThisBatch(int stream, long n) {
        for (int i = 0; i < leaves.size(); i++)
            if (streams.get(i) == stream && leaves.get(i).submission().n() == n) return leaves.get(i);
        return null;
    }

    /// Makes everything added since the last time durable.
    Appended commit() {
        sequences.write(batch);
        // Crash point: nothing of the batch is on disk. Its frames were not acknowledged; devices send them again.
        if (!batch.isEmpty()) store.write(batch);
        // Crash point: all of the batch is on disk, none of it is acknowledged. Devices send again and are answered
        // with the first receipts.
        sequences.trim();
        var appended = new Appended(answers, leaves);
        batch = store.newBatch();
        answers = new ArrayList<>();
        leaves = new ArrayList<>();
        streams.clear();
        return appended;
    }
}
