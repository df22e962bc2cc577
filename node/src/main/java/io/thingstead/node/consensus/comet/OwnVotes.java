package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.EngineKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.EraRecord.EraMember;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Which of the member's engine keys votes at a height: the ledger says. A changed key is in force two blocks after the
/// one that changed it; CometBFT asks for its public key again after each block.
final class OwnVotes implements EngineSigner.Voters {
    /// Of the newest blocks: an engine that comes back signs nothing at their heights.
    private static final long LOOKED_AT = 20;

    private final StoredLedger ledger;
    private final MemberId member;
    private final EngineKeys keys;

    OwnVotes(StoredLedger ledger, MemberId member, EngineKeys keys) {
        this.ledger = ledger;
        this.member = member;
        this.keys = keys;
    }

    @Override
    public @Nullable Signer at(long height) {
        VerifyingKey key = keyAt(height);
        return key == null ? null : keys.holding(key).orElse(null);
    }

    /// That of the block to come; where the member does not vote, one that nobody counts.
    @Override
    public VerifyingKey now() {
        VerifyingKey key = next();
        return key == null || keys.holding(key).isEmpty() ? keys.current().key() : key;
    }

    /// A block is durable: a key that votes from now on takes the place of the one before.
    void committed() {
        VerifyingKey key = next();
        if (key != null) {
            keys.inForce(key);
        }
    }

    /// Whether a vote of this member stands under one of the newest blocks that are here.
    boolean isUnderABlock() {
        synchronized (ledger) {
            Application.Info info = ledger.info();
            long from = Math.max(info.era().initialHeight(), info.height() - LOOKED_AT);
            return LongStream.rangeClosed(from, info.height())
                    .mapToObj(ledger.reader()::certificate)
                    .flatMap(Optional::stream)
                    .anyMatch(this::isOneOf);
        }
    }

    private boolean isOneOf(Certificate certificate) {
        if (!(certificate instanceof CometCertificate comet)) {
            return false;
        }
        var set = new MemberSet(ledger.votersAt(comet.height()).stream()
                .map(EraMember::forTrust)
                .toList());
        return Arrays.equals(set.hash(), comet.header().validatorsHash())
                && comet.votes().stream()
                        .anyMatch(
                                vote -> set.members().get(vote.index()).member().equals(member));
    }

    private @Nullable VerifyingKey next() {
        synchronized (ledger) {
            return keyAt(ledger.info().height() + 1);
        }
    }

    private @Nullable VerifyingKey keyAt(long height) {
        synchronized (ledger) {
            return ledger.votersAt(height).stream()
                    .filter(voter -> voter.member().equals(member))
                    .map(EraMember::engineKey)
                    .findFirst()
                    .orElse(null);
        }
    }
}
