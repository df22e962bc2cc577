package io.thingstead.node.consensus.simulated;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.SignedVotes;
import io.thingstead.node.ledger.EraRecord.EraMember;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What engines say to each other. A block's name is null where a vote is for none.
public sealed interface Message {
    /// Who sent it, or sent it on.
    MemberId from();

    /// @param validRound a round in which more than two thirds prevoted for the block, or -1
    record Proposal(MemberId from, long height, int round, Block block, int validRound) implements Message {}

    record Prevote(
            MemberId from, long height, int round, @Nullable String block) implements Message {}

    /// @param about what is signed; null for a vote for no block
    /// @param checked whether the signature was looked at, and by whose key: once for all who hold this object
    record Precommit(
            MemberId from,
            long height,
            int round,
            @Nullable String block,
            @Nullable CometCertificate about,
            CometCertificate.@Nullable Vote vote,
            Checked checked)
            implements Message {
        boolean isSignedBy(EraMember member) {
            if (about == null || vote == null) {
                return block == null;
            }
            if (about.round() != round
                    || about.height() != height
                    || !Block.idOf(about.headerHash()).equals(block)) {
                return false;
            }
            if (!Objects.equals(checked.by, member)) {
                // With the one voter alone in its set, its vote stands at place 0.
                var alone = new CometCertificate.Vote(0, vote.seconds(), vote.nanos(), vote.signature());
                MemberSet set = new MemberSet(List.of(member.forTrust()));
                checked.holds = !set.withoutWrongVotes(SignedVotes.with(about, List.of(alone)))
                        .votes()
                        .isEmpty();
                checked.by = member;
            }
            return checked.holds;
        }
    }

    final class Checked {
        private @Nullable EraMember by;
        private boolean holds;
    }

    /// A block that was decided, for one who was away.
    record Decision(MemberId from, Block block, Commit commit) implements Message {}

    /// Where the sender is: it works on this height, and wants to hear of it.
    record Status(MemberId from, long height) implements Message {}

    record Batch(MemberId from, byte[] bytes) implements Message {}
}
