package io.thingstead.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Refusal;
import io.thingstead.node.log.Answer.Accepted;
import io.thingstead.node.log.Answer.Declined;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The k-th write of a log fails, for every k and in both ways; the next process on the same disk goes on.
/// Writes are the checkpoint of the empty log, then batches and checkpoints as they fall.
class LogCrashTest {
    private static final int FRAMES = 400;

    @ParameterizedTest
    @EnumSource(Fault.class)
    void nothing_acknowledged_is_lost_whichever_write_fails(Fault fault) {
        long seed = new Random().nextLong();
        System.out.println(fault + " seed " + seed);
        int crashes = 0;
        for (int failing = 2; failing <= 30; failing++) if (crashAndGoOn(fault, failing, seed + failing)) crashes++;
        assertThat(crashes).isGreaterThan(20);
        System.out.println(crashes + " crashes");
    }

    private boolean crashAndGoOn(Fault fault, int failing, long seed) {
        var random = new Random(seed);
        var disk = new MemoryStore.Disk();
        var frames = frames(random);
        var promised = new LinkedHashMap<Integer, Accepted>();
        var faulty = new FaultyStore(new MemoryStore(disk), fault, failing);
        var log = TestLog.started(faulty);
        submitUntilItStops(log, frames, random, promised);
        log.close();
        boolean crashed = faulty.hasFailed();
        if (crashed) {
            assertThat(TestLog.await(log.failure)).hasMessageContaining("failed on purpose");
            assertThat(log.submit(frames.getFirst()).getFirst()).isInstanceOf(Declined.class);
        }

        try (var next = TestLog.started(new MemoryStore(disk))) {
            assertThat(next.reader().size()).isGreaterThanOrEqualTo(promised.size());
            // Devices send everything again that was not acknowledged, and some of the rest.
            var again = new HashMap<Integer, Answer>();
            for (int i = 0; i < FRAMES; i++)
                if (!promised.containsKey(i) || random.nextInt(4) == 0)
                    again.put(i, next.submit(frames.get(i)).getFirst());
            again.forEach((i, answer) -> promised.merge(i, (Accepted) answer, LogCrashTest::same));
            assertThat(next.reader().size()).isEqualTo(FRAMES);
            assertThat(next.reader().gaps(frames.getFirst().stream())).isEmpty();
            promised.forEach((i, accepted) -> {
                var leaf = next.reader().leaf(accepted.index()).orElseThrow();
                assertThat(leaf.content()).isEqualTo(frames.get(i).bytes());
                assertThat(leaf.entry()).isEqualTo(accepted.entry());
            });
        }
        assertThat(TestLog.check(new MemoryStore(disk)).problems()).isEmpty();
        return crashed;
    }

    private static List<TestDevice.Sent> frames(Random random) {
        var frames = new ArrayList<>(Contents.numbered(1, FRAMES));
        // Some out of order, so that gaps open and close on the way.
        for (int i = 0; i + 7 < FRAMES; i += 1 + random.nextInt(20))
            java.util.Collections.swap(frames, i, i + random.nextInt(7));
        return frames;
    }

    private static void submitUntilItStops(
            TestLog log, List<TestDevice.Sent> frames, Random random, Map<Integer, Accepted> promised) {
        for (int i = 0; i < frames.size(); ) {
            int burst = Math.min(1 + random.nextInt(20), frames.size() - i);
            var answers = log.submit(frames.subList(i, i + burst));
            for (var answer : answers) {
                switch (answer) {
                    case Accepted accepted -> promised.put(i, accepted);
                    case Declined(var refused) -> assertThat(refused.code()).isEqualTo(Refusal.STORE_UNAVAILABLE);
                }
                i++;
            }
            if (log.failure.isDone()) return;
        }
    }

    private static Accepted same(Accepted first, Accepted again) {
        assertThat(again.index()).isEqualTo(first.index());
        assertThat(again.salt()).isEqualTo(first.salt());
        assertThat(again.duplicate()).isTrue();
        return first;
    }

    @Test
    void a_crash_between_the_sync_and_the_checkpoint_leaves_a_log_whose_checkpoint_is_signed_at_the_next_start() {
        var disk = new MemoryStore.Disk();
        // write 1: checkpoint of size 0, write 2: the batch, write 3: its checkpoint
        var log = TestLog.started(new FaultyStore(new MemoryStore(disk), Fault.BEFORE_IT_IS_PERSISTED, 3));
        var accepted = log.submit(Contents.numbered(1, 1)).getFirst();
        TestLog.await(log.failure);
        log.close();

        assertThat(accepted).isInstanceOf(Accepted.class);
        assertThat(Log.read(TestLog.ID, TestLog.ORIGIN, new MemoryStore(disk))
                        .checkpoint()
                        .orElseThrow()
                        .size())
                .isZero();
        try (var next = TestLog.open(new MemoryStore(disk))) {
            assertThat(next.reader().checkpoint().orElseThrow().size()).isEqualTo(1);
            next.log.start();
        }
    }

    @Test
    void a_checkpoint_that_was_persisted_but_not_published_is_served_at_the_next_start() {
        var disk = new MemoryStore.Disk();
        var log = TestLog.started(new FaultyStore(new MemoryStore(disk), Fault.BEFORE_IT_IS_ACKNOWLEDGED, 3));
        log.submit(Contents.numbered(1, 1));
        TestLog.await(log.failure);
        log.close();

        assertThat(log.reader().checkpoint().orElseThrow().size()).isZero();
        assertThat(Log.read(TestLog.ID, TestLog.ORIGIN, new MemoryStore(disk))
                        .checkpoint()
                        .orElseThrow()
                        .size())
                .isEqualTo(1);
    }

    @Test
    void frames_that_wait_when_the_store_fails_are_told_so() {
        var log = TestLog.open(new FaultyStore(new MemoryStore(), Fault.BEFORE_IT_IS_PERSISTED, 2));
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (var frame : Contents.numbered(1, 3000)) {
            var answer = new CompletableFuture<Answer>();
            answers.add(answer);
            log.log.sequencer().submit(frame.submission(1, answer::complete));
        }

        log.log.start();

        assertThat(answers)
                .allSatisfy(answer -> assertThat(TestLog.await(answer))
                        .isInstanceOfSatisfying(
                                Declined.class,
                                declined ->
                                        assertThat(declined.refused().code()).isEqualTo(Refusal.STORE_UNAVAILABLE)));
        assertThat(log.log.sequencer().figures().accepted()).isZero();
        log.close();
    }
}
