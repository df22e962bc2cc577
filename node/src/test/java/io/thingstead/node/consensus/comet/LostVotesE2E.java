package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.Programs;
import io.thingstead.node.VoteAgain;
import io.thingstead.node.consensus.comet.CometNetwork.Member;
import io.thingstead.node.storage.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member that lost its engine's folder, its record of votes with it, never signs twice: it follows the others, votes
/// on nothing that it may have voted on, and votes again later.
class LostVotesE2E {
    private static final long WAIT_S = 120;

    @TempDir
    Path folder;

    private CometNetwork network;
    private int devices;

    @BeforeEach
    void start() throws Exception {
        network = new CometNetwork(Programs.engine(), 4, folder, _ -> new MemoryStore());
        network.start();
    }

    @AfterEach
    void stop() {
        network.close();
        assertThat(network.failures()).isEmpty();
    }

    private CompletableFuture<Boolean> submit() {
        return network.member(0)
                .engine()
                .submit(network.registration("m1:box-" + devices++))
                .thenApply(result -> result.happened());
    }

    private void goesOn() throws Exception {
        assertThat(submit().get(WAIT_S, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private static void deleteAll(Path what) throws IOException {
        try (Stream<Path> files = Files.walk(what)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void it_holds_its_votes_back_and_votes_again_later() throws Exception {
        for (int i = 0; i < 5; i++) {
            goesOn();
        }
        Member hit = network.member(3);
        hit.stop();
        deleteAll(hit.home);
        hit.holdsBackFor(3_600_000);
        hit.restart();
        assertThat(hit.engine().holdsBack())
                .hasValueSatisfying(why -> assertThat(why).contains("because its record of votes was lost"));
        goesOn();
        await(
                "it follows",
                () -> hit.ledger().reader().head().eventsSize()
                        == network.member(0).ledger().reader().head().eventsSize());
        assertThat(hit.home.resolve(FirstVotes.RECORD)).as("made silently").doesNotExist();

        // Two of four vote, and the one that holds back: not enough.
        network.member(1).stop();
        CompletableFuture<Boolean> waits = submit();
        Thread.sleep(4_000);
        assertThat(waits).isNotDone();

        // A restart does not end the wait: what the others decide does.
        hit.stop();
        hit.holdsBackFor(2_000);
        hit.restart();
        Thread.sleep(3_000);
        assertThat(hit.engine().holdsBack()).isPresent();
        assertThat(waits).isNotDone();
        network.member(1).restart();
        assertThat(waits.get(WAIT_S, TimeUnit.SECONDS)).isTrue();
        await("it votes again", () -> hit.engine().holdsBack().isEmpty());
        network.member(2).stop();
        goesOn();
        goesOn();
        network.member(2).restart();
        goesOn();
        for (Member member : network.members()) {
            assertThat(List.copyOf(member.ledger().reader().members()))
                    .as("nobody was caught voting twice")
                    .allSatisfy(of -> assertThat(member.ledger().reader().faults(of.member()))
                            .isZero());
        }
    }

    private VoteAgain voteAgain(Member member) {
        return new VoteAgain(member.id, member.ledger().reader(), member.exchange(), member.engine(), () -> false);
    }

    private static Refusal refused(Result<List<String>> result) {
        return result instanceof Result.No<List<String>>(var refused) ? refused.code() : null;
    }

    private void loses(Member hit, long marginMs) throws Exception {
        hit.stop();
        deleteAll(hit.home);
        hit.holdsBackFor(marginMs);
        hit.restart();
        assertThat(hit.engine().holdsBack()).isPresent();
    }

    private void awaitTogether(Member one, Member other) throws InterruptedException {
        await(
                one.id + " is where " + other.id + " is",
                () -> one.ledger().reader().head().height()
                        == other.ledger().reader().head().height());
    }

    @Test
    void where_too_many_lost_it_people_let_one_vote_again_and_the_ledger_goes_on() throws Exception {
        goesOn();
        Member one = network.member(3);
        Member other = network.member(2);
        assertThat(refused(voteAgain(one).end())).isEqualTo(Refusal.VOTES_NOT_HELD);
        loses(one, 3_600_000);
        goesOn();
        await("a refusal that says why", () -> refused(voteAgain(one).end()) == Refusal.VOTES_NOT_NEEDED);
        other.stop();
        Files.write(other.home.resolve(FirstVotes.RECORD), new byte[0]);
        other.holdsBackFor(2_000);
        other.restart();
        assertThat(other.engine().holdsBack()).as("its record was emptied").isPresent();
        CompletableFuture<Boolean> waits = submit();
        awaitTogether(one, network.member(0));
        Thread.sleep(4_000);
        assertThat(waits).as("two of four are not enough").isNotDone();

        List<String> words = voteAgain(one).meaning().orThrow();
        assertThat(words.getFirst()).contains("m3", "m4 (this one)");
        assertThat(words)
                .anyMatch(line -> line.startsWith("Vote: m1, m2. 3 of 4 are needed: the ledger stands still at block "))
                .anyMatch(line -> line.contains("evidence against it"))
                .anyMatch(line -> line.contains("two histories"));
        assertThat(one.engine().holdsBack()).as("only said").isPresent();
        assertThat(voteAgain(one).end().orThrow()).isEqualTo(words);
        assertThat(one.engine().holdsBack()).isEmpty();
        assertThat(waits.get(WAIT_S, TimeUnit.SECONDS)).isTrue();
        await(
                "the other's wait ends by itself",
                () -> other.engine().holdsBack().isEmpty());
        goesOn();

        one.stop();
        one.restart();
        assertThat(one.engine().holdsBack())
                .as("it knows from then on what it signed")
                .isEmpty();
        network.member(1).stop();
        goesOn();
        network.member(1).restart();
        goesOn();
        for (Member member : network.members()) {
            await(
                    member.id + " has all",
                    () -> member.ledger().reader().deviceCount()
                            == network.member(0).ledger().reader().deviceCount());
            assertThat(member.ledger().reader().head().appHash())
                    .isEqualTo(network.member(0).ledger().reader().head().appHash());
        }
    }
}
