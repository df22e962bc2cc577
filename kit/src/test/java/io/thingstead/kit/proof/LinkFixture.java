package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.TrustFile.EraMember;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// The ledger of a [ProofFixture] in a time in which members come and go: certificates at any height, the links between
/// the sets, and what members can do to those.
public final class LinkFixture {
    /// Where the members begin to vote, and where they changed: m4 comes, m0 goes, m2 has another engine key.
    static final long BEGIN = 43;

    static final long COMES = 50;
    static final long GOES = 60;
    static final long CHANGES = 70;
    private static final byte[] VALIDATORS = "validators".getBytes(StandardCharsets.US_ASCII);

    final ProofFixture fixture;
    private final boolean fromSolo;
    private final SequencedMap<Long, List<EraMember>> sets = new TreeMap<>();

    /// @param fromSolo whether one member alone made the first era, and the members began the second one
    public LinkFixture(ProofFixture fixture, boolean fromSolo) {
        this.fixture = fixture;
        this.fromSolo = fromSolo;
        sets.put(BEGIN, members("0", "1", "2", "3"));
        sets.put(COMES, members("0", "1", "2", "3", "4"));
        sets.put(GOES, members("1", "2", "3", "4"));
        sets.put(CHANGES, members("1", "2 again", "3", "4"));
    }

    private List<EraMember> members(String... names) {
        return Arrays.stream(names)
                .map(name -> new EraMember(
                        new MemberId("m" + name.substring(0, 1)), signer(name).key(), 1))
                .toList();
    }

    private SigningKey signer(String name) {
        // As another member that stays the founder's own key signs in both eras.
        return fromSolo && name.equals("0") ? fixture.key("engine") : fixture.key("engine/" + name);
    }

    private SigningKey signer(EraMember member) {
        return List.of("0", "1", "2", "3", "4", "2 again").stream()
                .map(this::signer)
                .filter(key -> key.key().equals(member.engineKey()))
                .findFirst()
                .orElseThrow();
    }

    long era() {
        return fromSolo ? 2 : 1;
    }

    public String chain() {
        return "ts-" + fixture.ledger().hex().substring(0, 8) + "-" + era();
    }

    List<EraMember> at(long height) {
        return ((TreeMap<Long, List<EraMember>>) sets)
                .floorEntry(Math.max(BEGIN, height))
                .getValue();
    }

    private StateMap state(long height) {
        return fixture.state().put(VALIDATORS, validators(at(height + 1)));
    }

    static byte[] validators(List<EraMember> members) {
        var out = new CborWriter().array(members.size());
        members.forEach(m -> out.array(3)
                .text(m.member().value())
                .bytes(m.engineKey().coseKey())
                .integer(m.power()));
        return out.toBytes();
    }

    /// The header whose state has those as `validators` that vote after it.
    CometHeader header(long height) {
        var appHash = AppHash.of(
                1,
                fixture.eventLeaves().size(),
                fixture.eventsRoot(),
                state(height).root());
        return header(height, appHash, height == BEGIN ? new byte[0] : fixture.hash("block before " + height));
    }

    private CometHeader header(long height, byte[] appHash, byte[] lastHash) {
        return header(height, appHash, lastHash, at(height));
    }

    private CometHeader header(long height, byte[] appHash, byte[] lastHash, List<EraMember> by) {
        var set = new MemberSet(by);
        return new CometHeader(
                11,
                0,
                chain(),
                height,
                ProofFixture.blockTime((int) height) / 1000,
                123_456_789,
                lastHash,
                1,
                fixture.hash("last parts"),
                fixture.hash("last commit"),
                fixture.hash("data"),
                set.hash(),
                new MemberSet(at(height + 1)).hash(),
                fixture.hash("consensus"),
                appHash,
                fixture.hash("results"),
                new byte[0],
                MemberSet.address(set.members().getFirst().engineKey()));
    }

    /// Signed by these members, by their places in a set.
    CometCertificate signed(CometHeader header, List<EraMember> by, int... voters) {
        var unsigned = new CometCertificate(1, header, 0, 1, fixture.hash("parts"), List.of());
        var votes = new ArrayList<CometCertificate.Vote>();
        var set = new MemberSet(by).members();
        for (int index : voters) {
            var vote = new CometCertificate.Vote(index, header.seconds() + 1, 5_000_000L * index, new byte[64]);
            votes.add(new CometCertificate.Vote(
                    index, vote.seconds(), vote.nanos(), signer(set.get(index)).sign(unsigned.signBytes(vote))));
        }
        return new CometCertificate(1, header, 0, 1, fixture.hash("parts"), votes);
    }

    CometCertificate signedByAll(CometHeader header) {
        return signedByAll(header, at(header.height()));
    }

    private CometCertificate signedByAll(CometHeader header, List<EraMember> by) {
        return signed(header, by, IntStream.range(0, by.size()).toArray());
    }

