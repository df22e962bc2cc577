package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.EventWords;
import io.thingstead.node.ledger.LogRecord;
import java.util.List;

/// Closes a log for a reason (1 lost data, 2 retired, 3 full): nothing more is anchored, what is anchored stays proven.
public record CloseLog(LogId log, int reason) implements Action {
    static final int TYPE = 3;

    private static final int REASONS = 3;

    static CloseLog read(CborReader in) {
        in.readArrayOf(3);
        LogId log = Actions.log(in);
        int reason = in.readUint(REASONS);
        if (reason == 0) {
            throw new CborMalformed("not a reason");
        }
        return new CloseLog(log, reason);
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "close-log";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(3).text(log.member().value()).integer(log.number()).integer(reason);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(log), Draft.subject(log.member()));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        LogRecord record = draft.log(log);
        if (record == null) {
            return Outcome.declined(Refusal.LOG_UNKNOWN, "no log " + log);
        }
        if (!draft.isSignedBy(request.signers(), log.member(), KeyRole.NODE, KeyRole.IDENTITY)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "only " + log.member() + " closes its logs");
        }
        if (record.closed() != null) {
            return Outcome.declined(Refusal.LOG_CLOSED, "log " + log + " is closed already");
        }
        draft.put(record.closed(reason));
        draft.happened(
                request.transaction(),
                EventType.LOG_CLOSED,
                subjects(),
                new CborWriter()
                        .array(4)
                        .text(log.member().value())
                        .integer(log.number())
                        .integer(reason)
                        .integer(record.size()));
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Close the log " + log + " (" + EventWords.closeReason(reason) + ")";
    }
}
