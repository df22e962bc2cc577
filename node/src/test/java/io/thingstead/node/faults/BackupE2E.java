package io.thingstead.node.faults;

import static io.thingstead.node.faults.Commands.done;
import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.ProofFile;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.Programs;
import io.thingstead.node.TokenDevice;
import io.thingstead.node.log.Log;
import io.thingstead.node.storage.RocksStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups of real nodes under load, whose data folders are then lost: what stood in the backup is there again, what
/// was signed after it is not contradicted, and nobody is accused.
class BackupE2E {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SENDERS = 4;

    @TempDir
    Path folder;

    private static void lose(Path data) throws Exception {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    /// The part of a proof that tells of the reading: its leaf, and where it is in the log.
    private static List<JsonNode> ofReading(byte[] proof) throws Exception {
        List<JsonNode> parts = new ArrayList<>();
        for (JsonNode element : JSON.readTree(proof).path("sections")) {
            String type = element.path("type").asText();
            if (type.equals("reading") || type.equals("inclusion")) parts.add(element);
        }
        assertThat(parts).hasSize(2);
        return parts;
    }

    private static Verdict verdict(byte[] proof, byte[] trust) {
        return ProofVerifier.verify(proof, trust).verdict();
    }

    @Test
    void of_a_member_alone_under_load() throws Exception {
        try (TestNetwork network = new TestNetwork(folder, List.of(Place.here()))) {
            TestMember member = network.member(0);
            member.start();
            await("it runs", () -> member.requireAlive().height() > 0);
            List<TokenDevice> devices = new ArrayList<>();
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                var device = new TokenDevice(network.client, member.page(), "box-" + i);
                devices.add(device);
                senders.add(Thread.ofVirtual().start(() -> sendUntilGone(device)));
            }
            await("readings", () -> devices.stream().allMatch(device -> device.sent() > 100));
            String first = member.name + ":box-0";
            Map<Long, byte[]> proofs = new TreeMap<>();
            for (long n = 1; n <= 20; n++) proofs.put(n, member.proof(first, n));
            byte[] trust = member.get("/api/trust");
            List<Long> before = devices.stream().map(TokenDevice::sent).toList();

            Path copy = folder.resolve("copy.zip");
            System.out.println(done("backup", "--data", member.data, "-o", copy, "--with-keys"));
            done("backup", "--data", member.data, "-o", folder.resolve("copy"));
            JsonNode head = JSON.readTree(
                            folder.resolve("copy").resolve("manifest.json").toFile())
                    .path("heads")
                    .path("logs")
                    .path(0);

            long reached = devices.getFirst().sent();
            await("more readings", () -> devices.getFirst().sent() > reached + 100);
            byte[] after = member.proof(first, reached + 50);
            member.killNode();
            for (Thread sender : senders) sender.join();
            requireSameBeginning(member, head);

            Path old = Files.move(member.data, folder.resolve("old"));
            System.out.println(done("restore", copy, "--data", member.data));
            member.start();
            await(
                    "it runs again",
                    () -> member.requireAlive()
                            .status()
                            .path("log")
                            .path("origin")
                            .asText()
                            .endsWith("/2"));
            for (int i = 0; i < SENDERS; i++) {
                for (long n = 1; n <= before.get(i); n++) {
                    byte[] proof = member.proof(member.name + ":box-" + i, n);
                    assertThat(verdict(proof, trust)).as("box-%s %s", i, n).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
                }
            }
            for (var proof : proofs.entrySet()) {
                assertThat(ofReading(member.proof(first, proof.getKey()))).isEqualTo(ofReading(proof.getValue()));
            }
            // What came after is not there; its proof holds, as the documents say.
            assertThat(verdict(after, trust)).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
            TrustFile now = TrustFile.read(member.get("/api/trust")).orThrow();
            boolean names = ProofFile.read(after).orThrow().certificate().height() == now.height();
            assertThat(verdict(after, now.write())).isEqualTo(names ? Verdict.FALSE : Verdict.PROVEN_BY_ONE_MEMBER);
            var again = new TokenDevice(network.client, member.page(), "again");
            again.send(20);
            network.awaitFinalOf(member, 1);
            assertThat(verdict(member.proof(member.name + ":again", 1), trust)).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
            assertThat(old.resolve("store")).exists();
        }
    }

