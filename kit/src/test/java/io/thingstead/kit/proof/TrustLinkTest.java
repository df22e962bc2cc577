package io.thingstead.kit.proof;

import static io.thingstead.kit.proof.LinkFixture.CHANGES;
import static io.thingstead.kit.proof.LinkFixture.COMES;
import static io.thingstead.kit.proof.LinkFixture.GOES;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// From one set of members to the next: what leads there, and what does not.
class TrustLinkTest {
    private final LinkFixture many = new LinkFixture(ProofFixture.of("links"), false);
    private final LinkFixture solo = new LinkFixture(ProofFixture.of("links from one"), true);

    private static Verdict verdict(ProofFile proof, TrustFile trust) {
        return ProofVerifier.verify(proof.write(), trust.write()).verdict();
    }

    private static TrustFile extended(TrustFile trust, List<TrustLink> links) {
        return trust.extended(links).orThrow();
    }

    @Test
    void proofs_from_before_between_and_after_changes_verify_from_the_same_genesis_trust() {
        assertThat(verdict(many.proof(45), many.genesis())).isEqualTo(Verdict.PROVEN);
        for (long height : List.of(55L, 65L, 75L)) {
            assertThat(verdict(many.proof(height), many.genesis()))
                    .as("without links")
                    .isEqualTo(Verdict.FALSE);
            assertThat(verdict(many.proof(height).with(many.links()), many.genesis()))
                    .as("with links")
                    .isEqualTo(Verdict.PROVEN);
        }
        var needed = many.links().subList(0, 1);
        assertThat(verdict(many.proof(55).with(needed), many.genesis())).isEqualTo(Verdict.PROVEN);
        assertThat(verdict(many.proof(65).with(needed), many.genesis())).isEqualTo(Verdict.FALSE);
    }

    @Test
    void a_trust_file_brought_up_to_date_verifies_what_was_proven_before_and_since() {
        var updated = extended(many.genesis(), many.links());
        var again = TrustFile.read(updated.write()).orThrow();
        assertThat(again.write()).isEqualTo(updated.write());
        assertThat(new String(updated.write(), java.nio.charset.StandardCharsets.US_ASCII))
                .contains("thingstead-trust/2");
        for (long height : List.of(45L, 55L, 65L, 75L)) {
            assertThat(verdict(many.proof(height), again)).isEqualTo(Verdict.PROVEN);
            assertThat(verdict(many.proof(height).with(many.links()), again)).isEqualTo(Verdict.PROVEN);
        }
    }

    @Test
    void a_newer_trust_file_verifies_older_proofs_backward() {
        assertThat(verdict(many.proof(75), many.current())).isEqualTo(Verdict.PROVEN);
        for (long height : List.of(45L, 55L, 65L)) {
            assertThat(verdict(many.proof(height), many.current())).isEqualTo(Verdict.FALSE);
            assertThat(verdict(many.proof(height).with(many.links()), many.current()))
                    .isEqualTo(Verdict.PROVEN);
        }
        var linked = extended(many.current(), many.links());
        assertThat(linked.eras().getLast().membersAt(45))
                .extracting(m -> m.member().value())
                .as("who has left before anybody named it stands there by its key")
                .contains("m1", "m2", "m3")
                .doesNotContain("m4");
    }

    @Test
    void who_votes_no_more_proves_nothing_once_that_is_known() {
        var updated = extended(many.genesis(), many.links());
        var forged = many.proof(45);
        var header = ((CometCertificate) forged.certificate()).header();
        var late = new CometHeader(
                11,
                0,
                header.chainId(),
                66,
                header.seconds(),
                0,
                header.lastBlockHash(),
                1,
                header.lastPartsHash(),
                header.lastCommitHash(),
                header.dataHash(),
                header.validatorsHash(),
                header.nextValidatorsHash(),
                header.consensusHash(),
                header.appHash(),
                header.lastResultsHash(),
                header.evidenceHash(),
                header.proposerAddress());
        var proof = new ProofFile(
                1,
                "proven",
                forged.reading(),
                forged.inclusion(),
                forged.anchor(),
                forged.key(),
                many.signed(late, many.at(45), 0, 1, 2, 3));
        assertThat(verdict(proof, many.genesis()))
                .as("a file that knows of no change believes those it knows")
                .isEqualTo(Verdict.PROVEN);
        assertThat(verdict(proof, updated)).isEqualTo(Verdict.FALSE);
    }

