package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LogRecord;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What evidence against a log asks first: that the log is there, and that some member brings it.
final class Evidence {
    private Evidence() {}

    /// The objection, or null.
    static @Nullable Refused objection(@Nullable LogRecord record, LogId log, Action.Request request, Draft draft) {
        if (record == null) {
            return new Refused(Refusal.LOG_UNKNOWN, "no log " + log);
        }
        for (Thumbprint signer : request.signers()) {
            KeyRecord key = draft.key(signer);
            if (key != null && (key.role() == KeyRole.NODE || key.role() == KeyRole.IDENTITY)) {
                return null;
            }
        }
        return new Refused(Refusal.ACTION_NOT_ALLOWED, "members bring evidence, with their node or identity keys");
    }

    /// The log's key, whether it is still in force or not: what it signed, it signed.
    static VerifyingKey logKey(LogRecord record, Draft draft) {
        return Objects.requireNonNull(draft.key(record.key()), "a log's key is on the ledger")
                .key();
    }
}
