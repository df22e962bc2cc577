package io.thingstead.kit.proof;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.TrustFile.Era;
import io.thingstead.kit.proof.TrustFile.EraMember;
import io.thingstead.kit.proof.TrustFile.KnownSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a trust file knows with links added to it. A link is believed when it holds in itself and one of its two sets
/// is known already: forward from the members before, or backward from those after, whose first block names the block
/// before it and with it those who signed that.
final class LinkedTrust {
    private final TrustFile trust;
    private final List<Era> eras;

    LinkedTrust(TrustFile trust) {
        this.trust = trust;
        this.eras = new ArrayList<>(trust.eras());
    }

    /// Forward in their order, then what is left backward.
    Result<TrustFile> follow(List<TrustLink> links) {
        var left = new ArrayDeque<SetLink>();
        long before = -1;
        for (var link : links) {
            if (link.height() <= before) return refused(link, "links are out of order");
            before = link.height();
            var objection = switch (link) {
                case EraLink era -> objectionTo(era);
                case SetLink set -> objectionTo(set);
            };
            if (!objection.isEmpty()) return refused(link, objection);
            if (link instanceof SetLink set && !leadsForward(set)) left.push(set);
        }
        for (var link : left) {
            if (!leadsBackward(link)) return refused(link, "it leads from nobody whom your trust file knows");
        }
        for (var link : links) {
            boolean agrees = switch (link) {
                case EraLink era -> beginsAsKnown(era);
                case SetLink set -> isTakenIn(set);
            };
            if (!agrees) return refused(link, "your trust file knows other members at that block");
        }
        return Result.ok(trust.with(eras));
    }

    private static Result<TrustFile> refused(TrustLink link, String why) {
        return Result.no(Refusal.TRUST_LINK, "the link at block " + link.height() + ": " + why);
    }

    /// Why the era does not follow the one before it, or nothing; then it is known. Of an era that was known, who began
    /// it is not believed here: those before may be one member, who could name anybody.
    private String objectionTo(EraLink link) {
        var era = link.era();
        var old = eras.reversed().stream()
                .filter(known -> known.number() < era.number())
                .findFirst()
                .orElse(null);
        if (old == null || !link.holds(trust.ledger(), old) || !trust.allows(link.certificate())) {
            return "more than two thirds of the members of both eras must have signed that era " + era.number()
                    + " follows the one before";
        }
        var known = eras.stream()
                .filter(other -> other.number() >= era.number())
                .findFirst()
                .orElse(null);
        if (known == null) {
            if (old.sets().getLast().height() > link.certificate().height())
                return "it leads from members who voted before those whom your trust file knows";
            eras.add(era);
            return "";
        }
        return known.isSameAs(era) ? "" : "your trust file knows another era " + known.number();
    }

    /// Whether those who began the era are the first that are known of it, links backward included.
    private boolean beginsAsKnown(EraLink link) {
        var begins = link.era().sets().getFirst();
        var known = eras.stream()
                .filter(era -> era.number() == link.era().number())
                .findFirst()
                .orElseThrow();
        return sameKeys(known.sets().getFirst().members(), begins.members()) && add(known.number(), begins);
    }

    /// Why this is no link of any era that is known, or nothing.
    private String objectionTo(SetLink link) {
        var era = eraOf(link);
        if (era == null) return "it is of another chain";
        var next = eras.stream().filter(e -> e.number() > era.number()).findFirst();
        boolean inEra = link.last().height() >= era.initialHeight()
                && next.filter(e -> link.height() >= e.initialHeight()).isEmpty();
        if (!inEra) return "it is not of its era";
        if (!trust.allows(link.last()) || !trust.allows(link.first()))
            return "your trust file knows another block there";
        return link.holds(era.chainId())
                ? ""
                : "more than two thirds of the members before and after must have signed it, and each block name the other";
    }

    private @Nullable Era eraOf(SetLink link) {
        var chain = link.last().header().chainId();
        return eras.stream()
                .filter(era -> era.isComet() && era.chainId().equals(chain))
                .findFirst()
                .orElse(null);
    }

    private boolean leadsForward(SetLink link) {
        var era = Objects.requireNonNull(eraOf(link));
        var known = era.floor(link.last().height());
        if (known.isEmpty() || !sameKeys(known.get().members(), link.before())) return false;
        return add(era.number(), new KnownSet(link.height(), link.after()));
    }

    private boolean leadsBackward(SetLink link) {
        var era = Objects.requireNonNull(eraOf(link));
        var known = era.ceiling(link.height());
        if (known.isEmpty() || !sameKeys(known.get().members(), link.after())) return false;
        return add(era.number(), new KnownSet(link.height(), link.after()))
                && add(era.number(), new KnownSet(link.last().height(), named(link.before())));
    }

    /// Whether what is known agrees with the link on both sides.
    private boolean isTakenIn(SetLink link) {
        var era = Objects.requireNonNull(eraOf(link));
        return era.floor(link.last().height())
                        .filter(set -> sameKeys(set.members(), link.before()))
                        .isPresent()
                && era.floor(link.height())
                        .filter(set -> sameKeys(set.members(), link.after()))
                        .isPresent();
    }

    /// False when other members are known at that height.
    private boolean add(long number, KnownSet set) {
        var era = eras.stream()
                .filter(known -> known.number() == number)
                .findFirst()
                .orElseThrow();
        var same = era.sets().stream().filter(s -> s.height() == set.height()).findFirst();
        if (same.isPresent()) return sameKeys(same.get().members(), set.members());
        var sets = new ArrayList<>(era.sets());
        sets.add(set);
        sets.sort(Comparator.comparingLong(KnownSet::height));
        eras.replaceAll(known -> known.number() == number ? era.with(sets) : known);
        return true;
    }

    private List<EraMember> named(List<EraMember> members) {
        var known = trust.with(eras);
        return members.stream()
                .map(m -> new EraMember(known.holder(m.engineKey()).orElse(m.member()), m.engineKey(), m.power()))
                .toList();
    }

    private static boolean sameKeys(List<EraMember> one, List<EraMember> other) {
        return Arrays.equals(new MemberSet(one).hash(), new MemberSet(other).hash());
    }
}
