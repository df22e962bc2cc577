package io.thingstead.kit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The readers of trust and proof files against damaged and random bytes: they answer, and never believe them.
class ProofFuzz {
    private static final int ROUNDS = 15_000;
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void damaged_files_are_answered_and_what_is_read_is_written_back() {
        System.out.println("ProofFuzz seed " + seed);
        var proof = ProofFixture.of("fuzz").proofBytes();
        var trust = ProofFixture.of("fuzz").trustBytes();
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            if (ProofFile.read(damaged(proof)) instanceof Result.Ok<ProofFile>(var file)) {
                read++;
                assertThat(ProofFile.read(file.write()).isOk()).isTrue();
            }
            if (TrustFile.read(damaged(trust)) instanceof Result.Ok<TrustFile>(var file)) {
                assertThat(TrustFile.read(file.write()).isOk()).isTrue();
            }
        }
        System.out.printf("ProofFuzz: %d of %d damaged proof files could be read%n", read, ROUNDS);
        assertThat(read).isPositive();
    }

    @Test
    void damaged_event_leaves_records_and_headers_are_answered() {
        System.out.println("ProofFuzz seed " + seed);
        var fixture = ProofFixture.of("fuzz");
        var proof = fixture.proof();
        var header = fixture.header().encode();
        var sections = List.of(
                proof.reading().encode(),
                proof.inclusion().encode(),
                proof.anchor().encode(),
                proof.key().encode(),
                proof.certificate().encode());
        for (int i = 0; i < ROUNDS; i++) {
            var bytes = damaged(header);
            if (SoloHeader.decode(bytes) instanceof Result.Ok<SoloHeader>(var read)) {
                assertThat(read.encode()).isEqualTo(bytes);
            }
            sections.forEach(section -> checkSections(damaged(section)));
        }
    }

    @Test
    void damaged_links_are_answered_and_lead_nowhere_else() {
        System.out.println("ProofFuzz seed " + seed);
        var fixture = new LinkFixture(ProofFixture.of("fuzz"), true);
        var links = fixture.links();
        var genesis = fixture.genesis();
        var updated = genesis.extended(links).orThrow().write();
        var file =
                new LinksFile(genesis.ledger(), links, false, List.of(fixture.signedByAll(fixture.header(90)))).write();
        for (int i = 0; i < ROUNDS; i++) {
            var bytes = damaged(links.get(i % links.size()).encode());
            if (TrustLink.decode(bytes) instanceof Result.Ok<TrustLink>(var link)) {
                assertThat(link.encode()).isEqualTo(bytes);
                var sets = i % 50 == 0 ? genesis.extended(List.of(link)) : Result.ok(genesis);
                if (sets instanceof Result.Ok<TrustFile>(var known))
                    assertThat(known.eras()).hasSizeLessThan(3);
            }
            if (TrustFile.read(damaged(updated)) instanceof Result.Ok<TrustFile>(var read)) {
                assertThat(TrustFile.read(read.write()).isOk()).isTrue();
            }
            if (LinksFile.read(damaged(file)) instanceof Result.Ok<LinksFile>(var read)) {
                assertThat(LinksFile.read(read.write()).isOk()).isTrue();
            }
        }
    }

    private static void checkSections(byte[] bytes) {
        tryRead(() -> assertThat(ReadingLeaf.read(bytes).encode()).isEqualTo(bytes));
        tryRead(() -> assertThat(Inclusion.read(bytes).encode()).isEqualTo(bytes));
        tryRead(() -> assertThat(Anchor.read(bytes).encode()).isEqualTo(bytes));
        tryRead(() -> assertThat(KeyStanding.read(bytes).encode()).isEqualTo(bytes));
        tryRead(() -> assertThat(Certificate.read(bytes).encode()).isEqualTo(bytes));
    }

    private static void tryRead(Runnable reader) {
        try {
            reader.run();
        } catch (io.thingstead.kit.crypto.CborMalformed expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        }
    }

    private byte[] damaged(byte[] valid) {
        var bytes =
                Arrays.copyOf(valid, Math.max(0, valid.length + (random.nextInt(4) == 0 ? random.nextInt(9) - 4 : 0)));
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            bytes[at] = random.nextBoolean() ? (byte) random.nextInt(128) : (byte) (bytes[at] ^ 1 << random.nextInt(8));
        }
        return bytes;
    }
}