    /// The link to those who vote from this height on.
    SetLink link(long height) {
        var last = signedByAll(header(height - 1));
        return link(last, signedByAll(header(height, fixture.hash("app"), last.headerHash())));
    }

    SetLink link(CometCertificate last, CometCertificate first) {
        long height = last.height();
        return SetLink.of(
                last,
                first,
                at(height),
                fixture.eventLeaves().size(),
                fixture.eventsRoot(),
                validators(at(height + 1)),
                state(height).prove(VALIDATORS));
    }

    CometHeader first(CometCertificate last) {
        return header(last.height() + 1, fixture.hash("app"), last.headerHash());
    }

    EraLink eraLink() {
        return eraLink(UnaryOperator.identity(), 0, 1, 2, 3);
    }

    EraLink eraLink(UnaryOperator<byte[]> told, int... approving) {
        return eraLink(sets.get(BEGIN), told, approving);
    }

    /// What the founder makes of the era's beginning with these members.
    EraLink eraLink(List<EraMember> members, UnaryOperator<byte[]> told, int... approving) {
        var header = fixture.header();
        var certificate = new SoloCertificate(1, header, header.sign(fixture.engine()));
        return eraLink(2, BEGIN, certificate, List.of(fixture.engine()), members, told, approving);
    }

    /// A next era, as those who voted at this height would begin it, with members who are the same.
    EraLink nextEra(long votedAt, long begin) {
        var by = new MemberSet(at(votedAt)).members();
        return eraLink(
                era() + 1,
                begin,
                signedByAll(header(votedAt)),
                by.stream().map(this::signer).toList(),
                at(votedAt),
                UnaryOperator.identity(),
                IntStream.range(0, by.size()).toArray());
    }

    private EraLink eraLink(
            long number,
            long begin,
            Certificate certificate,
            List<? extends Signer> byOld,
            List<EraMember> members,
            UnaryOperator<byte[]> told,
            int... approving) {
        var record = new CborWriter()
                .array(7)
                .integer(number)
                .text("comet")
                .text("ts-" + fixture.ledger().hex().substring(0, 8) + "-" + number)
                .integer(begin)
                .integer(fixture.eventLeaves().size())
                .bytes(certificate.appHash())
                .raw(validators(members))
                .toBytes();
        var message = told.apply(EraLink.toSign(fixture.ledger(), record));
        var set = new MemberSet(members).members();
        return EraLink.of(
                certificate,
                record,
                IntStream.range(0, byOld.size())
                        .mapToObj(i -> new EraLink.Approval(i, byOld.get(i).sign(message)))
                        .toList(),
                Arrays.stream(approving)
                        .mapToObj(
                                i -> new EraLink.Approval(i, signer(set.get(i)).sign(message)))
                        .toList());
    }

    /// All links, in order.
    public List<TrustLink> links() {
        var links = new ArrayList<TrustLink>();
        if (fromSolo) links.add(eraLink());
        for (long height : List.of(COMES, GOES, CHANGES)) links.add(link(height));
        return links;
    }

    /// The file that trust begins with: from before anything changed.
    TrustFile genesis() {
        if (fromSolo) return fixture.trust();
        var era = TrustFile.Era.of(1, TrustFile.Era.COMET, chain(), 1, 0, new byte[32], at(BEGIN));
        return new TrustFile(
                fixture.ledger(), ProofFixture.blockTime(44), 44, header(44).hash(), List.of(era));
    }

    /// A file that knows only those who vote now.
    TrustFile current() {
        var era = TrustFile.Era.of(era(), TrustFile.Era.COMET, chain(), 1, 0, new byte[32], at(CHANGES));
        return new TrustFile(
                fixture.ledger(), ProofFixture.blockTime(80), 80, header(80).hash(), List.of(era));
    }

    /// A file that knows all eras, and of the newest only those who vote now.
    TrustFile currentAfter(TrustFile updated) {
        var eras = new ArrayList<>(updated.eras());
        eras.set(eras.size() - 1, eras.getLast().with(current().eras().getLast().sets()));
        return new TrustFile(
                fixture.ledger(),
                current().asOf(),
                current().height(),
                current().headerHash(),
                eras);
    }

    /// Members who never voted together.
    List<EraMember> invented() {
        return members("0", "4");
    }

    /// The proof of the fixture's reading, certified at a height by those who vote there.
    ProofFile proof(long height) {
        return proof(height, at(height));
    }

    ProofFile proof(long height, List<EraMember> by) {
        var solo = fixture.proof();
        var header = header(height, fixture.header().appHash(), fixture.hash("block before " + height), by);
        var verdict = fromSolo || solo.verdict().startsWith("accepted") ? solo.verdict() : "proven";
        return new ProofFile(
                era(), verdict, solo.reading(), solo.inclusion(), solo.anchor(), solo.key(), signedByAll(header, by));
    }
}
