package io.thingstead.kit.proof;

import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A member that cheats with its own keys: it changes what its ledger holds and signs a block over it. What comes out
/// is
/// rightly hashed and signed, so that it reaches the checks behind the signatures.
final class ProofForger {
    record Forged(byte[] proof, byte[] trust) {}

    private final Random random;

    ProofForger(Random random) {
        this.random = random;
    }

    /// Another header over the same ledger.
    Forged resign(ProofFixture fixture) {
        var proof = fixture.proof();
        return write(
                fixture, proof.verdict(), proof.inclusion(), proof.anchor(), proof.key(), header(fixture.header()));
    }

    /// A changed key record, anchor event, or both.
    Forged forge(ProofFixture fixture) {
        var proof = fixture.proof();
        var event = random.nextBoolean()
                ? proof.anchor().event()
                : change(proof.anchor().event());
        var record =
                random.nextBoolean() ? proof.key().record() : change(proof.key().record());
        int eventNo = (int) fixture.anchorEventNo();
        var leaves = fixture.eventLeaves();
        leaves.set(eventNo, event.encode());
        var hashes = leaves.stream().map(MerkleTree::leafHash).toList();
        var path = MerkleTree.inclusionProof(
                (level, index) -> {
                    int from = (int) (index << level);
                    return MerkleTree.root(hashes.subList(from, from + (1 << level)));
                },
                eventNo,
                leaves.size());
        var state = fixture.state().put(record.stateKey(), record.encode());
        var appHash = AppHash.of(1, leaves.size(), MerkleTree.root(hashes), state.root());
        var h = fixture.header();
        var header = new SoloHeader(
                h.ledger(), h.era(), h.height(), h.blockTime(), h.previousHeaderHash(), h.transactionsRoot(), appHash);
        var verdict = random.nextInt(4) == 0
                ? List.of("accepted-before-revocation", "proven").get(random.nextInt(2))
                : proof.verdict();
        var inclusion = random.nextInt(4) > 0
                ? proof.inclusion()
                : new Inclusion(
                        event.log(),
                        proof.inclusion().index(),
                        event.toSize(),
                        proof.inclusion().path());
        return write(
                fixture,
                verdict,
                inclusion,
                Anchor.of(event.encode(), leaves.size(), path),
                KeyStanding.of(record.encode(), state.prove(record.stateKey())),
                header);
    }

    private Forged write(
            ProofFixture fixture,
            String verdict,
            Inclusion inclusion,
            Anchor anchor,
            KeyStanding key,
            SoloHeader header) {
        var certificate = new SoloCertificate(1, header, header.sign(fixture.engine()));
        var proof = new ProofFile(1, verdict, fixture.leaf(fixture.index), inclusion, anchor, key, certificate);
        var trust = fixture.trust();
        var height = random.nextBoolean() ? trust.height() : trust.height() + 1;
        var hash = random.nextBoolean() ? header.hash() : trust.headerHash();
        var eras = trust.eras();
        if (random.nextInt(4) == 0) {
            var first = eras.getFirst();
            var engine = random.nextBoolean() ? "solo" : "comet";
            eras = List.of(
                    first,
                    TrustFile.Era.of(2, engine, "ts-2", random.nextInt(30, 60), 3, new byte[32], first.members()));
        }
        return new Forged(proof.write(), new TrustFile(trust.ledger(), trust.asOf(), height, hash, eras).write());
    }

    private SoloHeader header(SoloHeader h) {
        return new SoloHeader(
                h.ledger(),
                random.nextInt(4) == 0 ? h.era() + random.nextInt(2) : h.era(),
                List.of(0L, 1L, 3L, 5L, 41L, 42L, 43L, 1_000_000L).get(random.nextInt(8)),
                h.blockTime() - random.nextInt(4) * 300_000L,
                h.previousHeaderHash(),
                h.transactionsRoot(),
                h.appHash());
    }

    private AnchorEvent change(AnchorEvent e) {
        var log = random.nextInt(3) > 0
                ? e.log()
                : new LogId(new MemberId(random.nextBoolean() ? "demo" : "other"), 1 + random.nextInt(2));
        return new AnchorEvent(
                random.nextInt(4) == 0 ? random.nextInt(3) : e.era(),
                random.nextInt(4) == 0 ? random.nextInt(30, 60) : e.height(),
                random.nextInt(4) == 0 ? e.blockTime() + random.nextInt(2) * 10_000_000L : e.blockTime(),
                random.nextInt(6) == 0 ? e.eventNo() + 1 : e.eventNo(),
                e.transaction(),
                random.nextInt(5) == 0 ? 6 + random.nextInt(3) : 7,
                random.nextInt(6) == 0 ? List.of("x", "") : e.subjects(),
                log,
                random.nextInt(3) == 0 ? random.nextInt(15) : e.fromSize(),
                random.nextInt(4) == 0 ? random.nextInt(15) : e.toSize(),
                e.root(),
                e.previousTime());
    }

    private KeyRecord change(KeyRecord r) {
        return new KeyRecord(
                r.key(),
                List.of(r.owner(), r.owner(), "demo", "demo:box-7", "demo:box-8", "other:box-7")
                        .get(random.nextInt(6)),
                random.nextInt(4) == 0 ? new MemberId("other") : r.member(),
                random.nextInt(3) == 0 ? random.nextInt(10) : r.role(),
                random.nextInt(3) == 0 ? random.nextInt(7) : r.validFrom(),
                random.nextInt(3) == 0 ? eventOrNull() : r.validTo(),
                random.nextInt(3) == 0 ? timeOrNull() : r.endedAtMs(),
                random.nextInt(3) == 0 ? eventOrNull() : r.finalN());
    }

    private @Nullable Long eventOrNull() {
        return random.nextInt(4) == 0 ? null : (long) random.nextInt(7);
    }

    private @Nullable Long timeOrNull() {
        return random.nextInt(4) == 0 ? null : ProofFixture.START + random.nextInt(100_000);
    }
}
