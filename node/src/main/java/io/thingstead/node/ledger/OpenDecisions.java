package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.MemberId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Which decisions are open, and how many there ever were.
///
/// @param last number of the newest decision, 0 before the first
public record OpenDecisions(long last, List<Open> open) {
    /// How long a proposal waits for approvals, in block time.
    public static final long OPEN_MS = 7 * 24 * 3_600_000L;

    /// How many a member may have open.
    public static final int MAX_OF_MEMBER = 8;

    private static final OpenDecisions NONE = new OpenDecisions(0, List.of());

    /// An open decision.
    public record Open(long number, MemberId proposer, long expiresAt) {}

    public OpenDecisions {
        open = List.copyOf(open);
    }

    public static OpenDecisions of(Draft draft) {
        byte[] value = draft.get(StateKeys.DECISIONS);
        return value == null ? NONE : decode(value);
    }

    public long openOf(MemberId member) {
        return open.stream().filter(o -> o.proposer.equals(member)).count();
    }

    public void opened(DecisionRecord decision, Draft draft) {
        List<Open> more = new ArrayList<>(open);
        more.add(new Open(decision.number(), decision.proposer(), decision.expiresAt()));
        new OpenDecisions(decision.number(), more).put(draft);
    }

    public static void closed(long number, Draft draft) {
        OpenDecisions before = of(draft);
        List<Open> left = before.open.stream().filter(o -> o.number != number).toList();
        new OpenDecisions(before.last, left).put(draft);
    }

    /// Closes those whose time is over.
    static void expire(byte[] noTransaction, Draft draft) {
        for (Open due : of(draft).open) {
            if (due.expiresAt <= draft.now()) {
                DecisionRecord record = Objects.requireNonNull(
                        DecisionRecord.of(draft, due.number), "an open decision is in the state");
                record.ended(DecisionRecord.Outcome.EXPIRED, draft.nextEventNo())
                        .put(draft);
                closed(due.number, draft);
                draft.happened(
                        noTransaction,
                        EventType.DECISION_EXPIRED,
                        List.of(Draft.decisionSubject(due.number), StateKeys.LEDGER),
                        new CborWriter().array(1).integer(due.number));
            }
        }
    }

    private void put(Draft draft) {
        CborWriter out = new CborWriter(64).array(2).integer(last).array(open.size());
        open.forEach(
                o -> out.array(3).integer(o.number).text(o.proposer.value()).integer(o.expiresAt));
        draft.put(StateKeys.DECISIONS, out.toBytes());
    }

    public static OpenDecisions decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(2);
        long last = in.readUint();
        int count = in.readArray(100_000);
        List<Open> open = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(3);
            open.add(new Open(in.readUint(), new MemberId(in.readText(32)), in.readUint()));
        }
        in.expectEnd();
        return new OpenDecisions(last, open);
    }
}
