package io.thingstead.node.faults;

import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Members whose network fails, each in a network namespace of its own: one cut off, halves apart, one that hears and
/// is not heard, a loose contact. Devices reach their member all the time, as they do within a site.
class PartitionE2E {
    private static final long CUT_S = Long.getLong("faults.cut", 10);
    private static final int FLAPS = Integer.getInteger("faults.flaps", 6);

    @TempDir
    static Path folder;

    private static Wires wires;
    private static TestNetwork network;

    @BeforeAll
    static void start() throws Exception {
        Programs.engine();
        wires = Wires.needed(TestNetwork.NAMES.size());
        network = new TestNetwork(folder, wires.places());
        network.found();
        network.start();
        network.startDevices();
    }

    @AfterAll
    static void stop() throws Exception {
        try (Wires _ = wires;
                TestNetwork ending = network) {
            if (ending != null) {
                ending.stop();
                StoredMembers.check(ending);
            }
        }
    }

    @AfterEach
    void heals_by_itself_and_nothing_is_lost() throws Exception {
        wires.heal();
        network.awaitWhole();
        network.assertNothingLost();
    }

    private static void assertNothingBecomesFinal(List<TestMember> apart, long seconds) throws Exception {
        // What was on its way when the cable was pulled may still land.
        Thread.sleep(1_000);
        long[] anchored = new long[apart.size()];
        for (int i = 0; i < anchored.length; i++) {
            anchored[i] = apart.get(i).anchored();
        }
        Thread.sleep(seconds * 1_000);
        for (int i = 0; i < anchored.length; i++) {
            TestMember member = apart.get(i);
            assertThat(member.anchored()).as("final at " + member.name).isEqualTo(anchored[i]);
            assertThat(member.logSize()).as("readings of " + member.name).isGreaterThan(anchored[i]);
        }
    }

    @Test
    void one_that_is_cut_off_takes_readings_and_the_others_go_on() throws Exception {
        TestMember alone = network.member(2);
        wires.pullOut(2);
        assertNothingBecomesFinal(List.of(alone), CUT_S);
        network.awaitOthersGoOn(alone);
        assertThat(alone.height()).isLessThan(network.height());
    }

    @Test
    void halves_that_do_not_hear_each_other_certify_nothing_and_go_on_together() throws Exception {
        for (int one : List.of(0, 1)) {
            for (int other : List.of(2, 3)) {
                wires.cut(one, other);
            }
        }
        assertNothingBecomesFinal(network.members, CUT_S);
    }

    @Test
    void one_that_hears_all_and_is_heard_by_none_does_not_hold_up_the_others() throws Exception {
        TestMember mute = network.member(1);
        for (int other : List.of(0, 2, 3)) {
            wires.cutOneWay(1, other);
        }
        assertNothingBecomesFinal(List.of(mute), CUT_S);
        network.awaitOthersGoOn(mute);
    }

    @Test
    void a_way_that_is_closed_in_one_direction_between_two_does_not_hold_up_anybody() throws Exception {
        wires.cutOneWay(3, 0);
        network.awaitOthersGoOn();
    }

    @Test
    void a_loose_contact_costs_no_reading_and_nobody_disagrees() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("flapping, seed " + seed);
        Random random = new Random(seed);
        for (int flap = 0; flap < FLAPS; flap++) {
            int loose = random.nextInt(network.members.size());
            wires.pullOut(loose);
            Thread.sleep(200 + random.nextInt(1_800));
            wires.putIn(loose);
            Thread.sleep(200 + random.nextInt(800));
        }
        await("they agree again", () -> network.height() > 0);
    }
}
