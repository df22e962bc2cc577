package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.proof.LinksFile;
import io.thingstead.kit.proof.ProofFile;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.Programs;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.comet.CometNetwork.Member;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Approve;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RemoveMember;
import io.thingstead.node.ledger.action.TakeSeat;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.trust.LatecomerLinks;
import io.thingstead.node.trust.TrustHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member comes and a member goes while transactions flow, with a real CometBFT each: proofs made before, between and
/// after verify from the trust files of the beginning, in Java and in Python, when they carry the links, and only then.
class TrustLinksE2E {
    private static final long WAIT_S = 60;

    @TempDir
    Path folder;

    private CometNetwork network;
    private final AtomicBoolean flowing = new AtomicBoolean(true);
    private final AtomicInteger flowed = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        network = new CometNetwork(Programs.engine(), 5, 4, folder, _ -> new MemoryStore());
        network.start();
    }

    @AfterEach
    void stop() {
        flowing.set(false);
        network.close();
        assertThat(network.failures()).isEmpty();
    }

    private void submitted(int at, Action action, KeyRole... signers) throws Exception {
        Member member = network.member(at);
        List<SigningKey> keys = Arrays.stream(signers).map(member.keys::of).toList();
        byte[] transaction = Transactions.sign(
                member.ledger().info().ledger(),
                Founding.nonce(),
                System.currentTimeMillis() + 600_000,
                List.of(action),
                keys);
        var result = member.engine().submit(transaction).get(WAIT_S, TimeUnit.SECONDS);
        assertThat(result.firstRefusal()).as(action.inWords()).isEmpty();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private void flow(int number) {
        for (int i = 0; flowing.get(); i++) {
            try {
                network.member(0)
                        .engine()
                        .submit(network.registration("m1:flow-" + number + "-" + i))
                        .get(WAIT_S, TimeUnit.SECONDS);
                flowed.incrementAndGet();
            } catch (Exception e) {
                return;
            }
        }
    }

    /// Until every one of the first members has so many links and a head that so many voters certify.
    private void awaitLinks(int links, int voters) throws InterruptedException {
        for (Member member : network.members().subList(0, 3)) {
            await(
                    links + " links at " + member.id,
                    () -> member.ledger().links().after(-1).size() == links
                            && member.ledger()
                                    .reader()
                                    .certified()
                                    .filter(head -> head.voters().size() == voters)
                                    .isPresent());
        }
    }

    private TrustHistory history(int at) {
        return network.member(at).trust();
    }

    private ProofFile proof(LedgerProof of, int at) {
        return of.under(network.member(at).ledger().reader(), "proven");
    }

    private void assertVerdict(ProofFile proof, TrustFile trust, Verdict verdict) throws Exception {
        assertVerdict(proof.write(), trust, verdict);
    }

    private void assertVerdict(byte[] proof, TrustFile trust, Verdict verdict) throws Exception {
        var report = ProofVerifier.verify(proof, trust.write());
        assertThat(report.verdict()).as(report.steps().toString()).isEqualTo(verdict);
        var script = Path.of(System.getProperty("project.root", ".."), "examples", "from-the-spec", "verify.py");
        Path file = Files.write(folder.resolve("a.proof.json"), proof);
        Path trusted = Files.write(folder.resolve("a.trust.json"), trust.write());
        var python = Objects.requireNonNullElse(System.getenv("THINGSTEAD_PYTHON"), "python3");
        var process = new ProcessBuilder(python, script.toString(), file.toString(), "--trust", trusted.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(verdict.exitCode());
        assertThat(said).startsWith(verdict.label());
    }

    @Test
    void proofs_before_between_and_after_changes_verify_from_the_first_trust_files() throws Exception {
        Member first = network.member(0);
        var reading =
                new LedgerProof(first.ledger().info().ledger(), new LogId(first.id, 1), System.currentTimeMillis());
        submitted(0, reading.registration(), KeyRole.NODE);
        submitted(0, reading.anchor(), KeyRole.LOG);
        List<Thread> load = IntStream.range(0, 4)
                .mapToObj(i -> Thread.ofVirtual().start(() -> flow(i)))
                .toList();
        awaitLinks(1, 4);
        long anchored = first.ledger()
                .reader()
                .anchorCovering(new LogId(first.id, 1), 0)
                .orElseThrow()
                .number();
        await(
                "a certified anchor",
                () -> first.ledger().reader().certified().orElseThrow().head().eventsSize() > anchored);
        TrustFile genesis = history(0).trust(System.currentTimeMillis());
        ProofFile before = proof(reading, 0);

        submitted(4, new TakeSeat(network.member(4).id), KeyRole.NODE, KeyRole.ENGINE);
        awaitLinks(2, 5);
        ProofFile between = proof(reading, 1);

        // Stops with the link of the next change still open, and makes it whole after its start.
        submitted(0, new Propose(first.id, new RemoveMember(network.member(3).id)), KeyRole.IDENTITY);
        long decision = first.ledger().reader().decisions().getFirst().number();
        submitted(1, new Approve(network.member(1).id, decision), KeyRole.IDENTITY);
        submitted(2, new Approve(network.member(2).id, decision), KeyRole.IDENTITY);
        submitted(4, new Approve(network.member(4).id, decision), KeyRole.IDENTITY);
        network.member(2).stop();
        network.member(2).restart();
        awaitLinks(3, 4);
        ProofFile after = proof(reading, 2);
        flowing.set(false);
        for (Thread thread : load) {
            thread.join();
        }
        System.out.println(flowed.get() + " transactions flowed meanwhile");

        assertVerdict(before, genesis, Verdict.PROVEN);
        for (ProofFile later : List.of(between, after)) {
            assertVerdict(later, genesis, Verdict.FALSE);
            byte[] linked =
                    history(1).withLinks(later.write(), genesis.height()).orThrow();
            assertVerdict(linked, genesis, Verdict.PROVEN);
        }
        TrustFile founders = network.foundersTrust();
        for (ProofFile proof : List.of(before, between, after)) {
            assertVerdict(proof, founders, Verdict.FALSE);
            byte[] linked =
                    history(1).withLinks(proof.write(), founders.height()).orThrow();
            assertVerdict(linked, founders, Verdict.PROVEN_BY_ONE_MEMBER);
        }
        broughtUpToDate(genesis, List.of(before, between, after));
        LatecomerLinks.takesOver(first.ledger().reader(), history(1), network.member(1).id);
    }

    private void broughtUpToDate(TrustFile genesis, List<ProofFile> proofs) throws Exception {
        LinksFile links =
                LinksFile.read(history(1).linksAfter(genesis.height()).write()).orThrow();
        TrustFile updated = links.update(genesis, System.currentTimeMillis()).orThrow();
        assertThat(updated.height()).isGreaterThan(genesis.height());
        TrustFile nodes = history(2).trust(System.currentTimeMillis());
        for (ProofFile proof : proofs) {
            assertVerdict(proof, updated, Verdict.PROVEN);
            assertVerdict(proof, nodes, Verdict.PROVEN);
        }
    }
}
