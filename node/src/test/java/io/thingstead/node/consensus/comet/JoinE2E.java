package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.Programs;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.comet.CometNetwork.Member;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.AddMember;
import io.thingstead.node.ledger.action.Approve;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.TakeSeat;
import io.thingstead.node.storage.MemoryStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A fifth organisation joins four that run: it waits to be let in, takes their state, votes.
class JoinE2E {
    private static final long WAIT_S = 120;

    @TempDir
    Path folder;

    private CometNetwork network;

    @BeforeEach
    void start() throws Exception {
        network = new CometNetwork(Programs.engine(), 4, folder, _ -> new MemoryStore());
        network.start();
    }

    @AfterEach
    void stop() {
        if (network != null) {
            network.close();
            assertThat(network.failures()).isEmpty();
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private TransactionResult asked(Member member, Action action, List<? extends Signer> keys) throws Exception {
        byte[] transaction = Transactions.sign(
                member.ledger().info().ledger(),
                Founding.nonce(),
                System.currentTimeMillis() + 600_000,
                List.of(action),
                List.copyOf(keys));
        return member.engine().submit(transaction).get(WAIT_S, TimeUnit.SECONDS);
    }

    private void decide(AddMember add) throws Exception {
        Member first = network.member(0);
        assertThat(asked(first, new Propose(first.id, add), List.of(first.keys.of(KeyRole.IDENTITY)))
                        .happened())
                .isTrue();
        long number = first.ledger().reader().decisions().getFirst().number();
        for (int i = 1; i < 3; i++) {
            Member other = network.member(i);
            assertThat(asked(other, new Approve(other.id, number), List.of(other.keys.of(KeyRole.IDENTITY)))
                            .happened())
                    .isTrue();
        }
    }

    @Test
    void while_transactions_flow_a_fifth_is_let_in_takes_the_state_and_votes() throws Exception {
        AtomicBoolean flowing = new AtomicBoolean(true);
        AtomicInteger flowed = new AtomicInteger();
        Thread flow = Thread.ofVirtual().start(() -> {
            try {
                while (flowing.get()) {
                    int n = flowed.incrementAndGet();
                    assertThat(network.member(n % 3)
                                    .engine()
                                    .submit(network.registration("m1:flow-" + n))
                                    .get(WAIT_S, TimeUnit.SECONDS)
                                    .happened())
                            .isTrue();
                }
            } catch (Exception e) {
                network.failures().add(e);
            }
        });
        Member first = network.member(0);
        var reading =
                new LedgerProof(first.ledger().info().ledger(), new LogId(first.id, 1), System.currentTimeMillis());
        assertThat(asked(first, reading.registration(), List.of(first.keys.of(KeyRole.NODE)))
                        .happened())
                .isTrue();
        assertThat(asked(first, reading.anchor(), List.of(first.keys.of(KeyRole.LOG)))
                        .happened())
                .isTrue();
        TrustFile before = first.trust().trust(System.currentTimeMillis());
        Member fifth = network.joining("m5", MemberKeys.generate(), new MemoryStore(), folder.resolve("m5"));
        // It starts before it is let in, and waits.
        fifth.start();
        assertThat(fifth.ledger().reader().logs()).isEmpty();
        var registration = new RegisterMember(
                fifth.id,
                "m5.example",
                Founding.possessed(network.member(0).ledger().info().ledger(), fifth.id, fifth.keys));
        decide(new AddMember(registration, new Endpoint(fifth.address, "127.0.0.1:7443")));
        await(
                "the fifth has the others' state",
                () -> fifth.ledger().reader().member(network.member(2).id) != null
                        && fifth.ledger().reader().deviceCount() > 0);
        await("it has caught up", () -> fifth.ledger().reader().certified().isPresent());
        assertThat(asked(
                                fifth,
                                new TakeSeat(fifth.id),
                                List.of(fifth.keys.of(KeyRole.NODE), fifth.keys.of(KeyRole.ENGINE)))
                        .happened())
                .isTrue();
        await(
                "five vote",
                () -> network.member(0).ledger().reader().validators().size() == 5);
        flowing.set(false);
        flow.join();
        assertThat(flowed.get()).isGreaterThan(3);
        // Four of five are needed: without one of the founders its vote counts.
        network.member(3).stop();
        assertThat(network.member(1)
                        .engine()
                        .submit(network.registration("m1:with-the-fifth"))
                        .get(WAIT_S, TimeUnit.SECONDS)
                        .happened())
                .isTrue();
        await(
                "all agree",
                () -> fifth.ledger().reader().device(io.thingstead.kit.model.DeviceId.of("m1:with-the-fifth")) != null);
        assertThat(fifth.ledger().reader().deviceCount()).isEqualTo(flowed.get() + 2);
        provesUnderOldTrust(fifth, reading, before);
    }

    /// What became final before it came: it has the links from the ledger's beginning on, which the others gave it.
    private void provesUnderOldTrust(Member fifth, LedgerProof reading, TrustFile before) throws Exception {
        await(
                "the history is fetched",
                () -> fifth.ledger().reader().missingEvents().isEmpty());
        await("the links are here", () -> fifth.ledger().links().after(-1).size() == 2);
        await(
                "five certify",
                () -> fifth.ledger()
                        .reader()
                        .certified()
                        .filter(head -> head.voters().size() == 5)
                        .isPresent());
        byte[] proof = reading.under(fifth.ledger().reader(), "proven").write();
        TrustFile founders = network.foundersTrust();
        byte[] linked = fifth.trust().withLinks(proof, before.height()).orThrow();
        var report = ProofVerifier.verify(linked, before.write());
        assertThat(report.verdict()).as(report.steps().toString()).isEqualTo(Verdict.PROVEN);
        linked = fifth.trust().withLinks(proof, founders.height()).orThrow();
        report = ProofVerifier.verify(linked, founders.write());
        assertThat(report.verdict()).as(report.steps().toString()).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
    }
}
