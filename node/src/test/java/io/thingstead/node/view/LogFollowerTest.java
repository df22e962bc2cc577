package io.thingstead.node.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Value;
import io.thingstead.node.MemberCore;
import io.thingstead.node.NodeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A follower behind a real log.
class LogFollowerTest {
    private static final int BURST = 60;

    @TempDir
    Path folder;

    private MemberCore core;
    private SigningDevice device;
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /// Remembers what it takes; waits or fails when told to.
    private static final class Sink implements FrameSink {
        final List<LoggedFrame> taken = new ArrayList<>();
        private final long first;
        volatile CountDownLatch gate = new CountDownLatch(0);
        volatile int failures;
        private volatile long next;

        Sink(long first) {
            this.first = first;
            this.next = first;
        }

        @Override
        public long next() {
            return next;
        }

        @Override
        public void take(List<LoggedFrame> frames, long upTo) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (failures > 0) {
                failures--;
                throw new IllegalStateException("the disk is full");
            }
            synchronized (taken) {
                taken.addAll(frames);
            }
            next = upTo;
        }

        void awaitAll(long size) throws InterruptedException {
            while (next < size) Thread.sleep(2);
            synchronized (taken) {
                assertThat(taken)
                        .extracting(LoggedFrame::index)
                        .containsExactlyElementsOf(java.util.stream.LongStream.range(first, size)
                                .boxed()
                                .toList());
            }
        }
    }

    @BeforeEach
    void open() {
        core = MemberCore.open(folder, NodeConfig.DEFAULT, System::currentTimeMillis, failures::add);
    }

    @AfterEach
    void close() {
        core.close();
    }

    private LogFollower follow(Sink sink) {
        var follower = new LogFollower("test", core.log().reader(), sink, Duration.ofMillis(1), failures::add);
        core.log().listen(follower);
        return follower;
    }

    private void start() {
        core.start();
        device = SigningDevice.registered(core, "box");
    }

    private void sendBursts(int count) throws Exception {
        var answers = new ArrayList<CompletableFuture<Long>>();
        for (int i = 0; i < count; i++) {
            var burst = new Measurement[BURST];
            for (int r = 0; r < BURST; r++) burst[r] = Measurement.of("q", "W", r, 1_790_000_000_000L + r);
            answers.add(device.submit(1_790_000_000_000L, burst));
        }
        for (var answer : answers) answer.get(60, TimeUnit.SECONDS);
    }

    @Test
    void what_is_appended_comes_in_order_with_its_readings() throws Exception {
        var sink = new Sink(0);
        try (var follower = follow(sink)) {
            start();
            follower.start();
            for (int i = 0; i < 200; i++)
                device.submit(1_790_000_000_000L + i, Measurement.of("q", "W", i, 1_790_000_000_000L));
            long last = device.send(1_790_000_000_200L, Measurement.of("q", "W", 200, 1_790_000_000_000L));
            sink.awaitAll(last + 1);
            for (var frame : sink.taken) {
                assertThat(frame.device()).isEqualTo(device.id);
                assertThat(frame.n()).isEqualTo(frame.index() + 1);
                assertThat(frame.receivedMs()).isEqualTo(1_790_000_000_000L + frame.index());
                assertThat(frame.readings())
                        .singleElement()
                        .satisfies(reading -> assertThat(reading.value()).isEqualTo(new Value.Number(frame.index())));
            }
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void a_sink_that_stands_still_holds_up_nobody_and_then_gets_everything_once_from_the_log() throws Exception {
        var sink = new Sink(0);
        sink.gate = new CountDownLatch(1);
        try (var follower = follow(sink)) {
            start();
            follower.start();
            // far more readings than the hand-off holds; every answer comes although nothing is taken
            sendBursts(4_000);
            assertThat(sink.next()).isZero();
            assertThat(follower.behind()).isEqualTo(4_000);
            sink.gate.countDown();
            sink.awaitAll(4_000);
            assertThat(follower.readBack()).isPositive();
            assertThat(sink.taken)
                    .allSatisfy(frame -> assertThat(frame.readings()).hasSize(BURST));
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void what_a_sink_failed_to_take_is_given_again() throws Exception {
        var sink = new Sink(0);
        sink.failures = 1;
        try (var follower = follow(sink)) {
            start();
            follower.start();
            sendBursts(10);
            sink.awaitAll(10);
            assertThat(failures)
                    .singleElement()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("the disk is full");
        }
    }

    @Test
    void it_starts_at_the_sinks_cursor_and_takes_what_is_left_when_it_closes() throws Exception {
        start();
        sendBursts(30);
        var sink = new Sink(12);
        try (var follower = new LogFollower("test", core.log().reader(), sink, Duration.ofSeconds(30), failures::add)) {
            core.log().listen(follower);
            follower.start();
        }
        sink.awaitAll(30);
        assertThat(failures).isEmpty();
    }
}
