package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.node.consensus.comet.SignerState.Signed;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Signs votes and proposals with the member's engine key, each step of each round once: what goes back in height,
/// round
/// or step, or differs from what was signed there, is refused. The same thing asked again at another time gets the
/// first time and signature (the engine crashed between asking and keeping the answer).
final class EngineSigner {
    private final Signer engineKey;
    private final String chainId;
    private final SignerState state;

    /// An answer: the message with its signature, or why not.
    record Answer(byte @Nullable [] signed, @Nullable String refusal) {}

    EngineSigner(Signer engineKey, String chainId, SignerState state) {
        this.engineKey = engineKey;
        this.chainId = chainId;
        this.state = state;
    }

    byte[] publicKey() {
        return engineKey.key().point();
    }

    synchronized Answer sign(SignRequest request) {
        if (!request.chainId().equals(chainId)) {
            return refused("chain " + request.chainId() + " is not " + chainId);
        }
        Signed last = state.last();
        // Another chain: an era that is over. Its heights are below this one's.
        if (last != null && last.chainId().equals(chainId)) {
            Answer known = known(request, last);
            if (known != null) {
                return known;
            }
        }
        byte[] signBytes = request.signBytes();
        byte[] signature = engineKey.sign(signBytes);
        state.keep(new Signed(
                chainId, request.height(), request.round(), request.step(), signBytes, request.time(), signature));
        return new Answer(request.signed(request.time(), signature), null);
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
                ? new Answer(request.signed(last.time(), last.signature()), null)
                : refused("something else was signed at height " + request.height() + " round " + request.round());
    }

    private static Answer refused(String why) {
        return new Answer(null, why);
    }
}
