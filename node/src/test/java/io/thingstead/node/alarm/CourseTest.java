package io.thingstead.node.alarm;

import static io.thingstead.node.alarm.Standing.BETWEEN;
import static io.thingstead.node.alarm.Standing.BEYOND;
import static io.thingstead.node.alarm.Standing.FINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When an alarm is raised, and when it is cleared.
class CourseTest {
    private final List<Turn> turns = new ArrayList<>();

    private static Turn raised(long began, long at) {
        return new Turn.Raised(began, at);
    }

    private static Turn cleared(long at) {
        return new Turn.Cleared(at);
    }

    @Test
    void without_times_it_is_raised_and_cleared_at_once_and_not_again_while_it_is_raised() {
        var course = new Course(0, 0, false);
        course.take(1, FINE, turns);
        course.take(2, BEYOND, turns);
        course.take(3, BEYOND, turns);
        course.take(4, BETWEEN, turns);
        course.take(5, BEYOND, turns);
        course.take(6, FINE, turns);
        course.take(7, BEYOND, turns);
        assertThat(turns).containsExactly(raised(2, 2), cleared(6), raised(7, 7));
    }

    @Test
    void it_must_hold_at_every_reading_for_the_whole_time() {
        var course = new Course(10, 0, false);
        course.take(0, BEYOND, turns);
        course.take(9, BEYOND, turns);
        course.take(9, BETWEEN, turns);
        course.take(15, BEYOND, turns);
        course.pass(1_000, turns);
        assertThat(turns).isEmpty();
        course.take(24, BEYOND, turns);
        assertThat(turns).isEmpty();
        course.take(26, BEYOND, turns);
        assertThat(turns).containsExactly(raised(15, 26));
    }

    @Test
    void what_lasts_is_raised_by_time_alone_before_the_reading_that_ends_it() {
        var course = new Course(10, 0, true);
        course.take(0, BEYOND, turns);
        course.take(30, FINE, turns);
        course.take(40, BEYOND, turns);
        course.take(45, FINE, turns);
        course.take(50, BEYOND, turns);
        course.pass(59, turns);
        course.pass(60, turns);
        course.pass(61, turns);
        assertThat(turns).containsExactly(raised(0, 10), cleared(30), raised(50, 60));
    }

    @Test
    void it_is_over_only_when_it_was_well_for_the_whole_time() {
        var course = new Course(0, 10, false);
        course.take(0, BEYOND, turns);
        course.take(1, FINE, turns);
        course.take(8, BETWEEN, turns);
        course.take(9, FINE, turns);
        course.take(18, FINE, turns);
        course.pass(1_000, turns);
        assertThat(turns).containsExactly(raised(0, 0));
        course.take(19, FINE, turns);
        assertThat(turns).containsExactly(raised(0, 0), cleared(19));
    }

    @Test
    void a_restored_course_goes_on() {
        var course = new Course(10, 0, false);
        course.take(5, BEYOND, turns);
        var restored = new Course(10, 0, false);
        restored.restore(course.phase(), course.sinceMs());
        restored.take(15, BEYOND, turns);
        assertThat(turns).containsExactly(raised(5, 15));
    }
}
