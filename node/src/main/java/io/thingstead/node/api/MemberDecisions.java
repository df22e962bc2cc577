package io.thingstead.node.api;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.util.Optional;

/// This member's voice among the members: it proposes, approves and withdraws, signed with its identity key.
public interface MemberDecisions {
    /// What a person may put to the members.
    sealed interface Wanted {
        /// Lets another organisation in.
        ///
        /// @param request its request to join, as it handed it over
        record Add(byte[] request) implements Wanted {}

        record Remove(MemberId member) implements Wanted {}

        /// Gives this member another engine key, made on its own machine.
        record EngineKey() implements Wanted {}

        record Rules(long version, long height) implements Wanted {}
    }

    /// The decision's number, or why it could not be put to the members.
    Result<Long> propose(Wanted wanted);

    /// What this member hands to who is to join while the ledger runs; none where the member is alone, or removed.
    Result<byte[]> invite();

    /// Empty when it is approved.
    Optional<Refused> approve(long decision);

    /// Empty when it is withdrawn.
    Optional<Refused> withdraw(long decision);
}
