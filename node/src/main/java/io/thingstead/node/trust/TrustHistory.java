package io.thingstead.node.trust;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.EraLink;
import io.thingstead.kit.proof.LinksFile;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.ProofFile;
import io.thingstead.kit.proof.SetLink;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.kit.proof.TrustFile.Era;
import io.thingstead.kit.proof.TrustFile.EraMember;
import io.thingstead.kit.proof.TrustFile.KnownSet;
import io.thingstead.kit.proof.TrustLink;
import io.thingstead.node.consensus.StoredLinks;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Who voted when, for verifiers: trust files with all sets of members that this node has links to, and the links.
public final class TrustHistory {
    /// Of links in one answer: in base64url they leave room in a file.
    private static final int MAX_ANSWER_BYTES = 150_000;

    /// A block that changes who votes does so for the second block after it.
    private static final int VOTES_AFTER = 2;

    private final LedgerReader ledger;
    private final StoredLinks links;
    private volatile Followed followed;

    /// What so many links lead to.
    private record Followed(int links, TrustFile trust) {}

    /// Up to whom the links were found to lead: they are not verified again before others vote.
    private volatile @Nullable Now wholeFor;

    /// Who votes, and how many eras there were until now.
    private record Now(int eras, Set<EraMember> voters) {}

    public TrustHistory(LedgerReader ledger, StoredLinks links) {
        this.ledger = ledger;
        this.links = links;
        this.followed = new Followed(0, genesis());
    }

    /// What a verifier starts from, as of the last certified block.
    public TrustFile trust(long nowMs) {
        TrustFile newest = ledger.trust(nowMs);
        List<SetLink> known = links.sets();
        if (known.isEmpty()) {
            return newest;
        }
        List<Era> eras = newest.eras().stream().map(era -> withSets(era, known)).toList();
        return new TrustFile(newest.ledger(), nowMs, newest.height(), newest.headerHash(), newest.root(), eras);
    }

    private Era withSets(Era era, List<SetLink> known) {
        List<KnownSet> sets = new ArrayList<>();
        sets.add(new KnownSet(era.initialHeight(), startOf(era.number())));
        for (SetLink link : known) {
            if (link.first().header().chainId().equals(era.chainId())) {
                sets.add(new KnownSet(link.height(), link.after()));
            }
        }
        // The newest may have begun to vote before its link is whole.
        KnownSet newest = era.sets().getLast();
        if (newest.height() > sets.getLast().height()
                && !Set.copyOf(sets.getLast().members()).equals(Set.copyOf(newest.members()))) {
            sets.add(newest);
        }
        return new Era(
                era.number(),
                era.engine(),
                era.chainId(),
                era.initialHeight(),
                era.firstEvent(),
                era.previousAppHash(),
                sets);
    }

    private List<EraMember> startOf(long era) {
        return ledger.era(era).members().stream()
                .map(EraRecord.EraMember::forTrust)
                .toList();
    }

    /// What brings a trust file of this height up to date, as much as one file holds.
    public LinksFile linksAfter(long height) {
        List<TrustLink> all = links.after(height);
        List<TrustLink> some = new ArrayList<>();
        int bytes = 0;
        for (TrustLink link : all) {
            bytes += link.encode().length;
            if (some.size() == TrustLink.MAX_TOGETHER || (bytes > MAX_ANSWER_BYTES && !some.isEmpty())) {
                break;
            }
            some.add(link);
        }
        boolean more = some.size() < all.size();
        List<Certificate> newest = ledger
                .certified()
                .map(LedgerReader.CertifiedHead::certificate)
                // A set whose link is not whole yet certifies nothing for those who lack the link.
                .filter(certificate -> !more && certificate.height() <= links.neededFrom())
                .stream()
                .toList();
        return new LinksFile(ledger.head().ledger(), some, more, newest);
    }

    /// A proof with the links that a verifier needs whose trust file is of this height.
    public Result<byte[]> withLinks(byte[] proof, long height) {
        ProofFile file = ProofFile.read(proof).orThrow();
        List<TrustLink> needed = links.after(height).stream()
                .filter(link -> link.height() <= file.certificate().height())
                .toList();
        if (needed.size() > TrustLink.MAX_TOGETHER) {
            return tooMany(needed.size());
        }
        if (!leadTo(file)) {
            return Result.no(
                    Refusal.PROOF_NOT_FINAL, "the links to the members that sign now are not here yet: try again");
        }
        byte[] linked = file.with(needed).write();
        return linked.length > ProofFile.MAX_BYTES ? tooMany(needed.size()) : Result.ok(linked);
    }

