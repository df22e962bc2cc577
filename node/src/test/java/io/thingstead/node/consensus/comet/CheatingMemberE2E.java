package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.Promise;
import io.thingstead.node.Programs;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.LedgerReplay;
import io.thingstead.node.consensus.comet.CometNetwork.Member;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberBatch;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.AnchorCheckpoint;
import io.thingstead.node.ledger.action.LogEvidence;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.PromiseEvidence;
import io.thingstead.node.storage.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One of four members cheats, each with a real CometBFT: nothing false is certified, the others go on, and where a
/// lie leaves evidence, the ledger tells it.
class CheatingMemberE2E {
    private static final long WAIT_S = 180;
    private static final int CHEAT = 3;
    private static final List<Integer> HONEST = List.of(0, 1, 2);

    @TempDir
    Path folder;

    private CometNetwork network;

    private void found(boolean twin) throws Exception {
        network = new CometNetwork(Programs.engine(), 4, folder, _ -> new MemoryStore(), twin);
    }

    @AfterEach
    void what_the_honest_certified_is_true() {
        if (network == null) {
            return;
        }
        network.close();
        assertThat(LedgerReplay.of(network.member(0).store).fault()).isNull();
        long lowest = HONEST.stream()
                .mapToLong(i -> network.member(i).ledger().info().height())
                .min()
                .orElseThrow();
        long first = network.member(0).ledger().info().era().initialHeight();
        for (long height = first; height <= lowest; height++) {
            BlockRecord block =
                    network.member(0).ledger().blocks().block(height).orElseThrow();
            for (int i : HONEST) {
                BlockRecord other =
                        network.member(i).ledger().blocks().block(height).orElseThrow();
                assertThat(other.appHash()).as("state after block " + height).isEqualTo(block.appHash());
                assertThat(other.headerHash()).as("block " + height).isEqualTo(block.headerHash());
            }
        }
        for (int i : HONEST) {
            var certified = network.member(i).ledger().reader().certified().orElseThrow();
            EraRecord era = network.member(i).ledger().reader().era(2);
            var certificate = (CometCertificate) certified.certificate();
            assertThat(new MemberSet(era.forTrust().members()).certifies(certificate, era.chainId()))
                    .isTrue();
            assertThat(certificate.appHash()).isEqualTo(certified.head().appHash());
        }
        System.out.println((lowest - first + 1) + " blocks of the honest agree");
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private TransactionResult submitted(int at, SigningKey by, Action action) throws Exception {
        Member member = network.member(at);
        byte[] transaction = Transactions.sign(
                member.ledger().info().ledger(),
                Founding.nonce(),
                System.currentTimeMillis() + 600_000,
                List.of(action),
                List.of(by));
        return member.engine().submit(transaction).get(WAIT_S, TimeUnit.SECONDS);
    }

    private void othersGoOn(String name, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            var result = network.member(i % 3)
                    .engine()
                    .submit(network.registration("m1:" + name + "-" + i))
                    .get(WAIT_S, TimeUnit.SECONDS);
            assertThat(result.happened()).as(name + " " + i).isTrue();
        }
    }

    private List<Event> events(int at, EventType type) {
        LedgerReader reader = network.member(at).ledger().reader();
        List<Event> found = new ArrayList<>();
        for (long from = 0; ; ) {
            List<Event> page = reader.events(from, 500);
            if (page.isEmpty()) {
                return found;
            }
            page.stream().filter(event -> event.type() == type).forEach(found::add);
            from = page.getLast().number() + 1;
        }
    }

    @Test
    void a_member_that_votes_twice_is_caught_by_the_engine_and_the_ledger_tells_it() throws Exception {
        found(true);
        network.start();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        for (int round = 0; events(0, EventType.MEMBER_MISBEHAVED).isEmpty(); round++) {
            assertThat(System.nanoTime()).as("it is caught").isLessThan(until);
            // What only one of the two knows makes them propose differently.
            network.member(CHEAT).engine().submit(network.registration("m1:one-" + round));
            network.member(CHEAT + 1).engine().submit(network.registration("m1:other-" + round));
            othersGoOn("round-" + round, 1);
        }
        for (int i : HONEST) {
            await(
                    "it is told at " + i,
                    () -> !events(i, EventType.MEMBER_MISBEHAVED).isEmpty());
            Event told = events(i, EventType.MEMBER_MISBEHAVED).getFirst();
            assertThat(told.subjects()).containsExactly("member/m4");
            assertThat(told.inWords()).contains("m4");
            assertThat(events(i, EventType.MEMBER_MISBEHAVED))
                    .allSatisfy(event -> assertThat(event.subjects()).containsExactly("member/m4"));
        }
        othersGoOn("after", 3);
    }

