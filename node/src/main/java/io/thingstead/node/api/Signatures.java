package io.thingstead.node.api;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.SoloCertificate;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who signed a certificate and who did not. A header names the hash of its set of members; which set that was, the
/// events tell that changed it.
final class Signatures {
    private static final Set<EventType> CHANGES =
            Set.of(EventType.SEAT_TAKEN, EventType.MEMBER_REMOVED, EventType.ENGINE_KEY_CHANGED);
    private static final int MOST_EVENTS_OF_A_MEMBER = 1_000;

    private final LedgerReader ledger;
    private @Nullable Known known;

    /// The sets of an era up to the one that votes now.
    private record Known(long era, ValidatorSet newest, List<MemberSet> sets) {}

    /// @param signed members whose signatures are in the certificate
    /// @param missing members of its set whose signatures are not
    record Signed(List<MemberId> signed, List<MemberId> missing) {
        int of() {
            return signed.size() + missing.size();
        }
    }

    Signatures(LedgerReader ledger) {
        this.ledger = ledger;
    }

    /// Empty when the set of that time is not known here.
    Optional<Signed> of(Certificate certificate, long era) {
        return switch (certificate) {
            case SoloCertificate _ ->
                Optional.of(new Signed(
                        ledger.era(era).members().stream()
                                .map(EraMember::member)
                                .toList(),
                        List.of()));
            case CometCertificate comet -> set(comet, era).map(set -> signed(comet, set));
        };
    }

    private static Signed signed(CometCertificate certificate, MemberSet set) {
        Set<Integer> votes = new TreeSet<>();
        certificate.votes().forEach(vote -> votes.add(vote.index()));
        List<MemberId> signed = new ArrayList<>();
        List<MemberId> missing = new ArrayList<>();
        for (int i = 0; i < set.members().size(); i++) {
            (votes.contains(i) ? signed : missing).add(set.members().get(i).member());
        }
        return new Signed(sorted(signed), sorted(missing));
    }

    private static List<MemberId> sorted(List<MemberId> members) {
        return members.stream().sorted().toList();
    }

    /// Whether every signature verifies here and enough of the members signed. False where the set is not known.
    boolean verifies(Certificate certificate, long era) {
        EraRecord record = ledger.era(era);
        return switch (certificate) {
            case SoloCertificate solo ->
                solo.header().isSignedBy(record.members().getFirst().engineKey(), solo.signature());
            case CometCertificate comet ->
                set(comet, era)
                        .filter(set -> set.certifies(comet, record.chainId()))
                        .isPresent();
        };
    }

    private Optional<MemberSet> set(CometCertificate certificate, long era) {
        byte[] hash = certificate.header().validatorsHash();
        return sets(era).stream().filter(set -> Arrays.equals(set.hash(), hash)).findFirst();
    }

    private synchronized List<MemberSet> sets(long era) {
        ValidatorSet newest = ledger.validators();
        Known before = known;
        if (before != null && before.era == era && before.newest.equals(newest)) return before.sets;
        var now = new Known(era, newest, setsOf(ledger.era(era), newest));
        known = now;
        return now.sets;
    }

    private List<MemberSet> setsOf(EraRecord era, ValidatorSet newest) {
        var sets = new ArrayList<ValidatorSet>();
        sets.add(new ValidatorSet(era.members()));
        for (var event : changes(era.number())) sets.add(after(sets.getLast(), event));
        sets.add(newest);
        return sets.stream()
                .map(set -> new MemberSet(
                        set.members().stream().map(EraMember::forTrust).toList()))
                .toList()
                .reversed();
    }

    private List<Event> changes(long era) {
        return ledger.members().stream()
                .flatMap(member -> ledger.history(member.member(), MOST_EVENTS_OF_A_MEMBER).stream())
                .filter(event -> event.era() == era && CHANGES.contains(event.type()))
                .sorted(Comparator.comparingLong(Event::number))
                .toList();
    }

    private ValidatorSet after(ValidatorSet set, Event event) {
        var in = CborReader.strict(event.body());
        int fields = in.readArray(16);
        var member = new MemberId(in.readText(32));
        if (event.type() == EventType.MEMBER_REMOVED) return set.without(member);
        if (event.type() == EventType.ENGINE_KEY_CHANGED) {
            in.readBytesOf(32);
            if (!set.has(member)) return set;
        }
        if (fields < 2) return set;
        var key = ledger.key(new Thumbprint(in.readBytesOf(32)));
        return key == null ? set : set.with(member, key.key());
    }
}
