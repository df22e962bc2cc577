package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.MemberId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// The ledger of a [ProofFixture] as four members certify it, and what members can do to that certificate.
final class CometFixture {
    static final String CHAIN = "ts-0badcafe-1";

    private static final int MEMBERS = 4;

    private final ProofFixture fixture;
    private final MemberSet set;

    CometFixture(ProofFixture fixture) {
        this.fixture = fixture;
        this.set = new MemberSet(IntStream.range(0, MEMBERS)
                .mapToObj(i -> new TrustFile.EraMember(
                        new MemberId("m" + i), fixture.key("engine/" + i).key(), 1))
                .toList());
    }

    MemberSet set() {
        return set;
    }

    private SigningKey signer(int index) {
        return IntStream.range(0, MEMBERS)
                .mapToObj(i -> fixture.key("engine/" + i))
                .filter(key -> key.key().equals(set.members().get(index).engineKey()))
                .findFirst()
                .orElseThrow();
    }

    CometHeader header(String chainId) {
        return new CometHeader(
                11,
                0,
                chainId,
                42,
                ProofFixture.blockTime(41) / 1000,
                123_456_789,
                fixture.hash("last block"),
                1,
                fixture.hash("last parts"),
                fixture.hash("last commit"),
                fixture.hash("data"),
                set.hash(),
                set.hash(),
                fixture.hash("consensus"),
                fixture.header().appHash(),
                fixture.hash("results"),
                new byte[0],
                MemberSet.address(set.members().getFirst().engineKey()));
    }

    CometCertificate certificate(CometHeader header, long round, int... voters) {
        return signed(new CometCertificate(1, header, round, 1, fixture.hash("parts"), List.of()), c -> c, voters);
    }

    /// @param told what the voters sign in place of this certificate's block
    CometCertificate signed(CometCertificate of, UnaryOperator<CometCertificate> told, int... voters) {
        var votes = new ArrayList<CometCertificate.Vote>();
        for (int index : voters) {
            var unsigned =
                    new CometCertificate.Vote(index, of.header().seconds() + 1, 5_000_000L * index, new byte[64]);
            Signer signer = signer(index);
            votes.add(new CometCertificate.Vote(
                    index,
                    unsigned.seconds(),
                    unsigned.nanos(),
                    signer.sign(told.apply(of).signBytes(unsigned))));
        }
        return new CometCertificate(1, of.header(), of.round(), of.partsTotal(), of.partsHash(), votes);
    }

    CometCertificate honest() {
        return certificate(header(CHAIN), 0, 0, 1, 2, 3);
    }

    ProofFile proof() {
        return proof(honest());
    }

    ProofFile proof(Certificate certificate) {
        var solo = fixture.proof();
        var verdict = solo.verdict().equals("proven-by-one-member") ? "proven" : solo.verdict();
        return new ProofFile(1, verdict, solo.reading(), solo.inclusion(), solo.anchor(), solo.key(), certificate);
    }

    TrustFile trust() {
        var era = TrustFile.Era.of(1, TrustFile.Era.COMET, CHAIN, 1, 0, new byte[32], set.members());
        var header = header(CHAIN);
        return new TrustFile(
                fixture.ledger(), header.blockTime() + 5_000, header.height(), header.hash(), List.of(era));
    }

    /// A trust file that knows another newest block.
    TrustFile olderTrust() {
        var trust = trust();
        return new TrustFile(trust.ledger(), trust.asOf(), 7, new byte[32], trust.eras());
    }

    /// What members that cheat could hand out, each with whether it may be believed.
    record Attempt(String name, CometCertificate certificate, boolean holds) {}

    List<Attempt> attempts() {
        var header = header(CHAIN);
        var honest = honest();
        UnaryOperator<CometCertificate> otherRound =
                c -> new CometCertificate(1, c.header(), 7, c.partsTotal(), c.partsHash(), List.of());
        UnaryOperator<CometCertificate> otherParts =
                c -> new CometCertificate(1, c.header(), c.round(), 2, c.partsHash(), List.of());
        UnaryOperator<CometCertificate> otherChain = c ->
                new CometCertificate(1, header("ts-0badcafe-2"), c.round(), c.partsTotal(), c.partsHash(), List.of());
        var swapped = new ArrayList<>(honest.votes());
        swapped.set(
                0,
                new CometCertificate.Vote(
                        0,
                        honest.votes().get(1).seconds(),
                        honest.votes().get(1).nanos(),
                        honest.votes().get(1).signature()));
        return List.of(
                new Attempt("three of four", certificate(header, 0, 0, 2, 3), true),
                new Attempt("a later round", certificate(header, 3, 1, 2, 3), true),
                new Attempt("two of four", certificate(header, 0, 1, 3), false),
                new Attempt("nobody", certificate(header, 0), false),
                new Attempt("another round signed", signed(honest, otherRound, 0, 1, 2, 3), false),
                new Attempt("other parts signed", signed(honest, otherParts, 0, 1, 2, 3), false),
                new Attempt("another chain signed", signed(honest, otherChain, 0, 1, 2, 3), false),
                new Attempt("another chain", certificate(header("ts-0badcafe-2"), 0, 0, 1, 2, 3), false),
                new Attempt("a vote in another's place", with(honest, swapped), false),
                new Attempt(
                        "a vote of nobody",
                        with(
                                honest,
                                List.of(
                                        honest.votes().get(0),
                                        honest.votes().get(1),
                                        honest.votes().get(2),
                                        new CometCertificate.Vote(
                                                4, 1, 1, honest.votes().get(3).signature()))),
                        false));
    }

    private static CometCertificate with(CometCertificate c, List<CometCertificate.Vote> votes) {
        return new CometCertificate(1, c.header(), c.round(), c.partsTotal(), c.partsHash(), votes);
    }
}