    @Test
    void a_member_that_claims_another_state_is_alone_with_it() throws Exception {
        found(false);
        AtomicReference<Liar> liar = new AtomicReference<>();
        network.member(CHEAT)
                .lie(
                        honest -> {
                            liar.set(new Liar(honest, UnaryOperator.identity(), CheatingMemberE2E::otherState));
                            return liar.get();
                        },
                        UnaryOperator.identity());
        network.start();
        othersGoOn("beside-it", 8);
        assertThat(liar.get()).isNotNull();
        for (int i : HONEST) {
            int at = i;
            await(
                    "certified at " + i,
                    () -> network.member(at).ledger().uncertified().size() <= 1);
        }
        // Where it holds a certificate, it is one for the state that the others have.
        network.member(CHEAT).ledger().reader().certified().ifPresent(own -> {
            long height = own.head().height();
            var block = network.member(0).ledger().blocks().block(height);
            block.ifPresent(agreed -> assertThat(own.head().appHash()).isEqualTo(agreed.appHash()));
        });
    }

    private static Finalized otherState(Finalized what) {
        byte[] other = what.appHash().clone();
        other[0] ^= 1;
        return new Finalized(other, what.results(), what.split(), what.validatorUpdates());
    }

    @Test
    void what_a_member_proposes_against_the_rules_is_in_no_block_and_costs_only_its_turns() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("CheatingMemberE2E seed " + seed);
        Random random = new Random(seed);
        found(false);
        AtomicReference<Liar> liar = new AtomicReference<>();
        Member cheat = network.member(CHEAT);
        network.member(CHEAT)
                .lie(
                        honest -> {
                            liar.set(new Liar(
                                    honest,
                                    chosen -> againstTheRules(chosen, cheat, random),
                                    UnaryOperator.identity()));
                            return liar.get();
                        },
                        UnaryOperator.identity());
        network.start();
        for (int round = 0; liar.get().told.get() < 8; round++) {
            othersGoOn("garbage-" + round, 3);
        }
        liar.get().repent();
        var result =
                cheat.engine().submit(network.registration("m1:honest-again")).get(WAIT_S, TimeUnit.SECONDS);
        assertThat(result.happened()).isTrue();
        // Only batches in their sequence are in blocks: the replay at the end executes them again.
        long first = network.member(0).ledger().info().era().initialHeight();
        long[] last = new long[5];
        for (long height = first; height <= network.member(0).ledger().info().height(); height++) {
            for (byte[] tx : network.member(0)
                    .ledger()
                    .blocks()
                    .block(height)
                    .orElseThrow()
                    .transactions()) {
                MemberBatch batch = MemberBatch.decode(tx).orThrow();
                int number = batch.member().value().charAt(1) - '0';
                assertThat(batch.sequence()).isEqualTo(++last[number]);
            }
        }
    }

    /// In turn: noise, a batch in another's name, one out of sequence, one that a block had already, and a flood.
    private List<byte[]> againstTheRules(List<byte[]> chosen, Member cheat, Random random) {
        List<byte[]> proposed = new ArrayList<>(chosen);
        var ledger = cheat.ledger();
        long own = ledger.batchSequence(cheat.id);
        List<byte[]> one = List.of(network.registration("m1:forged-" + random.nextInt(1 << 30)));
        switch (random.nextInt(5)) {
            case 0 -> {
                byte[] noise = new byte[1 + random.nextInt(2_000)];
                random.nextBytes(noise);
                proposed.add(noise);
            }
            case 1 -> {
                Member victim = network.member(random.nextInt(3));
                long next = ledger.batchSequence(victim.id) + 1;
                proposed.add(
                        MemberBatch.sign(ledger.info().ledger(), victim.id, next, one, cheat.keys.of(KeyRole.NODE)));
            }
            case 2 ->
                proposed.add(
                        MemberBatch.sign(ledger.info().ledger(), cheat.id, own + 2, one, cheat.keys.of(KeyRole.NODE)));
            case 3 -> {
                byte[] old = MemberBatch.sign(
                        ledger.info().ledger(), cheat.id, Math.max(1, own), one, cheat.keys.of(KeyRole.NODE));
                proposed.add(old);
                proposed.add(old);
            }
            default -> {
                byte[] big = new byte[60_000];
                random.nextBytes(big);
                for (long i = 1; i <= 15; i++) {
                    proposed.add(MemberBatch.sign(
                            ledger.info().ledger(), cheat.id, own + i, List.of(big), cheat.keys.of(KeyRole.NODE)));
                }
            }
        }
        return proposed;
    }

    @Test
    void a_member_whose_clock_is_an_hour_wrong_moves_nobodys_time() throws Exception {
        for (int hours : List.of(1, -1)) {
            found(false);
            network.member(CHEAT).lie(UnaryOperator.identity(), honest -> new ShiftedVotes(honest, hours * 3_600L));
            network.start();
            othersGoOn("hours" + (hours + 1), 12);
            var ledger = network.member(0).ledger();
            long first = ledger.info().era().initialHeight();
            for (long height = first + 1; height <= ledger.info().height(); height++) {
                long time = ledger.blocks().block(height).orElseThrow().time();
                assertThat(time)
                        .isGreaterThan(
                                ledger.blocks().block(height - 1).orElseThrow().time())
                        .isCloseTo(System.currentTimeMillis(), org.assertj.core.data.Offset.offset(120_000L));
            }
            network.close();
            folder = folder.resolve("next");
        }
    }

    private record ShiftedVotes(Votes honest, long seconds) implements Votes {
        @Override
        public byte[] publicKey() {
            return honest.publicKey();
        }

        @Override
        public EngineSigner.Answer sign(SignRequest request) {
            if (request.isProposal()) {
                return honest.sign(request);
            }
            Time shifted =
                    new Time(request.time().seconds() + seconds, request.time().nanos());
            return honest.sign(new SignRequest(
                    request.type(),
                    request.height(),
                    request.round(),
                    request.polRound(),
                    request.blockId(),
                    shifted,
                    request.chainId(),
                    request.message()));
        }
    }

    @Test
    void two_faces_of_a_log_and_a_broken_promise_are_on_every_ledger() throws Exception {
        found(false);
        network.start();
        Member cheat = network.member(CHEAT);
        LogId log = new LogId(cheat.id, 1);
        SigningKey logKey = cheat.keys.of(KeyRole.LOG);
        SigningKey witness = network.member(1).keys.of(KeyRole.NODE);
        assertThat(submitted(CHEAT, cheat.keys.of(KeyRole.NODE), new OpenLog(log))
                        .happened())
                .isTrue();
        String origin = cheat.ledger().reader().log(log).origin();

        byte[] dropped = entry(1);
        byte[] kept = entry(2);
        byte[] root = MerkleTree.leafHash(kept);
        byte[] promise =
                new Promise(cheat.ledger().info().ledger(), log, 0, dropped, Long.MAX_VALUE >> 12).sign(logKey);
        var anchor = new AnchorCheckpoint(log, 0, 1, root, List.of());
        assertThat(submitted(CHEAT, logKey, anchor).firstRefusal()).isEmpty();
        var otherEntry = new PromiseEvidence(log, promise, new PromiseEvidence.Other(kept, List.of()));
        assertThat(submitted(1, witness, otherEntry).firstRefusal()).isEmpty();
        var fork = new LogEvidence(
                log, note(origin, 5, 1, logKey), new LogEvidence.Against.Note(note(origin, 5, 2, logKey)));
        assertThat(submitted(1, witness, fork).firstRefusal()).isEmpty();
        var harmless = new LogEvidence(
                log, note(origin, 6, 3, logKey), new LogEvidence.Against.Note(note(origin, 7, 4, logKey)));
        assertThat(submitted(1, witness, harmless).firstRefusal())
                .as("no evidence")
                .isPresent();
        for (int i : HONEST) {
            int at = i;
            await(
                    "the fork is known to " + i,
                    () -> events(at, EventType.LOG_FORKED).size() == 1);
            assertThat(events(i, EventType.PROMISE_BROKEN)).hasSize(1);
            assertThat(events(i, EventType.LOG_FORKED).getFirst().subjects()).contains("member/m4");
        }
        othersGoOn("after", 3);
    }

    private static byte[] entry(int number) {
        byte[] entry = new byte[33];
        entry[0] = 1;
        entry[32] = (byte) number;
        return entry;
    }

    private static byte[] note(String origin, long size, int root, SigningKey by) {
        byte[] hash = new byte[32];
        Arrays.fill(hash, (byte) root);
        return SignedNote.sign(
                        new Checkpoint(origin, size, hash).body(),
                        new NoteKey(origin, by.key().point()),
                        by::sign)
                .encode()
                .getBytes(StandardCharsets.UTF_8);
    }
}
