package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.Programs;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.LedgerCheck;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.comet.CometNetwork.Member;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Approve;
import io.thingstead.node.ledger.action.ChangeEngineKey;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.RemoveMember;
import io.thingstead.node.storage.MemoryStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Four members with a real CometBFT each: they agree, one of them may be away, and with two away nothing is lost.
class CometNetworkE2E {
    private static final long WAIT_S = 60;

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
        network.close();
        assertThat(network.failures()).isEmpty();
        for (Member member : network.members()) {
            LedgerCheck.Report check = LedgerCheck.of(member.store, _ -> {});
            assertThat(check.isSound()).as(check.found()).isTrue();
        }
    }

    private TransactionResult submitted(int at, String device) throws Exception {
        return network.member(at).engine().submit(network.registration(device)).get(WAIT_S, TimeUnit.SECONDS);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private void awaitAllHave(long devices) throws InterruptedException {
        for (Member member : network.members()) {
            await(
                    member.id + " has " + devices + " devices",
                    () -> member.ledger().reader().deviceCount() >= devices);
        }
    }

    private void assertAgreed() {
        byte[] appHash = network.member(0).ledger().reader().head().appHash();
        for (Member member : network.members()) {
            assertThat(member.ledger().reader().head().appHash()).isEqualTo(appHash);
        }
    }

    @Test
    void what_any_member_submits_all_have_and_three_of_four_certify() throws Exception {
        for (int i = 0; i < 12; i++) {
            assertThat(submitted(i % 4, "m1:box-" + i).happened()).isTrue();
        }
        awaitAllHave(12);
        assertAgreed();
        for (Member member : network.members()) {
            await(
                    "a certificate",
                    () -> member.ledger()
                            .reader()
                            .certified()
                            .filter(c -> c.head().eventsSize()
                                    == member.ledger().reader().head().eventsSize())
                            .isPresent());
            var certified = member.ledger().reader().certified().orElseThrow();
            EraRecord era = member.ledger().reader().era(2);
            var certificate = (CometCertificate) certified.certificate();
            assertThat(new MemberSet(era.forTrust().members()).certifies(certificate, era.chainId()))
                    .isTrue();
            assertThat(certificate.votes()).hasSizeBetween(3, 4);
            assertThat(certificate.appHash()).isEqualTo(certified.head().appHash());
            assertThat(certificate.encode().length).isLessThan(1_100);
        }
    }

    @Test
    void with_one_away_the_others_go_on_and_it_comes_back() throws Exception {
        assertThat(submitted(3, "m1:before").happened()).isTrue();
        network.member(3).stop();
        for (int i = 0; i < 6; i++) {
            assertThat(submitted(i % 3, "m1:without-" + i).happened()).isTrue();
        }
        network.member(3).restart();
        assertThat(submitted(3, "m1:back").happened()).isTrue();
        awaitAllHave(8);
        assertAgreed();
    }

    @Test
    void a_member_that_the_others_remove_signs_no_more_and_the_rest_go_on() throws Exception {
        var removal = new RemoveMember(network.member(3).id);
        assertThat(decided(0, new Propose(network.member(0).id, removal))).isTrue();
        long decision = firstDecision();
        assertThat(decided(1, new Approve(network.member(1).id, decision))).isTrue();
        assertThat(decided(2, new Approve(network.member(2).id, decision))).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(submitted(i, "m1:after-" + i).happened()).isTrue();
        }
        StoredLedger ledger = network.member(0).ledger();
        await("a certificate of the three", () -> {
            synchronized (ledger) {
                return ledger.uncertified().size() <= 1
                        && ledger.reader().certified().orElseThrow().voters().size() == 3;
            }
        });
        var certified = ledger.reader().certified().orElseThrow();
        var set = new MemberSet(
                certified.voters().stream().map(EraRecord.EraMember::forTrust).toList());
        EraRecord era = ledger.reader().era(2);
        assertThat(set.certifies((CometCertificate) certified.certificate(), era.chainId()))
                .isTrue();
        // With the removed one gone nothing changes; a member that starts again knows who votes.
        network.member(3).stop();
        network.member(1).stop();
        network.member(1).restart();
        assertThat(submitted(1, "m1:without-the-fourth").happened()).isTrue();
    }

    @Test
    void a_changed_engine_key_signs_from_the_second_block_on_and_the_old_one_never_again() throws Exception {
        Member changing = network.member(3);
        SigningKey old = changing.engineKeys.current();
        SigningKey next = changing.engineKeys.next();
        var change = new ChangeEngineKey(
                changing.id,
                next.key(),
                Possession.sign(
                        RegisterMember.subject(changing.id, KeyRole.ENGINE),
                        changing.ledger().info().ledger(),
                        next));
        assertThat(decided(3, new Propose(changing.id, change))).isTrue();
        long decision = firstDecision();
        assertThat(decided(0, new Approve(network.member(0).id, decision))).isTrue();
        assertThat(decided(1, new Approve(network.member(1).id, decision))).isTrue();
        // With another one away its vote is needed.
        network.member(2).stop();
        for (int i = 0; i < 3; i++) {
            assertThat(submitted(i % 2, "m1:after-" + i).happened()).isTrue();
        }
        assertThat(changing.engineKeys.current().key()).isEqualTo(next.key());
        assertThat(changing.engineKeys.holding(old.key())).isEmpty();
        changing.stop();
        changing.restart();
        assertThat(submitted(3, "m1:after-restart").happened()).isTrue();
        network.member(2).restart();
        awaitAllHave(4);
        assertThat(network.member(2)
                        .ledger()
                        .reader()
                        .validators()
                        .find(changing.id)
                        .orElseThrow()
                        .engineKey())
                .isEqualTo(next.key());
    }

    /// Once the first member knows of it, whoever proposed it.
    private long firstDecision() throws InterruptedException {
        LedgerReader reader = network.member(0).ledger().reader();
        await("the proposal is known", () -> !reader.decisions().isEmpty());
        return reader.decisions().getFirst().number();
    }

    private boolean decided(int at, Action action) throws Exception {
        Member member = network.member(at);
        byte[] transaction = Transactions.sign(
                member.ledger().info().ledger(),
                Founding.nonce(),
                System.currentTimeMillis() + 600_000,
                List.of(action),
                List.of(member.keys.of(KeyRole.IDENTITY)));
        TransactionResult result = member.engine().submit(transaction).get(WAIT_S, TimeUnit.SECONDS);
        return result.happened();
    }

    @Test
    void a_killed_engine_is_started_again() throws Exception {
        long before = network.member(2).enginePid();
        ProcessHandle.of(before).orElseThrow().destroyForcibly();
        assertThat(submitted(2, "m1:box").happened()).isTrue();
        assertThat(network.member(2).enginePid()).isNotEqualTo(before);
        awaitAllHave(1);
        assertAgreed();
    }

    @Test
    void with_two_away_it_stands_still_and_goes_on_by_itself_when_they_return() throws Exception {
        assertThat(submitted(0, "m1:before").happened()).isTrue();
        network.member(2).stop();
        network.member(3).stop();
        List<CompletableFuture<TransactionResult>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(network.member(i % 2).engine().submit(network.registration("m1:waits-" + i)));
        }
        try {
            waiting.getFirst().get(3, TimeUnit.SECONDS);
            assertThat(false).as("two of four are not enough").isTrue();
        } catch (TimeoutException e) {
            assertThat(network.member(0).ledger().reader().deviceCount()).isEqualTo(1);
        }
        network.member(3).restart();
        for (var future : waiting) {
            assertThat(future.get(WAIT_S, TimeUnit.SECONDS).happened()).isTrue();
        }
        network.member(2).restart();
        awaitAllHave(6);
        assertAgreed();
    }
}
