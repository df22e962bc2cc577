package io.thingstead.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.storage.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnchorerTest {
    private final TestLog log = TestLog.started(new MemoryStore());
    private final Anchors anchors = new Anchors();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Anchorer anchorer = new Anchorer(log.reader(), anchors, Duration.ofMillis(1), failure::set);

    @AfterEach
    void close() {
        anchorer.close();
        log.close();
    }

    /// Anchors as the ledger does: compare-and-swap on the size, and a consistency proof that it checks itself.
    private static final class Anchors implements AnchorTarget {
        private Anchored newest = TestLog.NOT_ANCHORED;
        private final List<Long> sizes = new ArrayList<>();
        private CompletionStage<Optional<Refused>> trouble;

        @Override
        public synchronized Anchored anchored() {
            return newest;
        }

        @Override
        public synchronized CompletionStage<Optional<Refused>> anchor(
                long from, SignedCheckpoint to, List<byte[]> proof) {
            if (trouble != null) return trouble;
            if (from != newest.size()) return refused(Refusal.ANCHOR_STALE);
            if (to.size() <= from) return refused(Refusal.ANCHOR_SIZE);
            if (from > 0 && !MerkleVerifier.verifyConsistency(from, to.size(), newest.root(), to.root(), proof))
                return refused(Refusal.ANCHOR_PROOF);
            newest = new Anchored(to.size(), to.root());
            sizes.add(to.size());
            return CompletableFuture.completedStage(Optional.empty());
        }

        private static CompletionStage<Optional<Refused>> refused(Refusal code) {
            return CompletableFuture.completedStage(Optional.of(new Refused(code, "not anchored")));
        }
    }

    private void growTo(long size) {
        log.submit(Contents.numbered(
                log.reader().size() + 1, (int) (size - log.reader().size())));
        while (log.reader().checkpoint().orElseThrow().size() < size) Thread.onSpinWait();
    }

    @Test
    void each_round_anchors_the_newest_checkpoint() throws Exception {
        growTo(3);
        assertThat(anchorer.round()).isTrue();
        growTo(300);
        assertThat(anchorer.round()).isTrue();

        assertThat(anchors.sizes).containsExactly(3L, 300L);
        assertThat(anchors.newest.root()).isEqualTo(log.reader().rootAt(300));
        assertThat(anchorer.anchoredSize()).isEqualTo(300);
    }

    @Test
    void a_log_that_did_not_grow_asks_nothing() throws Exception {
        assertThat(anchorer.round()).isTrue();
        growTo(1);
        assertThat(anchorer.round()).isTrue();
        assertThat(anchorer.round()).isTrue();

        assertThat(anchors.sizes).containsExactly(1L);
    }

    @Test
    void a_refused_or_failed_request_is_made_again_from_where_the_ledger_stands() throws Exception {
        growTo(5);
        anchors.trouble = Anchors.refused(Refusal.ANCHOR_STALE);
        assertThat(anchorer.round()).isFalse();
        anchors.trouble = CompletableFuture.failedStage(new IllegalStateException("the engine is gone"));
        assertThat(anchorer.round()).isFalse();
        assertThat(anchorer.anchoredSize()).isZero();
        anchors.trouble = null;
        // Somebody else, or a request believed lost, anchored in between.
        anchors.newest = new AnchorTarget.Anchored(4, log.reader().rootAt(4));

        assertThat(anchorer.round()).isTrue();

        assertThat(anchors.sizes).containsExactly(5L);
        assertThat(anchorer.anchoredSize()).isEqualTo(5);
    }

    @Test
    void an_anchor_of_another_log_stops_everything() {
        growTo(5);
        anchors.newest = new AnchorTarget.Anchored(4, new byte[32]);
        assertThatThrownBy(anchorer::round).isInstanceOf(IllegalStateException.class);
        anchors.newest = new AnchorTarget.Anchored(6, log.reader().rootAt(5));
        assertThatThrownBy(anchorer::round).isInstanceOf(IllegalStateException.class);

        anchorer.start();
        while (failure.get() == null) Thread.onSpinWait();
        assertThat(failure.get()).hasMessageContaining("which is not this log");
    }

    @Test
    void once_started_it_follows_the_log_by_itself() {
        anchorer.start();
        growTo(10);
        while (anchorer.anchoredSize() < 10) Thread.onSpinWait();
        growTo(20);
        while (anchorer.anchoredSize() < 20) Thread.onSpinWait();

        assertThat(anchors.anchored().size()).isEqualTo(20);
    }
}