    private static void sendUntilGone(TokenDevice device) {
        try {
            while (true) device.send(device.sent() % 40);
        } catch (Exception e) {
            // the node is gone
        }
    }

    /// The log in the backup is the beginning of the one that went on.
    private static void requireSameBeginning(TestMember member, JsonNode head) {
        try (RocksStore store = RocksStore.open(member.data.resolve("store"), e -> {})) {
            var log = Log.read(
                    new LogId(new MemberId(member.name), 1), head.path("origin").asText(), store);
            long size = head.path("size").asLong();
            assertThat(log.size()).isGreaterThan(size);
            assertThat(HexFormat.of().formatHex(log.rootAt(size)))
                    .isEqualTo(head.path("root").asText());
        }
    }

    @Test
    void of_a_member_of_four_that_went_on_after_it() throws Exception {
        Programs.engine();
        try (TestNetwork network = TestNetwork.here(folder)) {
            network.found();
            network.start();
            network.startDevices();
            TestMember lost = network.member(1);
            TestDevice device = network.deviceOf(lost);
            String id = device.id.toString();
            network.awaitFinal(lost);
            long old = device.acknowledged.first();
            byte[] oldProof = lost.proof(id, old);

            Path copy = folder.resolve("copy.zip");
            System.out.println(done("backup", "--data", lost.data, "-o", copy, "--with-keys"));
            // It goes on: acknowledges, signs checkpoints, has them made final, and votes.
            long reached = device.acknowledged.last();
            await("it goes on", () -> device.acknowledged.last() > reached + 20);
            network.awaitFinal(lost);
            byte[] after = lost.proof(id, reached + 10);
            lost.killBoth();
            lose(lost.data);
            network.awaitOthersGoOn(lost);

            System.out.println(done("restore", copy, "--data", lost.data));
            assertThat(lost.data.resolve("engine")).doesNotExist();
            lost.start();
            await(
                    "its next log is open",
                    () -> lost.requireAlive()
                            .status()
                            .path("log")
                            .path("origin")
                            .asText()
                            .endsWith("/2"));
            network.awaitFinal(lost);
            network.awaitWhole();
            await("it votes again", () -> lost.status().path("notices").isEmpty());
            network.awaitOthersGoOn(network.member(0));

            Path config = lost.data.resolveSibling(lost.name + ".toml");
            String found = done("doctor", "--data", lost.data, "--config", config);
            System.out.println(found);
            assertThat(found)
                    .contains("fits the other members' clocks", "3 logs of other members are followed", ", version ");

            byte[] trust = network.member(2).get("/api/trust");
            byte[] again = lost.proof(id, old);
            assertThat(verdict(again, trust)).isEqualTo(Verdict.PROVEN);
            assertThat(ofReading(again)).isEqualTo(ofReading(oldProof));
            assertThat(verdict(after, trust)).as("what came after the backup").isEqualTo(Verdict.PROVEN);
            long newest = device.acknowledged.last();
            assertThat(verdict(lost.proof(id, newest), trust)).isEqualTo(Verdict.PROVEN);
            for (TestMember member : network.members) {
                JsonNode alarms = member.status().path("accusations");
                assertThat(alarms.path("forks")).as(member.name).isEmpty();
                assertThat(alarms.path("brokenPromises")).as(member.name).isEmpty();
                assertThat(alarms.path("caught"))
                        .as("%s: nobody voted twice", member.name)
                        .isEmpty();
            }
            network.stop();
        }
    }
}
