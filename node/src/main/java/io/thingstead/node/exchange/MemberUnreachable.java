package io.thingstead.node.exchange;

import io.thingstead.kit.model.MemberId;

/// A member that does not answer now, or is not who it should be.
public final class MemberUnreachable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MemberUnreachable(MemberId member, String why, Throwable cause) {
        super("member " + member + " cannot be reached: " + why, cause);
    }

    public MemberUnreachable(MemberId member, String why) {
        super("member " + member + " cannot be reached: " + why);
    }
}
