package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.Programs;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.comet.CometNetwork.Member;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.storage.MemoryStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Members that keep their newest blocks only: what is older than these is proven all the same, and a member that
/// restarts goes on.
class PrunedBlocksE2E {
    private static final long WAIT_S = 120;
    private static final long KEEP = 20;

    @TempDir
    Path folder;

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private static void submit(Member member, KeyRole role, Action action) throws Exception {
        byte[] transaction = Transactions.sign(
                member.ledger().info().ledger(),
                Founding.nonce(),
                System.currentTimeMillis() + 600_000,
                List.of(action),
                List.of(member.keys.of(role)));
        assertThat(member.engine()
                        .submit(transaction)
                        .get(WAIT_S, TimeUnit.SECONDS)
                        .happened())
                .isTrue();
    }

    private static void awaitCertified(Member member, long height) throws InterruptedException {
        await(
                "block " + height + " is certified at " + member.id,
                () -> member.ledger()
                        .reader()
                        .certified()
                        .filter(certified -> certified.head().height() >= height)
                        .isPresent());
    }

    private static void assertProven(Member member, LedgerProof proof, byte[] trust) {
        byte[] file =
                proof.under(member.ledger().reader(), Verdict.PROVEN.label()).write();
        assertThat(ProofVerifier.verify(file, trust).verdict()).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void what_is_older_than_the_kept_blocks_is_proven_and_a_restart_goes_on() throws Exception {
        try (CometNetwork network = new CometNetwork(Programs.engine(), 4, folder, _ -> new MemoryStore())
                .keeping(KEEP)
                .withSnapshots(10, KEEP / 2)) {
            network.start();
            Member first = network.member(0);
            LogId log = new LogId(new MemberId("m1"), 1);
            LedgerProof proof = new LedgerProof(first.ledger().info().ledger(), log, System.currentTimeMillis());
            submit(first, KeyRole.NODE, proof.registration());
            submit(first, KeyRole.LOG, proof.anchor());
            long anchored = first.ledger().reader().head().height();
            awaitCertified(first, anchored);
            byte[] trust =
                    first.ledger().reader().trust(System.currentTimeMillis()).write();
            assertProven(first, proof, trust);
            for (int i = 0; first.ledger().reader().head().height() < anchored + 2 * KEEP; i++) {
                assertThat(first.engine()
                                .submit(network.registration("m1:box-" + i))
                                .get(WAIT_S, TimeUnit.SECONDS)
                                .happened())
                        .isTrue();
            }
            assertThat(first.ledger().blocks().block(anchored)).as("went").isEmpty();
            assertThat(first.ledger().reader().firstBlock()).isGreaterThan(anchored);
            assertProven(first, proof, trust);

            Member back = network.member(2);
            back.stop();
            back.restart();
            assertThat(back.engine()
                            .submit(network.registration("m1:after"))
                            .get(WAIT_S, TimeUnit.SECONDS)
                            .happened())
                    .isTrue();
            awaitCertified(back, anchored);
            assertProven(back, proof, trust);
            assertThat(network.failures()).isEmpty();
        }
    }
}
