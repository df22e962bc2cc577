package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.MemberId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who takes part, in words, and from how many certificates on a member without a signature is away.
class AttendanceTest {
    private static final MemberId ACME = new MemberId("acme");
    private static final MemberId BOLT = new MemberId("bolt");

    @Test
    void the_words_say_how_many_may_fail_now() {
        assertThat(Attendance.words(1, 1, List.of(), 0)).startsWith("One member alone");
        assertThat(Attendance.words(3, 3, List.of(), 0)).startsWith("None of the 3 members may fail");
        assertThat(Attendance.words(4, 3, List.of(), 1)).startsWith("1 of 4 members may fail or lie");
        assertThat(Attendance.words(4, 3, List.of("bolt"), 0))
                .isEqualTo("bolt takes no part now; the other 3 go on. None of them may fail or lie as well: with fewer"
                        + " than 3 the ledger stands still until they are back.");
        assertThat(Attendance.words(7, 5, List.of("bolt"), 1))
                .isEqualTo("bolt takes no part now; the other 6 go on. 1 of them may still fail or lie, and the ledger"
                        + " goes on and stays right.");
        assertThat(Attendance.words(7, 5, List.of("acme", "bolt"), 0)).startsWith("acme, bolt take no part now");
    }

    @Test
    void a_member_is_away_when_it_signed_none_of_twenty_that_it_was_asked_for() {
        List<RecentSignatures.Block> newest = new ArrayList<>();
        add(newest, List.of(ACME, BOLT), List.of());
        for (int i = 0; i < 19; i++) add(newest, List.of(ACME), List.of(BOLT));
        assertThat(RecentSignatures.share(newest, BOLT).isQuiet()).isFalse();
        add(newest, List.of(ACME), List.of(BOLT));
        assertThat(RecentSignatures.share(newest, BOLT).isQuiet()).isTrue();
        assertThat(RecentSignatures.share(newest, ACME).isQuiet()).isFalse();
        assertThat(RecentSignatures.share(newest, new MemberId("new")).isQuiet())
                .as("one that had no vote")
                .isFalse();
        add(newest, List.of(ACME, BOLT), List.of());
        assertThat(RecentSignatures.share(newest, BOLT).isQuiet()).isFalse();
    }

    private static void add(List<RecentSignatures.Block> newest, List<MemberId> signed, List<MemberId> missing) {
        newest.add(new RecentSignatures.Block(newest.size() + 1, new Signatures.Signed(signed, missing)));
    }
}
