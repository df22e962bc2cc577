package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/// One address cannot take all places, and all together cannot take more than there are.
class AdmissionsTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final InetAddress THERE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.2");

    private final Admissions admissions = new Admissions(5, 2);

    @Test
    void an_address_has_its_places_and_no_more() {
        assertThat(admissions.enter(THERE)).isTrue();
        assertThat(admissions.enter(THERE)).isTrue();
        assertThat(admissions.enter(THERE)).isFalse();
        assertThat(admissions.enter(ELSEWHERE)).isTrue();
        assertThat(admissions.open()).isEqualTo(3);
    }

    @Test
    void a_place_that_was_left_is_free() {
        for (int i = 0; i < 10; i++) {
            assertThat(admissions.enter(THERE)).isTrue();
            assertThat(admissions.enter(THERE)).isTrue();
            admissions.leave(THERE);
            admissions.leave(THERE);
        }
        assertThat(admissions.open()).isZero();
    }

    @Test
    void loopback_may_take_what_there_is_in_all() {
        for (int i = 0; i < 5; i++) assertThat(admissions.enter(HERE)).isTrue();
        assertThat(admissions.enter(HERE)).isFalse();
        assertThat(admissions.enter(THERE)).isFalse();
        admissions.leave(HERE);
        assertThat(admissions.enter(THERE)).isTrue();
    }
}
