package io.thingstead.node.consensus.comet;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.exchange.OtherMembers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the other members say to one that is to take their state, asked before its node starts.
///
/// @param answering those that answer, which they do to members only
/// @param height of the newest block that one of them has
/// @param hasSnapshot whether one of them has a snapshot
/// @param isTrusted whether one of them shows a header that the members known here have signed, or the one that is
///     known here
public record Outlook(List<MemberId> answering, long height, boolean hasSnapshot, boolean isTrusted) {
    public Outlook {
        answering = List.copyOf(answering);
    }

    /// Asks all that the ledger knows here.
    ///
    /// @param headerHash of a certified header of this height that is known here, null for none
    public static Outlook of(
            StoredLedger ledger, MemberId self, OtherMembers others, long height, byte @Nullable [] headerHash) {
        CatchUp.Head known = headerHash == null ? null : new CatchUp.Head(height, headerHash);
        return new CatchUp(ledger, self, others, known).outlook();
    }

    /// Whether so many answer that a snapshot can be taken.
    public boolean isEnough() {
        return answering.size() >= CatchUp.WITNESSES;
    }
}
