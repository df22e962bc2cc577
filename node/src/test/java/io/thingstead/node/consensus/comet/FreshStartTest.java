package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// When an engine without blocks is started anew, and when it is left alone.
class FreshStartTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger restarts = new AtomicInteger();
    private final FreshStart watch = new FreshStart(nanos::get, 180_000, restarts::incrementAndGet);

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        watch.look();
    }

    @Test
    void an_engine_that_brings_blocks_is_left_alone() {
        for (int i = 0; i < 100; i++) {
            pass(10);
            watch.moved();
        }
        pass(179);
        assertThat(restarts).hasValue(0);
    }

    @Test
    void one_that_brings_none_is_started_anew_each_time_the_patience_is_over() {
        pass(181);
        assertThat(restarts).hasValue(1);
        pass(100);
        assertThat(restarts).hasValue(1);
        pass(81);
        assertThat(restarts).hasValue(2);
    }
}