    @Test
    void from_the_founders_trust_file_the_members_are_the_founders_word() {
        var trust = solo.genesis();
        for (long height : List.of(45L, 55L, 75L)) {
            assertThat(verdict(solo.proof(height), trust)).isEqualTo(Verdict.FALSE);
            var report =
                    ProofVerifier.verify(solo.proof(height).with(solo.links()).write(), trust.write());
            assertThat(report.verdict()).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
            assertThat(report.notProven()).anyMatch(text -> text.contains("demo alone made the ledger"));
        }
        var updated = extended(trust, solo.links());
        assertThat(updated.whoAloneNamed(2)).isPresent();
        assertThat(TrustFile.read(updated.write()).orThrow().whoAloneNamed(2)).isPresent();
        assertThat(LinkWords.of(solo.links(), updated))
                .containsExactly(
                        "at block 43: era 2 begins with m0, m1, m2, m3, as demo alone named them",
                        "at block 50: + m4; now 5 members",
                        "at block 60: - m0; now 4 members",
                        "at block 70: m2 has another engine key; now 4 members");
    }

    @Test
    void what_cheating_members_make_of_links_leads_nowhere() {
        for (var fixture : List.of(many, solo)) {
            for (var attempt : new LinkAttempts(fixture).all()) {
                var result = fixture.genesis().extended(attempt.links());
                assertThat(result.isOk()).as(attempt.name()).isEqualTo(attempt.holds());
                var expected = attempt.holds() ? Verdict.PROVEN : Verdict.FALSE;
                if (fixture == many) {
                    assertThat(verdict(many.proof(75).with(attempt.links()), many.genesis()))
                            .as(attempt.name())
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void who_began_an_era_is_not_the_founders_word_to_those_who_know_the_era() {
        var current = solo.currentAfter(extended(solo.genesis(), solo.links()));
        assertThat(verdict(solo.proof(45).with(solo.links()), current)).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
        var forged = solo.eraLink(solo.invented(), it -> it, 0, 1);
        var proof = solo.proof(45, solo.invented()).with(List.of(forged));
        assertThat(verdict(proof, solo.genesis()))
                .as("who knows the founder alone believes whom the founder names")
                .isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
        assertThat(current.extended(List.of(forged))).isInstanceOf(Result.No.class);
        assertThat(verdict(proof, current)).isEqualTo(Verdict.FALSE);
    }

    @Test
    void who_votes_no_more_begins_no_era() {
        var updated = extended(many.genesis(), many.links());
        assertThat(updated.extended(List.of(many.nextEra(75, 90)))).isInstanceOf(Result.Ok.class);
        assertThat(updated.extended(List.of(many.nextEra(45, 90)))).isInstanceOf(Result.No.class);
    }

    @Test
    void links_read_back_as_they_were_written_and_are_small() {
        for (var link : solo.links()) {
            var bytes = link.encode();
            assertThat(TrustLink.read(bytes).encode()).isEqualTo(bytes);
            System.out.println(link.getClass().getSimpleName() + ": " + bytes.length + " bytes");
            assertThat(bytes.length).isLessThan(4_096);
        }
        assertThat(solo.proof(45).write().length).isLessThan(6_144);
        assertThat(ProofFile.read(solo.proof(45).with(solo.links()).write())
                        .orThrow()
                        .links())
                .hasSize(4);
    }

    @Test
    void a_links_file_brings_a_trust_file_up_to_date() {
        var newest = many.signedByAll(many.header(90));
        var file = new LinksFile(many.fixture.ledger(), many.links(), false, List.of(newest));
        var read = LinksFile.read(file.write()).orThrow();
        assertThat(read.write()).isEqualTo(file.write());
        var updated = read.update(many.genesis(), ProofFixture.blockTime(91)).orThrow();
        assertThat(updated.height()).isEqualTo(90);
        assertThat(updated.asOf()).isEqualTo(ProofFixture.blockTime(91));
        assertThat(updated.root()).isEqualTo(many.genesis().root());
        assertThat(Fingerprint.of(updated))
                .isEqualTo(Fingerprint.of(many.current()))
                .matches("[0-9]{5}( [0-9]{5}){7}")
                .isNotEqualTo(Fingerprint.of(many.genesis()));
        var old = many.signed(many.header(45), many.at(45), 0, 1);
        var few = new LinksFile(many.fixture.ledger(), List.of(), false, List.of(old));
        assertThat(few.update(many.genesis(), 0)).isInstanceOf(Result.No.class);
        var other = new LinksFile(solo.fixture.ledger(), many.links(), false, List.of());
        assertThat(other.update(many.genesis(), 0)).isInstanceOf(Result.No.class);
    }

    @Test
    void links_may_be_taken_in_pieces_and_again() {
        var links = many.links();
        var first = extended(many.genesis(), links.subList(0, 2));
        var second = extended(first, links.subList(2, 3));
        assertThat(second.write())
                .isEqualTo(extended(many.genesis(), links).write())
                .isEqualTo(extended(second, links).write());
        assertThat(second.eras().getLast().sets())
                .extracting(TrustFile.KnownSet::height)
                .containsExactly(44L, COMES, GOES, CHANGES);
        var backward = new ArrayList<>(links);
        java.util.Collections.reverse(backward);
        assertThat(many.genesis().extended(backward)).isInstanceOf(Result.No.class);
    }
}
