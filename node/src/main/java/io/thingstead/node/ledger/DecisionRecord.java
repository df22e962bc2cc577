package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.action.Proposal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A proposal to the members that vote, and how far it came.
///
/// @param proposedEvent the event that proposed it
/// @param expiresAt block time from which it is closed if it has not passed
/// @param approvals who approves, in the order of their approvals; the proposer first
/// @param end how it ended, or null while it is open
public record DecisionRecord(
        long number,
        MemberId proposer,
        long proposedEvent,
        long expiresAt,
        Proposal proposal,
        List<MemberId> approvals,
        @Nullable End end) {
    /// How decisions end, with the numbers that stand in the state.
    public enum Outcome {
        PASSED(1),
        WITHDRAWN(2),
        EXPIRED(3);

        private final int number;

        Outcome(int number) {
            this.number = number;
        }

        /// How people read it.
        public String label() {
            return switch (this) {
                case PASSED -> "passed";
                case WITHDRAWN -> "withdrawn";
                case EXPIRED -> "expired";
            };
        }

        private static Outcome of(int number) {
            return switch (number) {
                case 1 -> PASSED;
                case 2 -> WITHDRAWN;
                case 3 -> EXPIRED;
                default -> throw new IllegalArgumentException("no end of a decision: " + number);
            };
        }
    }

    /// The end of a decision.
    ///
    /// @param event that says so
    public record End(Outcome outcome, long event) {}

    public DecisionRecord {
        approvals = List.copyOf(approvals);
    }

    public static @Nullable DecisionRecord of(Draft draft, long number) {
        byte[] value = draft.get(StateKeys.decision(number));
        return value == null ? null : decode(number, value);
    }

    public void put(Draft draft) {
        draft.put(StateKeys.decision(number), encode());
    }

    public boolean isOpen() {
        return end == null;
    }

    public DecisionRecord approvedBy(MemberId member) {
        List<MemberId> more = new ArrayList<>(approvals);
        more.add(member);
        return new DecisionRecord(number, proposer, proposedEvent, expiresAt, proposal, more, end);
    }

    public DecisionRecord ended(Outcome outcome, long event) {
        return new DecisionRecord(
                number, proposer, proposedEvent, expiresAt, proposal, approvals, new End(outcome, event));
    }

    /// In plain words: while it is open all that somebody must know before approving it. What it would make of the
    /// members is of interest only while it can.
    public List<String> inWords(LedgerReader ledger) {
        return isOpen() ? proposal.inWords(ledger) : List.of(proposal.inWords());
    }

    /// How many of those who vote now approve.
    public long approvalsAmong(ValidatorSet voters) {
        return approvals.stream().filter(voters::has).count();
    }

    byte[] encode() {
        CborWriter out = new CborWriter(512)
                .array(6)
                .text(proposer.value())
                .integer(proposedEvent)
                .integer(expiresAt);
        proposal.write(out);
        out.array(approvals.size());
        approvals.forEach(member -> out.text(member.value()));
        if (end == null) {
            out.nil();
        } else {
            out.array(2).integer(end.outcome.number).integer(end.event);
        }
        return out.toBytes();
    }

    public static DecisionRecord decode(long number, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(6);
        MemberId proposer = new MemberId(in.readText(32));
        long proposedEvent = in.readUint();
        long expiresAt = in.readUint();
        Proposal proposal = Proposal.read(in);
        int count = in.readArray(1_000);
        List<MemberId> approvals = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            approvals.add(new MemberId(in.readText(32)));
        }
        End end = null;
        if (in.nextIsNull()) {
            in.readNull();
        } else {
            in.readArrayOf(2);
            end = new End(Outcome.of(in.readUint(3)), in.readUint());
        }
        in.expectEnd();
        return new DecisionRecord(number, proposer, proposedEvent, expiresAt, proposal, approvals, end);
    }
}
