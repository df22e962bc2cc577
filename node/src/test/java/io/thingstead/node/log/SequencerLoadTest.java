package io.thingstead.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Refusal;
import io.thingstead.node.log.Answer.Accepted;
import io.thingstead.node.log.Answer.Declined;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Entry;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What happens when more comes than fits, and when many threads bring it.
class SequencerLoadTest {
    @Test
    void a_full_queue_refuses_as_busy_and_what_it_took_is_kept() {
        var log = TestLog.open(new MemoryStore());
        var busy = new AtomicInteger();
        var accepted = new AtomicInteger();
        var taken = new CompletableFuture<Void>();
        for (var frame : Contents.numbered(1, 17_000))
            log.log.sequencer().submit(frame.submission(1, answer -> {
                switch (answer) {
                    case Declined(var refused) -> {
                        assertThat(refused.code()).isEqualTo(Refusal.BUSY);
                        busy.incrementAndGet();
                    }
                    case Accepted _ -> {
                        if (accepted.incrementAndGet() == 16_384) taken.complete(null);
                    }
                }
            }));
        assertThat(busy).hasValue(17_000 - 16_384);
        assertThat(log.log.sequencer().figures().queued()).isEqualTo(16_384);

        log.log.start();

        TestLog.await(taken);
        log.close();
        assertThat(log.check().problems()).isEmpty();
        assertThat(log.log.sequencer().figures())
                .extracting(LogFigures::accepted, LogFigures::busy, LogFigures::queued)
                .containsExactly(16_384L, 616L, 0);
    }

    @Test
    void large_frames_fill_the_queue_by_their_bytes() {
        var log = TestLog.open(new MemoryStore());
        var answers = new ConcurrentLinkedQueue<Answer>();
        var stream = new TestDevice("large").stream();
        for (int n = 1; n <= 1025; n++)
            log.log
                    .sequencer()
                    .submit(new TestDevice.Sent(stream, n, -1, new byte[32], new byte[65_536])
                            .submission(1, answers::add));

        assertThat(answers).singleElement().isInstanceOf(Declined.class);
        assertThat(log.log.sequencer().figures().queued()).isEqualTo(1024);
        log.log.start();
        log.close();
        assertThat(log.reader().size()).isEqualTo(1024);
    }

    @Test
    void many_threads_get_each_its_own_index() throws InterruptedException {
        var log = TestLog.started(new MemoryStore());
        var answers = new ConcurrentLinkedQueue<Answer>();
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 8; t++) {
            var stream = new TestDevice("box-" + t).stream();
            threads.add(Thread.startVirtualThread(() -> {
                for (int n = 1; n <= 500; n++) {
                    var content = new byte[] {(byte) n, (byte) (n >> 8)};
                    log.log
                            .sequencer()
                            .submit(new TestDevice.Sent(stream, n, -1, new byte[32], content)
                                    .submission(1, answers::add));
                }
            }));
        }
        for (var thread : threads) thread.join();
        log.close();

        assertThat(answers.stream().map(answer -> ((Accepted) answer).index()))
                .hasSize(4000)
                .doesNotHaveDuplicates();
        assertThat(log.check().problems()).isEmpty();
    }

    @Test
    void a_disk_that_is_nearly_full_refuses_frames_and_accepts_them_when_there_is_room_again() {
        var full = new FullDisk();
        try (var log = TestLog.started(full)) {
            var answer = log.submit(Contents.numbered(1, 1)).getFirst();

            assertThat(answer)
                    .isInstanceOfSatisfying(
                            Declined.class,
                            declined -> assertThat(declined.refused().code()).isEqualTo(Refusal.STORE_UNAVAILABLE));
            full.isFull = false;
            while (!(log.submit(Contents.numbered(1, 1)).getFirst() instanceof Accepted)) Thread.onSpinWait();
            assertThat(log.reader().size()).isEqualTo(1);
        }
    }

    @Test
    void a_closed_log_accepts_nothing() {
        var log = TestLog.started(new MemoryStore());
        log.close();

        assertThat(log.submit(Contents.numbered(1, 1)).getFirst()).isInstanceOf(Declined.class);
    }

    private static final class FullDisk implements Store {
        private final Store store = new MemoryStore();
        private volatile boolean isFull = true;

        @Override
        public boolean lowOnSpace() {
            return isFull;
        }

        @Override
        public byte @Nullable [] get(Column column, byte[] key) {
            return store.get(column, key);
        }

        @Override
        public List<byte @Nullable []> multiGet(Column column, List<byte[]> keys) {
            return store.multiGet(column, keys);
        }

        @Override
        public @Nullable Entry last(Column column, byte[] from, byte @Nullable [] to) {
            return store.last(column, from, to);
        }

        @Override
        public Scan scan(Column column, byte[] from, byte @Nullable [] to) {
            return store.scan(column, from, to);
        }

        @Override
        public void write(Batch batch) {
            store.write(batch);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
