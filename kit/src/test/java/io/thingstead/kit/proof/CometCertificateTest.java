package io.thingstead.kit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Certificates of CometBFT: what is hashed and signed, and what does not certify.
class CometCertificateTest {
    private final CometFixture fixture = new CometFixture(ProofFixture.of("comet"));

    @Test
    void more_than_two_thirds_certify_and_nothing_else_does() {
        for (var attempt : fixture.attempts()) {
            assertThat(fixture.set().certifies(attempt.certificate(), CometFixture.CHAIN))
                    .as(attempt.name())
                    .isEqualTo(attempt.holds());
            var proof = fixture.proof(attempt.certificate()).write();
            var report = ProofVerifier.verify(proof, fixture.olderTrust().write());
            assertThat(report.verdict()).as(attempt.name()).isEqualTo(attempt.holds() ? Verdict.PROVEN : Verdict.FALSE);
        }
    }

    @Test
    void a_certificate_reads_back_as_it_was_written() {
        var certificate = fixture.honest();
        assertThat(Certificate.read(certificate.encode()))
                .usingRecursiveComparison()
                .isEqualTo(certificate);
        System.out.println("certificate of 4 members: " + certificate.encode().length + " bytes, proof "
                + fixture.proof().write().length + " bytes");
        assertThat(fixture.proof().write().length).isLessThan(6_144);
    }

    @Test
    void a_member_that_is_not_of_the_set_makes_it_another_set() {
        var others = new CometFixture(ProofFixture.of("others")).set();
        assertThat(others.certifies(fixture.honest(), CometFixture.CHAIN)).isFalse();
        var three = new MemberSet(fixture.set().members().subList(0, 3));
        assertThat(three.certifies(fixture.honest(), CometFixture.CHAIN)).isFalse();
    }

    @Test
    void votes_that_do_not_verify_are_left_out() {
        var honest = fixture.honest();
        var votes = new java.util.ArrayList<>(honest.votes());
        votes.set(1, new CometCertificate.Vote(1, 1, 1, new byte[64]));
        var dirty = new CometCertificate(
                1, honest.header(), honest.round(), honest.partsTotal(), honest.partsHash(), votes);
        assertThat(fixture.set().certifies(dirty, CometFixture.CHAIN)).isFalse();
        var clean = fixture.set().withoutWrongVotes(dirty);
        assertThat(clean.votes()).hasSize(3);
        assertThat(fixture.set().certifies(clean, CometFixture.CHAIN)).isTrue();
    }
}
