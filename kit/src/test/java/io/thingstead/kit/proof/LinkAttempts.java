package io.thingstead.kit.proof;

import static io.thingstead.kit.proof.LinkFixture.COMES;

import io.thingstead.kit.proof.TrustFile.EraMember;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What members who cheat, or one who hands links on, can make of them.
final class LinkAttempts {
    private final LinkFixture fixture;
    private final List<TrustLink> links;
    private final int comes;

    /// @param holds whether the links lead to those who vote at last
    record Attempt(String name, List<TrustLink> links, boolean holds) {}

    LinkAttempts(LinkFixture fixture) {
        this.fixture = fixture;
        this.links = fixture.links();
        this.comes = links.size() - 3;
    }

    /// With another link in the place of the one to those who came.
    private Attempt with(String name, TrustLink link, boolean holds) {
        return with(name, comes, link, holds);
    }

    private Attempt with(String name, int at, TrustLink link, boolean holds) {
        var changed = new ArrayList<>(links);
        changed.set(at, link);
        return new Attempt(name, changed, holds);
    }

    private Attempt without(String name, int... at) {
        var changed = new ArrayList<TrustLink>();
        for (int i = 0; i < links.size(); i++) {
            int index = i;
            if (java.util.Arrays.stream(at).noneMatch(left -> left == index)) changed.add(links.get(i));
        }
        return new Attempt(name, changed, false);
    }

    List<Attempt> all() {
        var attempts = new ArrayList<>(sets());
        if (links.getFirst() instanceof EraLink) attempts.addAll(eras());
        return attempts;
    }

    private List<Attempt> sets() {
        var good = (SetLink) links.get(comes);
        var last = good.last();
        var first = good.first();
        var before = fixture.at(COMES - 1);
        var after = fixture.at(COMES);
        var swapped = new ArrayList<>(links);
        java.util.Collections.swap(swapped, comes, comes + 1);
        var twice = new ArrayList<>(links);
        twice.add(comes, good);
        var replayed = new CometCertificate(1, first.header(), 0, 1, first.partsHash(), last.votes());
        var otherNext = fixture.signedByAll(fixture.header(COMES - 2));
        var three = signers(first.header(), after, 0, 1, 2);
        return List.of(
                new Attempt("as they are", links, true),
                with("three of four before", link(good, signers(last.header(), before, 0, 1, 3), null), true),
                with("four of five after", link(good, null, signers(first.header(), after, 0, 1, 2, 4)), true),
                with("half of those before", link(good, signers(last.header(), before, 0, 1), null), false),
                with("a minority of those before", link(good, signers(last.header(), before, 2), null), false),
                with("nobody before", link(good, signers(last.header(), before), null), false),
                with("three of five after", link(good, null, three), false),
                with("nobody after", link(good, null, signers(first.header(), after)), false),
                with("votes for the block before replayed", link(good, null, replayed), false),
                with("one vote in two places", link(good, doubled(last), null), false),
                with("a block that names no next members", link(good, otherNext, null), false),
                with("a block after another one", link(good, null, fixture.signedByAll(fixture.header(COMES))), false),
                with("other members before", before(good, after), false),
                with("other names", names(good), false),
                with("another number of events", events(good), false),
                with("the link to the next in its place", links.get(comes + 1), false),
                with("of another chain", new LinkFixture(ProofFixture.of("elsewhere"), false).link(COMES), false),
                without("the first change skipped", comes),
                without("the second change skipped", comes + 1),
                new Attempt("out of order", swapped, false),
                new Attempt("twice", twice, false));
    }

    private CometCertificate signers(CometHeader header, List<EraMember> of, int... voters) {
        return fixture.signed(header, of, voters);
    }

    private static SetLink link(SetLink l, @Nullable CometCertificate last, @Nullable CometCertificate first) {
        return new SetLink(
                last == null ? l.last() : last,
                first == null ? l.first() : first,
                l.before(),
                l.eventsSize(),
                l.eventsRoot(),
                l.validators(),
                l.after(),
                l.proof());
    }

    private static CometCertificate doubled(CometCertificate c) {
        var one = c.votes().getFirst();
        var two = new CometCertificate.Vote(1, one.seconds(), one.nanos(), one.signature());
        var three = new CometCertificate.Vote(2, one.seconds(), one.nanos(), one.signature());
        return new CometCertificate(1, c.header(), 0, 1, c.partsHash(), List.of(one, two, three));
    }

    private static SetLink before(SetLink l, List<EraMember> before) {
        return new SetLink(
                l.last(), l.first(), before, l.eventsSize(), l.eventsRoot(), l.validators(), l.after(), l.proof());
    }

    private SetLink names(SetLink l) {
        var other = l.after().stream()
                .map(m -> new EraMember(
                        new io.thingstead.kit.model.MemberId("x" + m.member().value()), m.engineKey(), m.power()))
                .toList();
        return SetLink.of(
                l.last(),
                l.first(),
                l.before(),
                l.eventsSize(),
                l.eventsRoot(),
                LinkFixture.validators(other),
                l.proof());
    }

    private static SetLink events(SetLink l) {
        return new SetLink(
                l.last(),
                l.first(),
                l.before(),
                l.eventsSize() + 1,
                l.eventsRoot(),
                l.validators(),
                l.after(),
                l.proof());
    }

    private List<Attempt> eras() {
        var good = (EraLink) links.getFirst();
        var stranger = new LinkFixture(ProofFixture.of("elsewhere"), true).eraLink();
        var later = fixture.fixture.key("engine/1");
        var header = fixture.fixture.header();
        var foreign = new SoloCertificate(1, header, header.sign(later));
        return List.of(
                with("three of four begin", 0, fixture.eraLink(it -> it, 0, 2, 3), true),
                with("two of four begin", 0, fixture.eraLink(it -> it, 0, 3), false),
                with("nobody begins", 0, fixture.eraLink(it -> it), false),
                with("they signed another record", 0, fixture.eraLink(LinkAttempts::flipped, 0, 1, 2, 3), false),
                with("the founder does not approve", 0, era(good, good.certificate(), List.of(), good.byNew()), false),
                with(
                        "another approves for the founder",
                        0,
                        era(good, good.certificate(), second(good), good.byNew()),
                        false),
                with("another certifies", 0, era(good, foreign, good.byOld(), good.byNew()), false),
                with("an era of another ledger", 0, stranger, false),
                without("the era skipped", 0));
    }

    private static byte[] flipped(byte[] message) {
        var other = message.clone();
        other[other.length - 1] ^= 1;
        return other;
    }

    private static List<EraLink.Approval> second(EraLink link) {
        return List.of(new EraLink.Approval(0, link.byNew().get(1).signature()));
    }

    private static EraLink era(
            EraLink l, Certificate certificate, List<EraLink.Approval> byOld, List<EraLink.Approval> byNew) {
        return new EraLink(certificate, l.record(), l.era(), byOld, byNew);
    }
}
