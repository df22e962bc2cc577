package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.node.consensus.comet.SignerState.Signed;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Signs votes and proposals with the member's engine key, each step of each round once: what goes back in height,
/// round
/// or step, or differs from what was signed there, is refused, whichever of the member's keys it was signed with. The
/// same thing asked again at another time gets the
/// first time and signature (the engine crashed between asking and keeping the answer).
final class EngineSigner implements Votes {
    private final Voters voters;
    private final String chainId;
    private final VoteRecord record;

    /// Which key of this member the others count at a height.
    interface Voters {
        /// The key that signs there, or null: none of this member's votes.
        @Nullable
        Signer at(long height);

        /// The key that the engine takes itself to have now.
        VerifyingKey now();

        /// One key, at all heights.
        static Voters always(Signer key) {
            return new Voters() {
                @Override
                public Signer at(long height) {
                    return key;
                }

                @Override
                public VerifyingKey now() {
                    return key.key();
                }
            };
        }
    }

    /// An answer: the message with its signature, or why not.
    ///
    /// @param isHeld whether nothing at all is signed now, which is said elsewhere
    record Answer(byte @Nullable [] signed, @Nullable String refusal, boolean isHeld) {}

    EngineSigner(Voters voters, String chainId, VoteRecord record) {
        this.voters = voters;
        this.chainId = chainId;
        this.record = record;
    }

    @Override
    public byte[] publicKey() {
        return voters.now().point();
    }

    @Override
    public synchronized Answer sign(SignRequest request) {
        if (!request.chainId().equals(chainId)) {
            return refused("chain " + request.chainId() + " is not " + chainId);
        }
        SignerState state = record.state();
        if (state == null) {
            return new Answer(null, record.why().orElse("the record of votes is closed"), true);
        }
        Signed last = state.last();
        // Another chain: an era that is over. Its heights are below this one's.
        if (last != null && last.chainId().equals(chainId)) {
            Answer known = known(request, last);
            if (known != null) {
                return known;
            }
        }
        Signer key = voters.at(request.height());
        if (key == null) {
            return refused("this member does not vote at height " + request.height());
        }
        byte[] signBytes = request.signBytes();
        byte[] signature = key.sign(signBytes);
        state.keep(new Signed(
                chainId, request.height(), request.round(), request.step(), signBytes, request.time(), signature));
        return new Answer(request.signed(request.time(), signature), null, false);
    }

    /// The answer that follows from what was signed last, or null: the request is for a later step.
    private static @Nullable Answer known(SignRequest request, Signed last) {
        if (last.isAfter(request)) {
            return refused("height " + request.height() + " round " + request.round() + " step " + request.step()
                    + " is before what was signed last: height " + last.height() + " round " + last.round() + " step "
                    + last.step());
        }
        if (!last.isAt(request)) {
            return null;
        }
        return Arrays.equals(request.signBytes(last.time()), last.signBytes())
                ? new Answer(request.signed(last.time(), last.signature()), null, false)
                : refused("something else was signed at height " + request.height() + " round " + request.round());
    }

    private static Answer refused(String why) {
        return new Answer(null, why, false);
    }
}
