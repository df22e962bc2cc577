package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.Programs;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.LedgerCheck;
import io.thingstead.node.consensus.comet.CometNetwork.Member;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Approve;
import io.thingstead.node.ledger.action.ChangeEngineKey;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.storage.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Members that were away, or lost what they had, come back by a snapshot of the others' state, through CometBFT's
/// state sync.
class CatchUpE2E {
    private static final long WAIT_S = 120;

    @TempDir
    Path folder;

    private CometNetwork network;

    private void start(long every, long behind) throws Exception {
        network = new CometNetwork(Programs.engine(), 4, folder, _ -> new MemoryStore()).withSnapshots(every, behind);
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

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private long height(int at) {
        return network.member(at).ledger().reader().head().height();
    }

    /// Lets the first member go on until its ledger is at this height.
    private void goOnTo(long height) throws Exception {
        for (int i = 0; height(0) < height; i++) {
            assertThat(network.member(0)
                            .engine()
                            .submit(network.registration("m1:" + height + "-" + i))
                            .get(WAIT_S, TimeUnit.SECONDS)
                            .happened())
                    .isTrue();
        }
    }

    private void awaitTogether(int at) throws InterruptedException {
        Member back = network.member(at);
        Member other = network.member(0);
        await(
                "the members agree",
                () -> back.ledger().reader().head().eventsSize()
                        == other.ledger().reader().head().eventsSize());
        assertThat(back.ledger().reader().head().appHash())
                .isEqualTo(other.ledger().reader().head().appHash());
        assertThat(back.ledger().reader().deviceCount())
                .isEqualTo(other.ledger().reader().deviceCount());
    }

    /// Its vote is needed once another one is away.
    private void assertVotes(int at, int away) throws Exception {
        network.member(away).stop();
        assertThat(network.member(at)
                        .engine()
                        .submit(network.registration("m1:voted-" + at + "-" + height(0)))
                        .get(WAIT_S, TimeUnit.SECONDS)
                        .happened())
                .isTrue();
        network.member(away).restart();
    }

    private void submitted(int at, Action action, KeyRole signer) throws Exception {
        Member member = network.member(at);
        byte[] transaction = Transactions.sign(
                member.ledger().info().ledger(),
                Founding.nonce(),
                System.currentTimeMillis() + 600_000,
                List.of(action),
                List.of(member.keys.of(signer)));
        var result = member.engine().submit(transaction).get(WAIT_S, TimeUnit.SECONDS);
        assertThat(result.firstRefusal()).as(action.inWords()).isEmpty();
    }

    /// A reading of the member's device in a log of its own, made final.
    private LedgerProof reading(int at, long log) throws Exception {
        Member member = network.member(at);
        LogId id = new LogId(member.id, log);
        var reading = new LedgerProof(member.ledger().info().ledger(), id, System.currentTimeMillis());
        if (member.ledger().reader().log(id) == null) {
            submitted(at, new OpenLog(id), KeyRole.NODE);
        }
        submitted(at, reading.registration(), KeyRole.NODE);
        submitted(at, reading.anchor(), KeyRole.LOG);
        return reading;
    }

    /// The member that came back proves the readings from before and from meanwhile, and knows all events.
    private void assertKnowsAll(int at, LedgerProof... readings) throws Exception {
        LedgerReader back = network.member(at).ledger().reader();
        await("the history is fetched", () -> back.missingEvents().isEmpty());
        await(
                "the newest event is certified",
                () -> back.certified()
                        .filter(head -> head.head().eventsSize() == back.head().eventsSize())
                        .isPresent());
        for (LedgerProof reading : readings) {
            var report = ProofVerifier.verify(reading.under(back, "proven"), back.trust(System.currentTimeMillis()));
            assertThat(report.verdict()).as(report.steps().toString()).isEqualTo(Verdict.PROVEN);
        }
        LedgerReader whole = network.member(0).ledger().reader();
        long size = back.head().eventsSize();
        await("the other has all of these events", () -> whole.head().eventsSize() >= size);
        for (long number = 0; number < size; number++) {
            assertThat(back.event(number).orElseThrow().leaf())
                    .isEqualTo(whole.event(number).orElseThrow().leaf());
        }
        assertThat(numbers(back, "device/m4:proven")).isEqualTo(numbers(whole, "device/m4:proven"));
        assertThat(numbers(back, "log/m1/1")).isEqualTo(numbers(whole, "log/m1/1"));
    }

    /// While one is away the others decide that the first one votes with another key.
    private void changeFirstKey() throws Exception {
        Member first = network.member(0);
        SigningKey next = first.engineKeys.next();
        var possession = Possession.sign(
                RegisterMember.subject(first.id, KeyRole.ENGINE),
                first.ledger().info().ledger(),
                next);
        submitted(0, new Propose(first.id, new ChangeEngineKey(first.id, next.key(), possession)), KeyRole.IDENTITY);
        long decision = first.ledger().reader().decisions().getFirst().number();
        for (int i = 1; i < 3; i++) {
            submitted(i, new Approve(network.member(i).id, decision), KeyRole.IDENTITY);
        }
    }

    /// The member that came back has the links of what changed meanwhile, from the others.
    private void assertLeadsFrom(TrustFile trust, int at, LedgerProof reading) throws Exception {
        Member back = network.member(at);
        int links = network.member(0).ledger().links().after(-1).size();
        assertThat(links).isEqualTo(2);
        await("the links are fetched", () -> back.ledger().links().after(-1).size() == links);
        byte[] proof = reading.under(back.ledger().reader(), "proven").write();
        assertThat(ProofVerifier.verify(proof, trust.write()).verdict()).isEqualTo(Verdict.FALSE);
        byte[] linked = back.trust().withLinks(proof, trust.height()).orThrow();
        var report = ProofVerifier.verify(linked, trust.write());
        assertThat(report.verdict()).as(report.steps().toString()).isEqualTo(Verdict.PROVEN);
    }

    private static List<Long> numbers(LedgerReader reader, String subject) {
        return reader.history(subject, 1_000).stream().map(Event::number).toList();
    }

    /// The blocks above this height that a member has: those of before its snapshot it never saw.
    private long executed(int at, long above) {
        return LongStream.rangeClosed(above + 1, height(at))
                .filter(height ->
                        network.member(at).ledger().blocks().block(height).isPresent())
                .count();
    }

    @Test
    void damaged_parts_of_a_snapshot_are_refused_and_asked_of_others() throws Exception {
        start(10, 20);
        // Some hundred kilobytes of state: several parts.
        for (int from = 0; from < 8_000; from += 1_000) {
            List<RegisterDevice> devices = IntStream.range(from, from + 1_000)
                    .mapToObj(i -> RegisterDevice.withToken(DeviceId.of("m1:meter-" + i)))
                    .toList();
            submitted(0, new RegisterDevices(devices), KeyRole.NODE);
        }
        network.member(3).stop();
        goOnTo(height(3) + 60);
        Set<Path> damaged = ConcurrentHashMap.newKeySet();
        for (int liar : new int[] {1, 2}) {
            awaitTogether(liar);
            Path snapshots = network.member(liar).home.resolve("snapshots");
            await("its snapshots are written", () -> !isWriting(snapshots));
            damage(snapshots, damaged);
        }
        var said = new ListAppender<ILoggingEvent>();
        said.start();
        var log = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(SnapshotTaking.class);
        log.addAppender(said);
        // The others go on meanwhile, and take snapshots: the liars' are damaged, too.
        AtomicBoolean isBack = new AtomicBoolean();
        Thread damaging = Thread.ofPlatform().start(() -> {
            while (!isBack.get()) {
                for (int liar : new int[] {1, 2})
                    damage(network.member(liar).home.resolve("snapshots"), damaged);
                LockSupport.parkNanos(50_000_000);
            }
        });
        try {
            network.member(3).restart();
            awaitTogether(3);
        } finally {
            isBack.set(true);
            damaging.join();
            log.detachAppender(said);
        }
        List<ILoggingEvent> lines = List.copyOf(said.list);
        assertThat(lines).anyMatch(line -> line.getFormattedMessage().contains("is not the one of the manifest"));
        assertThat(lines).anyMatch(line -> line.getFormattedMessage().contains("by the other members' snapshot"));
        assertKnowsAll(3);
    }

    private static boolean isWriting(Path snapshots) {
        try (Stream<Path> files = Files.list(snapshots)) {
            return files.anyMatch(file -> file.toString().endsWith(".partial"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every part of every snapshot that was not damaged yet, but not what says of which parts it is made.
    private static void damage(Path snapshots, Set<Path> damaged) {
        try (Stream<Path> files = Files.list(snapshots)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".snapshot") && damaged.add(f))
                    .toList()) {
                ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
                bytes.position(Integer.BYTES + bytes.getInt());
                int parts = 0;
                for (; bytes.hasRemaining(); parts++) {
                    int length = bytes.getInt();
                    int at = bytes.position() + length / 2;
                    bytes.put(at, (byte) (bytes.get(at) ^ 1));
                    bytes.position(bytes.position() + length);
                }
                System.out.println(file.getFileName() + ": " + parts + " parts damaged");
                Files.write(file, bytes.array());
            }
        } catch (NoSuchFileException e) {
            // it was just replaced by a newer one
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_member_that_was_away_for_long_is_back_without_replaying_all() throws Exception {
        long blocks = Long.getLong("away", 60);
        start(Math.max(10, blocks / 10), blocks / 3);
        LedgerProof own = reading(3, 1);
        goOnTo(8);
        TrustFile before = network.member(3).trust().trust(System.currentTimeMillis());
        network.member(3).stop();
        long left = height(3);
        LedgerProof meanwhile = reading(0, 1);
        changeFirstKey();
        goOnTo(left + blocks);
        long beganMs = System.currentTimeMillis();
        network.member(3).restart();
        awaitTogether(3);
        System.out.println("back after " + blocks + " blocks in " + (System.currentTimeMillis() - beganMs) + " ms, "
                + executed(3, left) + " blocks executed");
        assertThat(network.member(3).ledger().blocks().block(left + blocks / 2)).isEmpty();
        assertThat(network.member(3).ledger().blocks().block(left)).isPresent();
        await("it goes on by a block of its own", () -> !EngineStart.isMarked(network.member(3).home));
        assertVotes(3, 1);
        assertKnowsAll(3, own, meanwhile);
        assertLeadsFrom(before, 3, own);
        System.out.println("all it missed is here after " + (System.currentTimeMillis() - beganMs) + " ms");
        // It goes on by its own blocks from then on.
        network.member(3).stop();
        network.member(3).restart();
        assertVotes(3, 2);
        awaitTogether(3);
    }
}
