package io.thingstead.kit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.model.TrustLevel;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the verifier says of honest proofs, and of cheating ones that are well formed and rightly signed.
class ProofVerifierTest {
    private static final ProofFixture PLAIN = ProofFixture.of("verifier test");

    @ParameterizedTest
    @CsvSource({
        "1,ED25519,DEVICE_SIGNED",
        "1,ES256,DEVICE_SIGNED",
        "2,ED25519,GATEWAY_SIGNED",
        "2,ES256,GATEWAY_SIGNED",
        "3,ED25519,MEMBER_ATTESTED"
    })
    void an_honest_proof_is_proven_by_one_member(int role, Algorithm algorithm, TrustLevel trust) {
        var fixture = PLAIN.role(role).algorithm(algorithm);
        var report = ProofVerifier.verify(fixture.proofBytes(), fixture.trustBytes());
        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
        assertThat(report.exitCode()).isZero();
        assertThat(report.steps())
                .extracting(Step::id)
                .containsExactly(
                        "form",
                        "era",
                        "certificate",
                        "app-hash",
                        "anchor",
                        "inclusion",
                        "signature",
                        "device",
                        "standing",
                        "verdict");
        assertThat(report.steps()).allMatch(Step::passed);
        var claim = report.claim();
        assertThat(claim.device()).isEqualTo("demo:box-7");
        assertThat(claim.n()).isEqualTo(8);
        assertThat(claim.trust()).isEqualTo(trust);
        assertThat(claim.readings()).hasSize(3);
        assertThat(claim.readings().getFirst().timeMs()).isEqualTo(fixture.receivedMs(7) - 250);
        assertThat(claim.notBeforeMs()).isLessThan(claim.notAfterMs());
        assertThat(report.notProven()).anyMatch(text -> text.contains("sensor told the truth"));
        assertThat(report.notProven()).anyMatch(text -> text.contains("demo"));
    }

    @Test
    void every_leaf_of_every_small_log_is_proven() {
        for (int leaves = 1; leaves <= 9; leaves++) {
            for (int index = 0; index < leaves; index++) {
                var fixture = PLAIN.log(leaves, index).withoutKid();
                var report = ProofVerifier.verify(fixture.proofBytes(), fixture.trustBytes());
                assertThat(report.verdict())
                        .as("%d of %d: %s", index, leaves, report)
                        .isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
            }
        }
    }

    @Test
    void a_key_that_ended_after_the_anchor_stands() {
        var fixture = PLAIN.ended(5, ProofFixture.blockTime(5));
        assertThat(verdict(fixture)).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
    }

