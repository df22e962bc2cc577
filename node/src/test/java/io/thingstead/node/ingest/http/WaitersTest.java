package io.thingstead.node.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import org.junit.jupiter.api.Test;

/// Places for requests that wait.
class WaitersTest {
    private static final DeviceId ONE = DeviceId.of("acme:one");
    private static final DeviceId TWO = DeviceId.of("acme:two");

    @Test
    void when_all_places_are_taken_there_is_none_until_one_is_left() {
        Waiters waiters = new Waiters(2);
        var first = waiters.enter(ONE);
        assertThat(waiters.enter(TWO)).isNotNull();
        assertThat(waiters.enter(TWO)).isNull();
        waiters.leave(first);
        assertThat(waiters.enter(TWO)).isNotNull();
    }

    @Test
    void one_that_was_displaced_keeps_its_place_until_it_is_gone() {
        Waiters waiters = new Waiters(Waiters.MOST_OF_DEVICE + 1);
        var oldest = waiters.enter(ONE);
        Waiters.Waiter newest = oldest;
        for (int i = 0; i < Waiters.MOST_OF_DEVICE; i++) newest = waiters.enter(ONE);
        assertThat(oldest.isDisplaced()).isTrue();
        assertThat(waiters.isNewest(newest)).isTrue();
        assertThat(waiters.isNewest(oldest)).isFalse();
        assertThat(waiters.enter(TWO)).isNull();
        waiters.leave(oldest);
        assertThat(waiters.enter(TWO)).isNotNull();
    }
}
