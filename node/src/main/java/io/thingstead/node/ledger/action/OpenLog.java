package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.MemberRecord;
import java.util.List;

/// Opens a log of a member: from now on its checkpoints can be anchored.
public record OpenLog(LogId log) implements Action {
    static final int TYPE = 2;

    static OpenLog read(CborReader in) {
        in.readArrayOf(2);
        return new OpenLog(Actions.log(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "open-log";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(2).text(log.member().value()).integer(log.number());
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(log), Draft.subject(log.member()));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        MemberRecord member = draft.member(log.member());
        if (member == null) {
            return Outcome.declined(Refusal.MEMBER_UNKNOWN, "no member " + log.member());
        }
        if (!draft.isSignedBy(request.signers(), log.member(), KeyRole.NODE, KeyRole.IDENTITY)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "only " + log.member() + " opens its logs");
        }
        if (draft.isRemoved(log.member())) {
            return Outcome.declined(Refusal.MEMBER_REMOVED, log.member() + " was removed from the ledger");
        }
        if (draft.log(log) != null) {
            return Outcome.declined(Refusal.LOG_EXISTS, "log " + log + " was opened before");
        }
        Thumbprint key = member.key(KeyRole.LOG).orElseThrow();
        String origin = log.origin(member.domain(), draft.block().ledger());
        draft.put(new LogRecord(log, origin, key, 0, MerkleTree.emptyRoot(), null, draft.now(), null));
        draft.happened(
                request.transaction(),
                EventType.LOG_OPENED,
                subjects(),
                new CborWriter()
                        .array(4)
                        .text(log.member().value())
                        .integer(log.number())
                        .text(origin)
                        .bytes(key.bytes()));
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Open the log " + log;
    }
}
