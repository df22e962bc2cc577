package io.thingstead.node.trust;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;

/// Gives other members the links of trust: `/links/<height>` those to members that vote from above that height.
public final class LinkRoute implements MemberRoute {
    static final String PREFIX = "/links/";

    private final TrustHistory history;

    public LinkRoute(TrustHistory history) {
        this.history = history;
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    /// By these it learns that it was removed, if it was away then; anybody may have them.
    @Override
    public boolean isForRemoved(String path) {
        return true;
    }

    @Override
    public MemberAnswer answer(MemberId asking, String path) {
        if (!path.matches("[0-9]{1,15}")) {
            return MemberAnswer.no(404, "a height is expected");
        }
        return MemberAnswer.ok(
                MemberAnswer.JSON, history.linksAfter(Long.parseLong(path)).write());
    }
}
