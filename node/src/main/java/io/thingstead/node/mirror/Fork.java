package io.thingstead.node.mirror;

import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.action.LogEvidence;
import io.thingstead.node.mirror.LogNotes.Signed;
import java.util.Optional;

/// Two faces of a log, as a mirror found them.
sealed interface Fork {
    /// Two signed checkpoints of one size.
    record TwoNotes(Signed one, Signed other) implements Fork {}

    /// A signed checkpoint that the anchored log did not grow from.
    record NotAnchored(Signed note) implements Fork {}

    /// What the ledger is told; empty while the tree does not reach what is anchored.
    default Optional<LogEvidence> evidence(LogRecord anchored, MirroredTree tree) {
        return switch (this) {
            case TwoNotes(Signed one, Signed other) ->
                Optional.of(new LogEvidence(anchored.log(), one.note(), new LogEvidence.Against.Note(other.note())));
            case NotAnchored(Signed seen) ->
                tree.size() < anchored.size()
                        ? Optional.empty()
                        : Optional.of(new LogEvidence(
                                anchored.log(),
                                seen.note(),
                                new LogEvidence.Against.Anchored(
                                        tree.rootAt(seen.size()),
                                        tree.consistencyProof(seen.size(), anchored.size()))));
        };
    }

    default String inWords() {
        return switch (this) {
            case TwoNotes(Signed one, Signed _) -> "it signed two different heads of size " + one.size();
            case NotAnchored(Signed seen) ->
                "it signed a head of size " + seen.size() + " that what the ledger made final did not grow from";
        };
    }
}
