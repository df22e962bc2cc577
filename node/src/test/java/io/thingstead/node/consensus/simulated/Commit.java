package io.thingstead.node.consensus.simulated;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The precommits that decided a block. Whether they verify is found out once: in one process all members hold the same
/// object.
public final class Commit {
    private final CometCertificate certificate;
    private final byte[] hash;
    private byte @Nullable [] certifiedBy;
    private boolean certifies;

    Commit(CometCertificate certificate) {
        this.certificate = certificate;
        this.hash = Sha256.of(certificate.encode());
    }

    public CometCertificate certificate() {
        return certificate;
    }

    byte[] hash() {
        return hash;
    }

    boolean isOf(Block block) {
        return Arrays.equals(certificate.headerHash(), block.hash());
    }

    boolean isBy(MemberSet voters, String chainId) {
        byte[] set = voters.hash();
        if (certifiedBy == null || !Arrays.equals(certifiedBy, set)) {
            certifies = voters.certifies(certificate, chainId);
            certifiedBy = set;
        }
        return certifies;
    }

    /// The median of the voters' clocks, in ms: the next block's time.
    long medianTime() {
        List<Long> times = certificate.votes().stream()
                .map(vote -> vote.seconds() * 1_000 + vote.nanos() / 1_000_000)
                .sorted()
                .toList();
        return times.get((times.size() - 1) / 2);
    }
}