    @Test
    void a_frame_received_before_and_anchored_after_the_revocation_is_the_members_word_only() {
        var fixture = PLAIN.ended(4, PLAIN.receivedMs(7) + 1);
        var report = ProofVerifier.verify(fixture.proofBytes(), fixture.trustBytes());
        assertThat(report.verdict()).isEqualTo(Verdict.ACCEPTED_BEFORE_REVOCATION);
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.steps()).allMatch(Step::passed);
    }

    @Test
    void a_frame_received_after_the_revocation_is_false() {
        var fixture = PLAIN.ended(4, PLAIN.receivedMs(7));
        assertThat(failedStep(fixture.proof(), fixture.trust())).isEqualTo("standing");
    }

    @Test
    void a_frame_anchored_before_its_key_was_registered_is_false() {
        var honest = PLAIN.proof();
        var record = PLAIN.keyRecord();
        var early = new KeyRecord(record.key(), record.owner(), record.member(), 1, 5, null, null, null);
        // The record is changed and the block made again over it: a member that cheats about its own ledger.
        var state = PLAIN.state().put(early.stateKey(), early.encode());
        var key = KeyStanding.of(early.encode(), state.prove(early.stateKey()));
        var header = withAppHash(PLAIN.header(), AppHash.of(1, 6, PLAIN.eventsRoot(), state.root()));
        var certificate = new SoloCertificate(1, header, header.sign(PLAIN.key("engine")));
        var proof = new ProofFile(
                1, honest.verdict(), honest.reading(), honest.inclusion(), honest.anchor(), key, certificate);
        assertThat(failedStep(proof, trustWithHead(header))).isEqualTo("standing");
    }

    @Test
    void a_block_that_another_key_signed_is_false() {
        var header = PLAIN.header();
        var certificate = new SoloCertificate(1, header, header.sign(PLAIN.key("node")));
        assertThat(failedStep(with(certificate), PLAIN.trust())).isEqualTo("certificate");
    }

    @Test
    void a_block_of_the_trusted_height_with_another_hash_is_false() {
        var header = PLAIN.header();
        var other = new SoloHeader(
                header.ledger(), 1, 42, header.blockTime(), new byte[32], header.transactionsRoot(), header.appHash());
        var certificate = new SoloCertificate(1, other, other.sign(PLAIN.key("engine")));
        assertThat(failedStep(with(certificate), PLAIN.trust())).isEqualTo("certificate");
    }

    @Test
    void a_block_of_another_height_signed_by_the_engine_key_is_accepted() {
        var header = PLAIN.header();
        var later = new SoloHeader(
                header.ledger(),
                1,
                50,
                header.blockTime() + 1,
                new byte[32],
                header.transactionsRoot(),
                header.appHash());
        var certificate = new SoloCertificate(1, later, later.sign(PLAIN.key("engine")));
        assertThat(ProofVerifier.verify(with(certificate), PLAIN.trust()).verdict())
                .isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
    }

    @Test
    void a_solo_block_after_its_era_ended_is_false() {
        var trust = PLAIN.trust();
        var first = trust.eras().getFirst();
        var second = TrustFile.Era.of(2, "comet", "ts-2", 40, 5, new byte[32], first.members());
        var ended = new TrustFile(trust.ledger(), trust.asOf(), 100, new byte[32], List.of(first, second));
        assertThat(failedStep(PLAIN.proof(), ended)).isEqualTo("certificate");
    }

    @Test
    void an_era_of_another_engine_or_with_more_members_is_false() {
        var trust = PLAIN.trust();
        var era = trust.eras().getFirst();
        var member = era.members().getFirst();
        var comet = TrustFile.Era.of(1, "comet", era.chainId(), 1, 0, new byte[32], era.members());
        var two = TrustFile.Era.of(1, "solo", era.chainId(), 1, 0, new byte[32], List.of(member, member));
        for (var changed : List.of(comet, two)) {
            var file =
                    new TrustFile(trust.ledger(), trust.asOf(), trust.height(), trust.headerHash(), List.of(changed));
            assertThat(failedStep(PLAIN.proof(), file)).isEqualTo("era");
        }
    }

    @Test
    void a_proof_of_another_ledger_is_false() {
        assertThat(failedStep(PLAIN.proof(), ProofFixture.of("another").trust()))
                .isEqualTo("certificate");
    }

    @Test
    void a_frame_from_elsewhere_is_not_in_this_log() {
        var honest = PLAIN.proof();
        var other = PLAIN.log(13, 8).proof();
        var spliced = new ProofFile(
                1,
                honest.verdict(),
                other.reading(),
                honest.inclusion(),
                honest.anchor(),
                honest.key(),
                honest.certificate());
        assertThat(failedStep(spliced, PLAIN.trust())).isEqualTo("inclusion");
    }

    @Test
    void an_index_before_the_anchors_span_is_false_though_the_entry_is_in_the_tree() {
        var honest = PLAIN.proof();
        var event = honest.anchor().event();
        assertThat(event.fromSize()).isEqualTo(4);
        var early = PLAIN.log(13, 3);
        // Entry 3 was anchored by the event before; its time there is the one that counts.
        var hashes = new java.util.ArrayList<byte[]>();
        for (int i = 0; i < 13; i++) hashes.add(PLAIN.leaf(i).leafHash());
        var path = io.thingstead.kit.merkle.MerkleTree.inclusionProof(
                (level, index) -> {
                    int from = (int) (index << level);
                    return io.thingstead.kit.merkle.MerkleTree.root(hashes.subList(from, from + (1 << level)));
                },
                3,
                13);
        var proof = new ProofFile(
                1,
                honest.verdict(),
                early.leaf(3),
                new Inclusion(ProofFixture.LOG, 3, 13, path),
                honest.anchor(),
                honest.key(),
                honest.certificate());
        assertThat(failedStep(proof, PLAIN.trust())).isEqualTo("anchor");
    }

    @Test
    void a_verdict_that_claims_more_than_the_steps_find_is_false() {
        var honest = PLAIN.proof();
        var proof = new ProofFile(
                1, "proven", honest.reading(), honest.inclusion(), honest.anchor(), honest.key(), honest.certificate());
        assertThat(failedStep(proof, PLAIN.trust())).isEqualTo("verdict");
    }

    @Test
    void an_unknown_section_is_ignored_when_not_critical_and_unreadable_when_critical() {
        var text = new String(PLAIN.proofBytes(), StandardCharsets.US_ASCII);
        var section = "\"sections\":[{\"type\":\"new\",\"critical\":%s,\"data\":\"%s\"},";
        assertThat(exitCode(text.replace("\"sections\":[", section.formatted("false", "AAAA"))))
                .isZero();
        assertThat(exitCode(text.replace("\"sections\":[", section.formatted("true", "AAAA"))))
                .isEqualTo(2);
        assertThat(exitCode(text.replace("\"sections\":[", section.formatted("false", "AB"))))
                .isEqualTo(2);
    }

    private static int exitCode(String proof) {
        return ProofVerifier.verify(proof.getBytes(StandardCharsets.US_ASCII), PLAIN.trustBytes())
                .exitCode();
    }

    @Test
    void a_proof_is_small_and_its_verification_time_is_printed() {
        var proof = PLAIN.log(1000, 777).proofBytes();
        var trust = PLAIN.log(1000, 777).trustBytes();
        assertThat(proof.length).isLessThan(4096);
        for (int i = 0; i < 2_000; i++) ProofVerifier.verify(proof, trust);
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < 1_000; i++)
            assertThat(ProofVerifier.verify(proof, trust).exitCode()).isZero();
        System.out.printf(
                "proof of %d bytes verified in %d us of processor time%n",
                proof.length, (threads.getCurrentThreadCpuTime() - start) / 1_000_000);
    }

    private static Verdict verdict(ProofFixture fixture) {
        return ProofVerifier.verify(fixture.proofBytes(), fixture.trustBytes()).verdict();
    }

    private static String failedStep(ProofFile proof, TrustFile trust) {
        var report = ProofVerifier.verify(proof.write(), trust.write());
        assertThat(report.verdict()).isEqualTo(Verdict.FALSE);
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.notProven()).containsExactly("Nothing in this file is proven.");
        return report.failure().id();
    }

    private static ProofFile with(SoloCertificate certificate) {
        var p = PLAIN.proof();
        return new ProofFile(1, p.verdict(), p.reading(), p.inclusion(), p.anchor(), p.key(), certificate);
    }

    private static SoloHeader withAppHash(SoloHeader h, byte[] appHash) {
        return new SoloHeader(
                h.ledger(), h.era(), h.height(), h.blockTime(), h.previousHeaderHash(), h.transactionsRoot(), appHash);
    }

    private static TrustFile trustWithHead(SoloHeader header) {
        var trust = PLAIN.trust();
        return new TrustFile(trust.ledger(), trust.asOf(), header.height(), header.hash(), trust.eras());
    }
}
