package io.thingstead.node.faults;

import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.TokenDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member alone, in a process of its own, whose machine has trouble: no room on the disk, files that are damaged or
/// gone, a port that somebody else has. It says what is the matter, and goes on by itself.
class OneMemberTroubleE2E {
    private static final int DISK_MB = 480;
    private static final long NEARLY_FULL = 100L << 20;
    private static final int SENDERS = 4;
    private static final int READINGS = 1_200;
    private static final long STOPS_WITHIN_S = 180;
    private static final int BROKEN = 70;

    @TempDir
    Path folder;

    private static TestMember started(TestNetwork network) throws Exception {
        TestMember member = network.member(0);
        member.start();
        await("it runs", () -> member.requireAlive().height() > 0);
        return member;
    }

    private TestNetwork alone() throws IOException {
        return new TestNetwork(folder, List.of(Place.here()));
    }

    /// How long until something that must come about does.
    private static long millisUntil(String what, Callable<Boolean> condition) throws Exception {
        long began = System.nanoTime();
        await(what, condition);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    /// Whether one more reading is acknowledged; if not, it is refused as what can be sent again.
    private static boolean takes(TokenDevice device) throws Exception {
        try {
            var _ = device.send(21);
            return true;
        } catch (AssertionError e) {
            assertThat(e).hasMessageContaining("503").hasMessageContaining("store.unavailable");
            return false;
        }
    }

    private static void assertPagesAndProofsGoOn(TestMember member, byte[] trust) throws Exception {
        assertThat(new String(member.get("/"))).contains("<html");
        assertThat(member.json("/api/devices").toString()).contains("box-1");
        assertThat(member.json("/health/live").path("ok").asBoolean()).isTrue();
        for (long n : new long[] {1, 10, 20}) {
            byte[] proof = member.get("/api/proofs/" + member.name + ":box-1/" + n);
            assertThat(ProofVerifier.verify(proof, trust).verdict()).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
        }
    }

    @Test
    void without_room_on_its_disk_it_refuses_readings_shows_what_it_has_and_goes_on_when_there_is_room()
            throws Exception {
        try (SmallDisk disk = SmallDisk.needed(folder.resolve(TestNetwork.NAMES.getFirst()), DISK_MB);
                TestNetwork network = alone()) {
            TestMember member = started(network);
            var device = new TokenDevice(network.client, member.page(), "box-1");
            for (int i = 0; i < 20; i++) assertThat(takes(device)).isTrue();
            network.awaitFinalOf(member, 20);
            byte[] trust = member.get("/api/trust");
            for (long left : new long[] {NEARLY_FULL, 0}) {
                disk.leave(left);
                long refuses = millisUntil("it refuses readings", () -> !takes(device));
                assertPagesAndProofsGoOn(member, trust);
                assertThat(member.isAlive()).isTrue();
                assertThat(said(member, "/health/ready")).contains("503", "store.unavailable", "almost full");
                long accepted = device.sent();
                assertThat(takes(device)).isFalse();
                disk.makeRoom();
                long takesAgain = millisUntil("it takes readings again", () -> takes(device));
                await("all of it is final", () -> member.anchored() == accepted + 1);
                assertThat(member.json("/health/ready").path("ok").asBoolean()).isTrue();
                System.out.printf(
                        "disk with %d MiB left: readings refused after %d ms, taken again %d ms after there was room%n",
                        left >> 20, refuses, takesAgain);
            }
            startsOnAFullDisk(network, disk, device);
        }
    }

    /// It may say that it cannot start, or start and refuse; with room it goes on with all it had.
    private static void startsOnAFullDisk(TestNetwork network, SmallDisk disk, TokenDevice device) throws Exception {
        TestMember member = network.member(0);
        member.killNode();
        disk.leave(0);
        long written = Files.size(member.said());
        member.start();
        await(
                "it has ended, or refuses",
                () -> !member.isAlive() || said(member, "/health/ready").contains("store.unavailable"));
        String told = Files.readString(member.said()).substring((int) written);
        if (!member.isAlive()) {
            assertThat(member.process().exitValue()).isIn(1, BROKEN);
            assertThat(told).containsIgnoringCase("no space");
        }
        System.out.println("started on a full disk it " + (member.isAlive() ? "refuses" : "says: " + told.strip()));
        disk.makeRoom();
        if (!member.isAlive()) member.start();
        await("it takes readings again", () -> takes(device));
        await("nothing is lost", () -> member.requireAlive().logSize() == device.sent());
    }

    /// What it answers with a code that is no yes.
    private static String said(TestMember member, String path) throws IOException {
        try {
            return new String(member.get(path));
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void series_that_are_damaged_or_gone_are_made_again_from_the_log() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        try (TestNetwork network = alone()) {
            TestMember member = started(network);
            send(network, member);
            await("all are in the series", () -> inSeries(member) == READINGS);
            List<String> before = series(member);
            List<Trouble> troubles = List.of(
                    new Trouble("bytes changed", file -> change(file, random)),
                    new Trouble("cut short", file -> cut(file, random)),
                    new Trouble("a file deleted", Files::delete),
                    new Trouble("the folder deleted", file -> delete(member.data.resolve("series"))));
            for (Trouble trouble : troubles) {
                member.killNode();
                trouble.strike.at(newest(member.data.resolve("series")));
                long began = System.nanoTime();
                member.start();
                await("it runs", () -> member.requireAlive().height() > 0);
                long runs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                long whole = millisUntil("the series are whole", () -> inSeries(member) == READINGS);
                assertThat(series(member)).as(trouble.what).isEqualTo(before);
                System.out.printf(
                        "series: %s: runs after %d ms, %d readings made again at most %d ms later%n",
                        trouble.what, runs, READINGS, whole);
            }
        }
    }

    private interface Strike {
        void at(Path file) throws Exception;
    }

    private record Trouble(String what, Strike strike) {}

    private static void send(TestNetwork network, TestMember member) throws Exception {
        List<Thread> senders = new ArrayList<>();
        var sent = new AtomicInteger();
        for (int s = 0; s < SENDERS; s++) {
            var device = new TokenDevice(network.client, member.page(), "box-" + s);
            senders.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < READINGS / SENDERS; i++) {
                        var _ = device.send(i % 40);
                        sent.incrementAndGet();
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (Thread sender : senders) sender.join();
        assertThat(sent).hasValue(READINGS);
    }

    private static long inSeries(TestMember member) throws IOException {
        long all = 0;
        for (int s = 0; s < SENDERS; s++) {
            for (JsonNode count : summed(member, s).path("count")) all += count.asLong();
        }
        return all;
    }

    private static JsonNode summed(TestMember member, int device) throws IOException {
        return member.json("/api/series?device=" + member.name + ":box-" + device
                + "&name=temperature&points=7&from=0&to=" + (1L << 44));
    }

    private static List<String> series(TestMember member) throws IOException {
        List<String> all = new ArrayList<>();
        for (int s = 0; s < SENDERS; s++) all.add(summed(member, s).toString());
        return all;
    }

    private static Path newest(Path series) throws IOException {
        try (Stream<Path> files = Files.list(series)) {
            return files.filter(file -> file.toString().endsWith(".duckdb"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    private static void change(Path file, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i += 1 + random.nextInt(2_000)) bytes[i] ^= (byte) (1 + random.nextInt(255));
        Files.write(file, bytes);
    }

    private static void cut(Path file, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    @Test
    void a_port_that_somebody_else_has_is_named_and_nothing_runs() throws Exception {
        try (TestNetwork network = alone()) {
            TestMember member = network.member(0);
            for (int port : member.ports().subList(0, 2)) {
                try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                    long written = Files.exists(member.said()) ? Files.size(member.said()) : 0;
                    long began = System.nanoTime();
                    member.start();
                    assertThat(member.process().waitFor(STOPS_WITHIN_S, TimeUnit.SECONDS))
                            .as("it ends")
                            .isTrue();
                    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                    String told = Files.readString(member.said()).substring((int) written);
                    assertThat(member.process().exitValue()).isEqualTo(1);
                    assertThat(told)
                            .contains("cannot listen", "127.0.0.1:" + port + ": the port is in use", "thingstead.toml")
                            .doesNotContain("\tat ");
                    System.out.println("port taken, said after " + took + " ms: "
                            + told.lines().toList().getLast());
                }
            }
            await("it runs once the ports are free", () -> {
                if (!member.isAlive()) member.start();
                return member.height() > 0;
            });
        }
    }
}
