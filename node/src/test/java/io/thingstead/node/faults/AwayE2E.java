package io.thingstead.node.faults;

import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.node.Programs;
import io.thingstead.node.web.StandstillPages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Members whose processes are killed or frozen while their devices send: one of four changes nothing for the others,
/// with two of four the ledger stands still and goes on by itself, and nothing that was acknowledged is lost.
class AwayE2E {
    /// How long a member is frozen; `-Dfaults.frozen=60` for longer.
    private static final long FROZEN_S = Long.getLong("faults.frozen", 20);

    @TempDir
    static Path folder;

    private static TestNetwork network;

    @BeforeAll
    static void start() throws Exception {
        Programs.engine();
        network = TestNetwork.here(folder);
        network.found();
        network.start();
        network.startDevices();
    }

    @AfterAll
    static void stop() throws Exception {
        if (network == null) {
            return;
        }
        try (TestNetwork ending = network) {
            ending.stop();
            StoredMembers.check(ending);
        }
    }

    @AfterEach
    void nothing_is_lost() throws Exception {
        network.awaitWhole();
        network.assertNothingLost();
    }

    @Test
    void a_killed_node_changes_nothing_for_the_others_and_comes_back() throws Exception {
        TestMember killed = network.member(1);
        ProcessHandle engine = killed.engine();
        killed.killNode();
        await("its engine ends with it", () -> !engine.isAlive());
        network.awaitOthersGoOn(killed);
        killed.start();
    }

    @Test
    void a_killed_engine_is_started_again_by_its_node() throws Exception {
        TestMember hit = network.member(2);
        long before = hit.engine().pid();
        hit.killEngine();
        network.awaitOthersGoOn(hit);
        await("another engine", () -> hit.engine().pid() != before);
        network.awaitFinal(hit);
        assertThat(hit.isAlive()).isTrue();
    }

    @Test
    void node_and_engine_killed_at_once_come_back() throws Exception {
        TestMember killed = network.member(3);
        killed.killBoth();
        network.awaitOthersGoOn(killed);
        killed.start();
    }

    @Test
    void a_frozen_member_changes_nothing_for_the_others_and_catches_up() throws Exception {
        TestMember frozen = network.member(0);
        frozen.freeze();
        try {
            long until = System.nanoTime() + FROZEN_S * 1_000_000_000L;
            while (System.nanoTime() < until) {
                network.awaitOthersGoOn(frozen);
            }
        } finally {
            frozen.thaw();
        }
    }

    @Test
    void with_two_away_the_ledger_stands_still_readings_are_taken_and_all_goes_on_by_itself() throws Exception {
        TestMember one = network.member(1);
        TestMember other = network.member(3);
        List<TestMember> left = network.without(one, other);
        one.killBoth();
        other.killBoth();
        await("the ledger stands still", () -> standsStill(left));
        long height = network.height();
        for (TestMember member : left) {
            long anchored = member.anchored();
            TestDevice device = network.deviceOf(member);
            int before = device.acknowledged.size();
            await(member.name + " takes readings", () -> device.acknowledged.size() >= before + 20);
            assertThat(member.anchored()).as("nothing becomes final").isEqualTo(anchored);
            assertThat(member.logSize()).isGreaterThan(anchored);
        }
        List<String> silent = List.of(one.name, other.name);
        for (TestMember member : left) {
            // An idle ledger makes a block every 10 s: it stands still when none came for 45 s.
            await(
                    member.name + " says who is missing",
                    () -> silent.equals(silent(member.status().path("ledger"))));
            await(
                    member.name + " says it of the consortium, too",
                    () -> silent.equals(silent(member.json("/api/consortium"))));
        }
        try (var pages = new StandstillPages(left.stream().map(TestMember::page).toList(), silent)) {
            assertThat(network.height()).isEqualTo(height);
            one.start();
            // Three of four again: the ledger goes on before the last one is there.
            network.awaitOthersGoOn(other);
            pages.checkItGoesOn(other.name);
        }
        other.start();
    }

    private static List<String> silent(JsonNode answer) {
        return StreamSupport.stream(answer.path("standstill").path("silent").spliterator(), false)
                .map(JsonNode::asText)
                .sorted()
                .toList();
    }

    private static boolean standsStill(List<TestMember> left) throws IOException, InterruptedException {
        long before = network.height();
        long anchored = left.getFirst().anchored();
        Thread.sleep(3_000);
        return network.height() == before && left.getFirst().anchored() == anchored;
    }
}
