package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Signer;
import java.util.List;

/// Makes precommits as members of an engine sign them, for engines that live in tests.
public final class SignedVotes {
    private static final long MS = 1_000_000;

    private SignedVotes() {}

    /// A certificate without votes yet: what its votes are about.
    public static CometCertificate about(CometHeader header, long round, byte[] partsHash) {
        return new CometCertificate(AppHash.RULES_VERSION, header, round, 1, partsHash, List.of());
    }

    /// @param index the voter's place in the set
    /// @param timeMs by the voter's clock
    public static CometCertificate.Vote vote(CometCertificate about, int index, long timeMs, Signer engineKey) {
        var unsigned = new CometCertificate.Vote(index, timeMs / 1_000, timeMs % 1_000 * MS, new byte[64]);
        return new CometCertificate.Vote(
                index, unsigned.seconds(), unsigned.nanos(), engineKey.sign(about.signBytes(unsigned)));
    }

    public static CometCertificate with(CometCertificate about, List<CometCertificate.Vote> votes) {
        return new CometCertificate(
                about.rulesVersion(), about.header(), about.round(), about.partsTotal(), about.partsHash(), votes);
    }
}
