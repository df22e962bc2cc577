package io.thingstead.node.mirror;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import java.util.List;

/// Tells other members what this one holds, and which checkpoints it saw: `/held/<n>`, from the n-th log on, by name.
public final class HeldRoute implements MemberRoute {
    private final Holdings holdings;

    HeldRoute(Holdings holdings) {
        this.holdings = holdings;
    }

    @Override
    public String prefix() {
        return "/held/";
    }

    @Override
    public MemberAnswer answer(MemberId asking, String path) {
        if (!path.matches("0|[1-9][0-9]{0,8}")) return MemberAnswer.no(404, "no " + path + " here");
        List<HeldEntry> entries = holdings.own(asking, Integer.parseInt(path), HeldEntry.MAX_ENTRIES);
        return MemberAnswer.ok(MemberAnswer.BYTES, HeldEntry.encode(entries));
    }
}
