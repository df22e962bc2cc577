package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.LogReader;
import java.util.List;
import java.util.Optional;

/// This member's logs, and the key that signs their checkpoints.
///
/// @param readers the one that grows last
public record OwnLogs(List<LogReader> readers, Signer logKey) {
    public OwnLogs {
        readers = List.copyOf(readers);
    }

    Optional<LogReader> find(LogId id) {
        return readers.stream().filter(log -> log.id().equals(id)).findFirst();
    }

    /// A checkpoint of one of these logs that was anchored, signed as the log signed it then: the signature is the
    /// same.
    SignedNote signed(LogRecord record, String text) {
        // A log of an earlier log key is signed by that alone.
        return record.key().equals(logKey.key().thumbprint())
                ? SignedNote.sign(
                        text, new NoteKey(record.origin(), logKey.key().point()), logKey::sign)
                : new SignedNote(text, List.of());
    }
}
