package io.thingstead.node.faults;

import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.Programs;
import io.thingstead.node.WrongClockNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One of four members has trouble of its own: its disk is full, its clock is wrong, strangers send noise to all its
/// ports. It says what is the matter, the others go on, and nothing that was acknowledged is lost.
class TroubleE2E {
    private static final int DISK_MB = 480;
    private static final long HOUR_MS = 3_600_000;
    private static final long NOISE_S = Long.getLong("faults.noise", 10);

    @TempDir
    static Path folder;

    private static TestNetwork network;
    private static SmallDisk disk;

    @BeforeAll
    static void start() throws Exception {
        Programs.engine();
        disk = SmallDisk.needed(folder.resolve(TestNetwork.NAMES.get(2)), DISK_MB);
        network = TestNetwork.here(folder);
        network.found();
        network.start();
        network.startDevices();
    }

    @AfterAll
    static void stop() throws Exception {
        try (SmallDisk _ = disk;
                TestNetwork ending = network) {
            if (ending != null) {
                ending.stop();
                StoredMembers.check(ending);
            }
        }
    }

    @AfterEach
    void nothing_is_lost() throws Exception {
        disk.makeRoom();
        network.awaitWhole();
        network.assertNothingLost();
    }

    @Test
    void a_disk_that_is_nearly_full_takes_no_readings_and_says_so_until_there_is_room() throws Exception {
        TestMember full = network.member(2);
        TestDevice device = network.deviceOf(full);
        disk.leave(100L << 20);
        await("it takes no readings", () -> device.waiting() > 8);
        int acknowledged = device.acknowledged.size();
        network.awaitOthersGoOn(full);
        assertThat(device.acknowledged).hasSize(acknowledged);
        assertThat(device.failed()).contains("503");
        assertThat(full.status().path("refused").path("store.unavailable").asLong())
                .isPositive();
        assertThat(full.isAlive()).isTrue();
        disk.makeRoom();
        await("it takes readings again", () -> device.acknowledged.size() > acknowledged + 8);
    }

    /// The engine cannot keep what it agreed to, and stops; the node may go on refusing, or stop because it cannot keep
    /// what it knows.
    @Test
    void a_disk_without_any_room_stops_only_its_own_member_which_goes_on_when_there_is_room() throws Exception {
        TestMember full = network.member(2);
        TestDevice device = network.deviceOf(full);
        disk.leave(0);
        await(
                "it says that there is no room, or has stopped",
                () -> !full.isAlive()
                        || full.json("/api/consortium")
                                .toString()
                                .toLowerCase(Locale.ROOT)
                                .contains("no space left"));
        await("it takes no readings", () -> device.waiting() > 8);
        network.awaitOthersGoOn(full);
        disk.makeRoom();
        if (!full.isAlive()) {
            assertThat(full.process().exitValue()).isEqualTo(70);
            full.start();
        }
    }

    @Test
    void a_node_whose_clock_is_an_hour_wrong_takes_part_and_moves_nobodys_time() throws Exception {
        TestMember wrong = network.member(1);
        for (long ahead : List.of(HOUR_MS, -HOUR_MS)) {
            wrong.stop();
            wrong.playedBy(WrongClockNode.class, String.valueOf(ahead));
            wrong.start();
            network.awaitOthersGoOn();
            long now = System.currentTimeMillis();
            for (TestMember member : network.members) {
                assertThat(member.status().path("ledger").path("blockTime").asLong())
                        .as("ledger time at " + member.name)
                        .isBetween(now - 60_000, now + 60_000);
            }
        }
        wrong.stop();
        wrong.playedByItself();
        wrong.start();
    }

    @Test
    void noise_and_slow_bytes_on_every_port_hold_up_nobody() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("noise, seed " + seed);
        TestMember hit = network.member(0);
        List<Noise> noises = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                noises.add(new Noise(hit.place.host(), hit.ports(), seed + 10_000L * i, i % 2 == 0));
            }
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(NOISE_S);
            while (System.nanoTime() < until) {
                network.awaitOthersGoOn();
            }
        } finally {
            for (Noise noise : noises) {
                noise.close();
            }
        }
        assertThat(noises.stream().mapToLong(noise -> noise.sent.get()).sum()).isPositive();
        assertThat(hit.isAlive()).isTrue();
        assertThat(hit.status().path("ledger").path("standstill").isObject()).isFalse();
    }
}
