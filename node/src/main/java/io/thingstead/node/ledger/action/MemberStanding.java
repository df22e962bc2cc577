package io.thingstead.node.ledger.action;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import org.jspecify.annotations.Nullable;

/// Whether a member is one: registered, and not removed.
final class MemberStanding {
    private MemberStanding() {}

    /// The objection, or null.
    static @Nullable Refused objection(MemberId member, Draft draft) {
        if (!draft.knows(member)) {
            return new Refused(Refusal.MEMBER_UNKNOWN, "no member " + member);
        }
        return removal(member, draft);
    }

    /// The objection of a member that is known to be registered, or null.
    static @Nullable Refused removal(MemberId member, Draft draft) {
        return draft.isRemoved(member)
                ? new Refused(Refusal.MEMBER_REMOVED, member + " was removed from the ledger")
                : null;
    }
}
