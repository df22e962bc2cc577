package io.thingstead.node.exchange;

import io.thingstead.kit.model.MemberId;

/// The other members as this one reaches them.
public interface OtherMembers {
    /// Asks a member for what it has at a path that starts with a [MemberRoute]'s prefix.
    /// Throws `MemberUnreachable` when it cannot be reached, does not prove its key, or answers too much
    /// or too late.
    ///
    /// @param maxBytes of an answer; a longer one is an error
    MemberAnswer ask(MemberId member, String path, int maxBytes);
}
