package io.thingstead.node.consortium;

import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the ledger in a data folder stands while no node runs in it.
///
/// @param member whose folder it is, absent where the ledger does not tell
public record Standing(
        @Nullable String member,
        String ledger,
        long height,
        long blockTime,
        Tolerance tolerance,
        List<Member> members) {
    /// @param mayFail how many of the members that vote may fail or lie
    public record Tolerance(int members, int mayFail, int needed, String words) {}

    public record Member(String name, String domain, boolean own, boolean votes, boolean removed, long faults) {}

    static Standing of(LedgerReader ledger, @Nullable String own) {
        var head = ledger.head();
        ValidatorSet voters = ledger.validators();
        return new Standing(
                own,
                head.ledger().hex(),
                head.height(),
                head.blockTime(),
                new Tolerance(
                        voters.size(),
                        ValidatorSet.tolerated(voters.size()),
                        voters.needed(),
                        ValidatorSet.tolerance(voters.size()) + "."),
                ledger.members().stream()
                        .map(member -> new Member(
                                member.member().value(),
                                member.domain(),
                                member.member().value().equals(own),
                                voters.has(member.member()),
                                ledger.isRemoved(member.member()),
                                ledger.faults(member.member())))
                        .toList());
    }
}
