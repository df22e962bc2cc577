package io.thingstead.node.consensus.comet;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How an engine comes to where the others are: by blocks, or, when it is new or far behind, by a snapshot of the state
/// that the others keep. What the others say is believed only as far as members that this ledger already knows have
/// signed it.
final class CatchUp {
    /// So many members at least must be asked: one alone could show another chain to one that was away.
    static final int WITNESSES = 2;

    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);

    private final StoredLedger ledger;
    private final MemberId self;
    private final ShownCommits shown;
    private final @Nullable Head known;

    /// A certified header: where trust begins.
    record Head(long height, byte[] hash) {}

    /// What an engine needs to take a snapshot.
    record Plan(List<MemberId> witnesses, Head trusted) {}

    private record Standing(MemberId member, long height, long snapshot) {}

    /// @param known a certified header that a newcomer was told by who invited it
    CatchUp(StoredLedger ledger, MemberId self, OtherMembers others, @Nullable Head known) {
        this.ledger = ledger;
        this.self = self;
        this.shown = new ShownCommits(others);
        this.known = known;
    }

    /// Whether members offer a snapshot so many blocks beyond what is here: more of them than may lie.
    boolean isBehind(long blocks) {
        long here = height();
        return saidByEnough(standings(), standing -> standing.snapshot - here > blocks);
    }

    private boolean saidByEnough(List<Standing> standings, Predicate<Standing> what) {
        return standings.stream().filter(what).count() > ValidatorSet.tolerated(voters().size());
    }

    private long height() {
        synchronized (ledger) {
            return ledger.info().height();
        }
    }

    private List<MemberId> members() {
        return ledger.reader().members().stream()
                .map(MemberRecord::member)
                .filter(member -> !member.equals(self) && !ledger.reader().isRemoved(member))
                .toList();
    }

    private List<Standing> standings() {
        List<Standing> found = new ArrayList<>();
        for (MemberId member : members()) {
            JsonNode said = shown.ask(member, EngineRoute.SNAPSHOTS);
            if (said != null) {
                found.add(new Standing(
                        member,
                        Math.max(0, said.path("height").asLong(0)),
                        Math.max(0, said.path("snapshot").asLong(0))));
            }
        }
        return found;
    }

    /// Whom to ask, and from which header on; empty while too few answer or none is to be trusted.
    Optional<Plan> plan() {
        List<Standing> standings = standings();
        if (standings.size() < WITNESSES || !saidByEnough(standings, standing -> standing.snapshot > 0)) {
            return Optional.empty();
        }
        List<MemberId> witnesses = standings.stream().map(Standing::member).toList();
        for (Standing standing : standings) {
            Optional<Head> trusted = trusted(standing);
            if (trusted.isPresent()) {
                return Optional.of(new Plan(witnesses, trusted.get()));
            }
        }
        LOG.warn("no member shows a header that the members known here have signed: was this node away while most of"
                + " them changed? Ask a member for a new invite");
        return Optional.empty();
    }

    /// How a snapshot could be taken now.
    Outlook outlook() {
        List<Standing> standings = standings();
        return new Outlook(
                standings.stream().map(Standing::member).toList(),
                standings.stream().mapToLong(Standing::height).max().orElse(0),
                standings.stream().anyMatch(standing -> standing.snapshot > 0),
                standings.stream().anyMatch(standing -> trusted(standing).isPresent()));
    }

    /// The header that is certified here, where the other still has it; else its newest, when those who vote as far as
    /// is known here have signed it.
    private Optional<Head> trusted(Standing standing) {
        for (Head mine : own()) {
            CometCertificate there = shown.commit(standing.member, mine.height);
            if (there != null && Arrays.equals(there.headerHash(), mine.hash)) {
                return Optional.of(mine);
            }
        }
        CometCertificate newest = shown.commit(standing.member, Math.max(1, standing.height - 1));
        return newest != null && ShownCommits.isSigned(newest, voters(), chainId())
                ? Optional.of(new Head(newest.height(), newest.headerHash()))
                : Optional.empty();
    }

    private List<Head> own() {
        List<Head> heads = new ArrayList<>();
        synchronized (ledger) {
            Application.Info info = ledger.info();
            if (info.height() >= info.era().initialHeight()) {
                heads.add(new Head(info.height(), info.headerHash()));
            }
        }
        if (known != null) {
            heads.add(known);
        }
        return heads;
    }

    private List<EraMember> voters() {
        return ledger.reader().validators().members();
    }

    private String chainId() {
        synchronized (ledger) {
            return ledger.info().era().chainId();
        }
    }

    /// A block as the members confirm it, with the certificate of the state after it.
    record Confirmed(CometCertificate block, CometCertificate next) {
        /// Whether these members signed that the block was followed by the next.
        boolean isSignedBy(List<EraMember> voters, String chainId) {
            return ShownCommits.isSigned(next, voters, chainId);
        }
    }

    /// The block of a snapshot whose state is known to give this app hash, as some member shows it. Who signed it is
    /// compared with the members that the snapshot names.
    Optional<Confirmed> confirmed(long height, byte[] appHash) {
        for (MemberId member : members()) {
            CometCertificate block = shown.commit(member, height);
            CometCertificate next = shown.commit(member, height + 1);
            if (block != null
                    && next != null
                    && block.height() == height
                    && next.height() == height + 1
                    && Arrays.equals(next.appHash(), appHash)
                    && Arrays.equals(next.header().lastBlockHash(), block.headerHash())) {
                return Optional.of(new Confirmed(block, next));
            }
        }
        LOG.warn(
                "no member shows block {} with the state {}",
                height,
                HexFormat.of().formatHex(appHash, 0, 8));
        return Optional.empty();
    }

    /// The commit of a block, as some member shows it, signed by more than two thirds of these voters.
    Optional<CometCertificate> certificate(long height, MemberSet voters) {
        for (MemberId member : members()) {
            CometCertificate there = shown.commit(member, height);
            if (there != null && there.height() == height) {
                CometCertificate sound = voters.withoutWrongVotes(there);
                if (voters.certifies(sound, chainId())) {
                    return Optional.of(sound);
                }
            }
        }
        return Optional.empty();
    }

    TrustedBlock trustedBlock(Confirmed confirmed) {
        return new TrustedBlock(confirmed, chainId());
    }

    /// What is compared when a snapshot is complete.
    record TrustedBlock(Confirmed confirmed, String chainId) {
        boolean isSignedBy(List<EraMember> voters) {
            return confirmed.isSignedBy(voters, chainId);
        }
    }
}