    private static Result<byte[]> tooMany(int links) {
        return Result.no(
                Refusal.TRUST_LINK,
                links
                        + " links lead from that trust file to now, too many for one proof: bring the file up to date with"
                        + " `thingstead trust update`");
    }

    /// Whether links lead from the ledger's beginning to those who vote now.
    boolean isWhole() {
        Now now = now();
        if (!now.equals(wholeFor) && lead(links.after(-1), now)) {
            wholeFor = now;
        }
        return now.equals(wholeFor);
    }

    private Now now() {
        return new Now(
                ledger.eras().size(),
                ledger.validators().members().stream()
                        .map(EraRecord.EraMember::forTrust)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private TrustFile genesis() {
        EraRecord first = ledger.era(1);
        return new TrustFile(ledger.head().ledger(), 0, 0, new byte[32], List.of(first.forTrust()));
    }

    /// Whether these, verified, lead from the ledger's beginning to those who vote now.
    boolean leadToNow(List<TrustLink> candidates) {
        return lead(candidates, now());
    }

    /// Whether these, verified, lead on from those who vote by this member's own ledger to members without it. That
    /// it votes no more is then the work of more than two thirds of those who voted with it: what is older than its
    /// own ledger counts for nothing, least of all the word of who made the first era alone.
    boolean leadOnWithout(MemberId member, List<TrustLink> candidates) {
        var voters = ledger.validators();
        if (!voters.has(member)
                || !(own(voters).extended(beyondHere(candidates)) instanceof Result.Ok<TrustFile>(TrustFile then))) {
            return false;
        }
        Set<VerifyingKey> own = voters.members().stream()
                .filter(voter -> voter.member().equals(member))
                .map(EraRecord.EraMember::engineKey)
                .collect(Collectors.toUnmodifiableSet());
        return then.members().stream()
                .noneMatch(voter -> voter.member().equals(member) || own.contains(voter.engineKey()));
    }

    /// The eras of this member's own ledger, with those who vote on the blocks that it does not have.
    private TrustFile own(ValidatorSet voters) {
        var head = ledger.head();
        List<Era> eras = ledger.eras().stream()
                .filter(era -> era.number() <= head.era())
                .map(era -> era.number() < head.era() ? era.forTrust() : era.forTrust(voters.members()))
                .toList();
        return new TrustFile(head.ledger(), 0, 0, new byte[32], eras);
    }

    /// Those to members that this member's own ledger does not know. Whom its newest block lets vote does so two
    /// blocks later.
    private List<TrustLink> beyondHere(List<TrustLink> links) {
        var head = ledger.head();
        return links.stream()
                .filter(link -> switch (link) {
                    case EraLink era -> era.era().number() > head.era();
                    case SetLink set -> set.height() > head.height() + VOTES_AFTER;
                })
                .toList();
    }

    /// Keeps those that lead on without this member.
    void keepBeyond(List<TrustLink> verified) {
        links.keepBeyond(beyondHere(verified));
    }

    /// Whether links that were kept say that the others have gone on without this member. If not, they are deleted.
    boolean hasGoneOnWithout(MemberId member) {
        List<TrustLink> beyond = links.beyond();
        boolean gone = !beyond.isEmpty() && leadOnWithout(member, beyond);
        if (!gone) {
            links.forgetBeyond();
        }
        return gone;
    }

    private boolean lead(List<TrustLink> candidates, Now now) {
        if (!(genesis().extended(candidates) instanceof Result.Ok<TrustFile>(TrustFile known))) {
            return false;
        }
        return known.eras().size() == now.eras && Set.copyOf(known.members()).equals(now.voters);
    }

    /// Whether the links that are here lead from the ledger's beginning to those who signed the proof's certificate.
    private boolean leadTo(ProofFile file) {
        if (!(file.certificate() instanceof CometCertificate certificate)) {
            return true; // one member's era begins the ledger
        }
        return known().era(file.era())
                .map(era -> new MemberSet(era.membersAt(certificate.height())).hash())
                .filter(hash -> Arrays.equals(hash, certificate.header().validatorsHash()))
                .isPresent();
    }

    /// Who voted when, by the links that are here.
    private TrustFile known() {
        List<TrustLink> all = links.after(-1);
        Followed last = followed;
        if (last.links != all.size()) {
            last = new Followed(
                    all.size(),
                    genesis().extended(all) instanceof Result.Ok<TrustFile>(TrustFile known) ? known : genesis());
            followed = last;
        }
        return last.trust;
    }

    /// Keeps what another member gave, once it leads to now.
    void keep(List<TrustLink> verified) {
        List<Long> own = links.after(-1).stream().map(TrustLink::height).toList();
        verified.stream().filter(link -> !own.contains(link.height())).forEach(links::keep);
    }
}
