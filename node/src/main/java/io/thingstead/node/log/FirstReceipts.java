package io.thingstead.node.log;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.log.Answer.Accepted;
import io.thingstead.node.log.Answer.Declined;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.Arrays;

/// Answers frames whose number was used before: a repeated frame gets its first receipt again, another frame with the
/// same number is refused and both are kept as evidence, a number declared as skipped is refused.
/// Confined to the sequencer's thread.
final class FirstReceipts {
    private final Store store;
    private final FrameIdentity identity;

    FirstReceipts(Store store, FrameIdentity identity) {
        this.store = store;
        this.identity = identity;
    }

    Answer answer(Submission frame, Sequences.Numbered stream, Batch batch) {
        var number = store.get(Column.NUMBER, Rows.numberKey(stream.id(), frame.n()));
        if (number == null)
            return declined(Refusal.SEQUENCE_SKIPPED, "%s was declared as skipped".formatted(named(frame)));
        var place = Rows.place(number);
        var row = store.get(Column.CONTENT, Rows.leafKey(place.log(), place.index()));
        if (row == null) throw Rows.corrupt("leaf " + place + " is missing");
        return switch (Rows.leaf(row)) {
            case Rows.Content first -> answer(frame, stream, first.content(), accepted(place, first), batch);
            // Nothing tells any more whether it is the same frame.
            case Rows.Erased _ ->
                declined(
                        Refusal.CONTENT_ERASED,
                        "%s is in the log at %d, and its content was erased".formatted(named(frame), place.index()));
        };
    }

    /// @param content of the frame that has the number
    /// @param receipt its answer
    Answer answer(Submission frame, Sequences.Numbered stream, byte[] content, Accepted receipt, Batch batch) {
        if (isSame(frame, content)) return receipt;
        keep(frame, stream, content, batch);
        return declined(
                Refusal.SEQUENCE_REUSED,
                "%s is already in the log at %d with other content".formatted(named(frame), receipt.index()));
    }

    private boolean isSame(Submission frame, byte[] content) {
        return Arrays.equals(frame.content(), content)
                || Arrays.equals(frame.identity(), identity.of(content, frame.key()));
    }

    private static Accepted accepted(Rows.Place place, Rows.Content first) {
        return new Accepted(
                place.log(), place.index(), first.receivedMs(), first.salt(), Entries.entry(first.commitment()), true);
    }

    /// The first pair of a number is kept: it proves that the device signed twice, and more would prove no more.
    private void keep(Submission frame, Sequences.Numbered stream, byte[] content, Batch batch) {
        var key = Rows.numberKey(stream.id(), frame.n());
        if (store.get(Column.EVIDENCE, key) != null || !stream.sequence().keepEvidence()) return;
        batch.put(Column.EVIDENCE, key, Rows.evidence(content, frame.receivedMs(), frame.content()));
    }

    static Declined declined(Refusal code, String text) {
        return new Declined(new Refused(code, text));
    }

    static String named(Submission frame) {
        return "frame %d of %s".formatted(frame.n(), frame.device());
    }
}
