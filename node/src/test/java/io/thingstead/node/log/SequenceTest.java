package io.thingstead.node.log;

import static io.thingstead.node.log.Sequence.Admission.BAD_PREVIOUS;
import static io.thingstead.node.log.Sequence.Admission.NEW;
import static io.thingstead.node.log.Sequence.Admission.OLD;
import static io.thingstead.node.log.Sequence.Admission.OUT_OF_RANGE;
import static io.thingstead.node.log.Sequence.Admission.TOO_MANY_GAPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.log.Sequence.Admission;
import org.junit.jupiter.api.Test;

/// The sequence rules of docs/formats.md §4, one by one.
class SequenceTest {
    private static final long NONE = -1;
    private final Sequence sequence = Sequence.unused();

    @Test
    void numbers_in_order_leave_no_gap() {
        expect(1, NONE, NEW, "");
        expect(2, NONE, NEW, "");
        expect(3, NONE, NEW, "");
        assertThat(sequence.high()).isEqualTo(3);
    }

    @Test
    void a_jump_opens_a_gap() {
        expect(4, NONE, NEW, "1-3");
        expect(9, NONE, NEW, "1-3 5-8");
    }

    @Test
    void late_frames_shrink_split_and_close_gaps() {
        expect(10, NONE, NEW, "1-9");
        expect(1, NONE, NEW, "2-9");
        expect(9, NONE, NEW, "2-8");
        expect(5, NONE, NEW, "2-4 6-8");
        expect(3, NONE, NEW, "2-2 4-4 6-8");
        expect(2, NONE, NEW, "4-4 6-8");
        expect(4, NONE, NEW, "6-8");
        expect(7, NONE, NEW, "6-6 8-8");
        expect(6, NONE, NEW, "8-8");
        expect(8, NONE, NEW, "");
        assertThat(sequence.high()).isEqualTo(10);
    }

    @Test
    void skipped_numbers_are_no_gap() {
        expect(1, NONE, NEW, "");
        expect(101, 1, NEW, "");
        expect(50, NONE, OLD, "");
    }

    @Test
    void numbers_up_to_the_one_named_as_previous_are_missing() {
        expect(1, NONE, NEW, "");
        expect(101, 5, NEW, "2-5");
        expect(6, NONE, OLD, "2-5");
        expect(5, NONE, NEW, "2-4");
    }

    @Test
    void previous_zero_means_that_nothing_was_used_before() {
        expect(1000, 0, NEW, "");
    }

    @Test
    void a_previous_number_below_the_highest_is_refused() {
        expect(5, 0, NEW, "");
        expect(9, 4, BAD_PREVIOUS, "");
        assertThat(sequence.high()).isEqualTo(5);
    }

    @Test
    void a_previous_number_not_below_the_frames_own_is_refused() {
        expect(5, 5, BAD_PREVIOUS, "");
        expect(5, 6, BAD_PREVIOUS, "");
        assertThat(sequence.high()).isZero();
    }

    @Test
    void a_late_frame_takes_what_it_declares_as_skipped_out_of_the_gap() {
        expect(20, NONE, NEW, "1-19");
        expect(15, 5, NEW, "1-5 16-19");
        expect(10, NONE, OLD, "1-5 16-19");
        expect(5, NONE, NEW, "1-4 16-19");
    }

    @Test
    void a_late_frame_may_declare_numbers_of_several_gaps_as_skipped() {
        expect(10, NONE, NEW, "1-9");
        expect(5, NONE, NEW, "1-4 6-9");
        expect(8, 2, NEW, "1-2 9-9");
    }

    @Test
    void used_numbers_are_old() {
        expect(1, NONE, NEW, "");
        expect(2, NONE, NEW, "");
        expect(1, NONE, OLD, "");
        expect(2, NONE, OLD, "");
    }

    @Test
    void numbers_out_of_range_are_refused() {
        expect(0, NONE, OUT_OF_RANGE, "");
        expect(-1, NONE, OUT_OF_RANGE, "");
        expect(1L << 53, NONE, OUT_OF_RANGE, "");
        expect(Long.MAX_VALUE, 0, OUT_OF_RANGE, "");
        expect((1L << 53) - 1, 0, NEW, "");
    }

    @Test
    void the_gap_after_1024_is_refused_and_changes_nothing() {
        for (int i = 1; i <= 1024; i++) assertThat(sequence.admit(2 * i, NONE)).isEqualTo(NEW);
        assertThat(sequence.gaps()).hasSize(1024);

        assertThat(sequence.admit(2050, NONE)).isEqualTo(TOO_MANY_GAPS);
        assertThat(sequence.high()).isEqualTo(2048);
        assertThat(sequence.admit(2049, NONE)).isEqualTo(NEW);
        assertThat(sequence.admit(1, NONE)).isEqualTo(NEW);
        assertThat(sequence.admit(2051, NONE)).isEqualTo(NEW);
        assertThat(sequence.gaps()).hasSize(1024);
    }

    @Test
    void splitting_a_gap_beyond_1024_is_refused() {
        assertThat(sequence.admit(10, NONE)).isEqualTo(NEW);
        for (int i = 0; i < 1023; i++)
            assertThat(sequence.admit(12 + 2 * i, NONE)).isEqualTo(NEW);
        assertThat(sequence.gaps()).hasSize(1024);

        assertThat(sequence.admit(5, NONE)).isEqualTo(TOO_MANY_GAPS);
        assertThat(sequence.admit(9, NONE)).isEqualTo(NEW);
        assertThat(sequence.gaps()).hasSize(1024).startsWith(new NumberRange(1, 8));
    }

    private void expect(long n, long previous, Admission admission, String gaps) {
        assertThat(sequence.admit(n, previous))
                .as("number %d after %d", n, previous)
                .isEqualTo(admission);
        assertThat(sequence.gaps().stream().map(gap -> gap.first() + "-" + gap.last()))
                .containsExactly(gaps.isEmpty() ? new String[0] : gaps.split(" "));
    }
}
