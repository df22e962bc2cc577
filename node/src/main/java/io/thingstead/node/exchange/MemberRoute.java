package io.thingstead.node.exchange;

import io.thingstead.kit.model.MemberId;

/// A part of the node that answers other members. Called by many threads at once; what is refused is an answer, never
/// an exception.
public interface MemberRoute {
    /// With a slash at both ends, for example `/log/`.
    String prefix();

    /// Whether a member that was removed is answered at this path, too.
    default boolean isForRemoved(String path) {
        return false;
    }

    /// @param asking the member that the connection is authenticated as
    /// @param path below the prefix, with the query if there is one
    MemberAnswer answer(MemberId asking, String path);
}
