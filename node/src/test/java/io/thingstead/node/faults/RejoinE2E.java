package io.thingstead.node.faults;

import static io.thingstead.node.faults.Commands.done;
import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.ChildJvm;
import io.thingstead.node.Programs;
import io.thingstead.node.cli.Thingstead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member of four loses its data folder and keeps its keys: with the commands that a newcomer would use it comes back
/// as itself, while the others go on and find no fault with it.
class RejoinE2E {
    private static final String COSE = "application/cose";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static TestNetwork network;
    private static LedgerId ledger;

    @BeforeAll
    static void start() throws Exception {
        Programs.engine();
        network = TestNetwork.here(folder);
        network.found();
        network.start();
        network.startDevices();
        ledger = network.ledger();
    }

    @AfterAll
    static void stop() throws Exception {
        if (network == null) {
            return;
        }
        try (TestNetwork ending = network) {
            ending.stop();
        }
    }

    @AfterEach
    void nobody_is_accused() throws Exception {
        network.awaitWhole();
        for (TestMember member : network.members) {
            JsonNode alarms = member.status().path("accusations");
            assertThat(alarms.path("forks")).as(member.name).isEmpty();
            assertThat(alarms.path("brokenPromises")).as(member.name).isEmpty();
            assertThat(alarms.path("caught"))
                    .as("%s: nobody voted twice", member.name)
                    .isEmpty();
        }
    }

    /// `consortium invite` at a running member.
    private static Path invite(TestMember by) {
        Path file = folder.resolve(by.name + ".invite.json");
        done("consortium", "invite", "--data", by.data, "--out", file);
        return file;
    }

    private static void awaitBack(TestMember lost, long logNo) throws Exception {
        await(
                lost.name + " has its log " + logNo,
                () -> lost.status().path("log").path("origin").asText().endsWith("/" + logNo));
        network.awaitFinal(lost);
    }

    private static byte[] frame(FrameSigner signer, long n) {
        var reading = Measurement.of("temperature", "Cel", 21.5, System.currentTimeMillis());
        return signer.sign(n, SenMlEncoder.encode(List.of(reading)));
    }

    private static JsonNode sent(TestMember to, byte[] frame) throws IOException {
        return JSON.readTree(to.post("/v1/frames", COSE, frame));
    }

    private static Verdict verdict(byte[] proof, TestMember trusted) throws IOException {
        return ProofVerifier.verify(proof, trusted.get("/api/trust")).verdict();
    }

    private static JsonNode mirror(TestMember at, String member, long logNo) throws IOException {
        for (JsonNode log : at.json("/api/mirrors").path("logs")) {
            if (log.path("member").asText().equals(member) && log.path("logNo").asLong() == logNo) {
                return log;
            }
        }
        return JSON.createObjectNode();
    }

    private static List<Long> pids(List<TestMember> members) {
        return members.stream().map(member -> member.process().pid()).toList();
    }

    @Test
    void a_member_that_lost_all_but_its_keys_comes_back_as_itself() throws Exception {
        TestMember lost = network.member(1);
        TestDevice device = network.deviceOf(lost);
        List<TestMember> others = network.without(lost);
        TestMember reader = network.member(3);
        FrameSigner signer = FrameSigner.of(ledger, TestDevice.register(lost, "twice", ledger));
        done("grant", "twice", "--to", reader.name, "--data", lost.data);
        byte[] twice = frame(signer, 700);
        assertThat(sent(lost, twice).path("log").asText()).endsWith("/1");
        String token =
                lost.post("/api/devices", Map.of("name", "plain")).path("token").asText();
        attest(lost, token);
        String commands = "/api/devices/" + lost.name + ":twice/commands";
        Map<String, Object> command = Map.of("name", "light", "value", true);
        long commanded = lost.post(commands, command).path("number").asLong();
        network.awaitFinal(lost);
        long old = device.acknowledged.first();
        byte[] oldProof = lost.proof(String.valueOf(device.id), old);
        byte[] oldAttested = lost.proof(lost.name + ":plain", 1);
        await(
                reader.name + " has what was granted",
                () -> !reader.json("/api/mirrors/contents?device=" + lost.name + ":twice")
                        .path("frames")
                        .isEmpty());
        List<Long> running = pids(others);

        // The keys were copied when they were made, before they voted in this era.
        Path copy = Files.createDirectory(folder.resolve("copy"));
        for (String role : List.of("identity", "log", "node", "engine", "tls", "peer")) {
            Files.copy(lost.data.resolve("keys").resolve(role + ".pem"), copy.resolve(role + ".pem"));
        }
        lost.loseAllButKeys();
        for (Path key : files(lost.data.resolve("keys"))) {
            Files.delete(key);
        }
        long acknowledged = device.acknowledged.last();
        network.awaitOthersGoOn(lost);
        Path trust = Files.write(folder.resolve("known.trust.json"), reader.get("/api/trust"));
        String said = done(
                "consortium",
                "rejoin",
                invite(network.member(2)),
                "--keys",
                copy,
                "--trust",
                trust,
                "--data",
                lost.data);
        System.out.println(said);
        assertThat(said)
                .startsWith("These are the keys of " + lost.name)
                .contains("Members that answer: insurer, maker, pharmacy")
                .contains("member = \"" + lost.name + "\"");
        assertThat(lost.data.resolve("engine").resolve("signer.state")).doesNotExist();
        lost.start();
        awaitBack(lost, 2);

        // Its devices go on, what they kept meanwhile included, and are proven by the others' word.
        await("its device has gone on", () -> device.acknowledged.last() > acknowledged + 10 && device.waiting() < 5);
        assertThat(device.refused()).isNull();
        long newest = device.acknowledged.last();
        await(
                "none before it is missing",
                () -> device.acknowledged.headSet(newest, true).size() == newest);
        network.awaitFinal(lost);
        for (TestMember other : others) {
            assertThat(verdict(lost.proof(String.valueOf(device.id), acknowledged + 1), other))
                    .isEqualTo(Verdict.PROVEN);
            assertThat(verdict(lost.proof(String.valueOf(device.id), newest), other))
                    .isEqualTo(Verdict.PROVEN);
            assertThat(verdict(oldProof, other)).as("an old proof").isEqualTo(Verdict.PROVEN);
            assertThat(verdict(oldAttested, other)).as("its own old word").isEqualTo(Verdict.PROVEN);
        }
        assertThatThrownBy(() -> lost.get("/api/proofs/" + device.id + "/" + old))
                .hasMessageContaining("lost the data of a log before");
        assertThat(lost.json("/api/devices/" + device.id)
                        .path("device")
                        .path("missing")
                        .asLong())
                .as("what was in the lost log is not missing")
                .isZero();

        // The same frame once more: the new log takes it, once.
        JsonNode again = sent(lost, twice);
        assertThat(again.path("log").asText()).endsWith("/2");
        assertThat(again.path("duplicate").asBoolean()).isFalse();
        assertThat(sent(lost, twice).path("duplicate").asBoolean()).isTrue();
        assertThat(sent(lost, twice).path("index")).isEqualTo(again.path("index"));

        // A token is gone with the data; the device gets another, and the member attests with another key.
        assertThatThrownBy(() -> attest(lost, token)).hasMessageContaining("token.invalid");
        attest(
                lost,
                lost.post("/api/devices", Map.of("name", "plain")).path("token").asText());
        network.awaitFinal(lost);
        assertThat(verdict(lost.proof(lost.name + ":plain", 1), reader)).isEqualTo(Verdict.PROVEN);

        long next = lost.post(commands, command).path("number").asLong();
        assertThat(next)
                .as("above all that the device may have obeyed, one after another")
                .isGreaterThan(commanded + 999_000);
        assertThat(lost.post(commands, command).path("number").asLong()).isEqualTo(next + 1);

        // The others never stopped, and say in plain words what became of the old log.
        assertThat(pids(others)).isEqualTo(running);
        for (TestMember other : others) {
            JsonNode closed = mirror(other, lost.name, 1);
            assertThat(closed.path("state").asText()).isEqualTo("closed");
            assertThat(closed.path("text").asText()).contains("closed by carrier, which lost its data");
            await(
                    other.name + " follows the new log",
                    () -> mirror(other, lost.name, 2).path("state").asText().equals("following")
                            && mirror(other, lost.name, 2).path("mirrored").asLong() > 0);
            assertThat(closedLog(other, lost.name).path("closed").asText()).isEqualTo("lost data");
        }
        await(
                "its own page says who holds it",
                () -> mirror(lost, lost.name, 1).path("text").asText().contains(" of them are held by "));
        assertThat(mirror(lost, lost.name, 1).path("text").asText())
                .startsWith("this member lost the data of this log and closed it. 0 of ");

        await(
                reader.name + " has what was granted of both logs",
                () -> reader.json("/api/mirrors/contents?device=" + lost.name + ":twice")
                        .path("frames")
                        .findValuesAsText("log")
                        .equals(List.of(lost.name + "/1", lost.name + "/2")));

        // It votes again: without another one the ledger needs it.
        await("it holds its votes back no more", () -> !lost.status().toString().contains("votes.held"));
        TestMember away = network.member(0);
        away.killBoth();
        network.awaitOthersGoOn(away);
        away.start();
    }

    private static void attest(TestMember member, String token) throws IOException {
        var _ = member.post("/api/v1/" + token + "/telemetry", "application/json", "{\"temperature\": 3.5}".getBytes());
    }

    private static JsonNode closedLog(TestMember at, String name) throws IOException {
        for (JsonNode member : at.json("/api/consortium").path("members")) {
            if (member.path("name").asText().equals(name)) {
                return member.path("logs").get(0);
            }
        }
        throw new IOException("no " + name);
    }

    private static List<Path> files(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.toList();
        }
    }

    /// Whatever is killed on the way, the same command prepares the folder again; and a node that is killed on its way
    /// back goes on, or is prepared again too.
    @Test
    void killed_anywhere_on_the_way_back_it_comes_back_by_the_same_command() throws Exception {
        TestMember lost = network.member(2);
        lost.loseAllButKeys();
        Path invite = invite(network.member(0));
        Path trust = Files.write(
                folder.resolve("others.trust.json"), network.member(0).get("/api/trust"));
        for (String seen : List.of("rejoining", "keys/attest.pem.new", "engine/resync", "store/CURRENT", "nothing")) {
            killedAt(lost, invite, trust, seen);
        }
        done("consortium", "rejoin", invite, "--trust", trust, "--data", lost.data);
        lost.start();
        await("it takes a snapshot", () -> Files.readString(lost.said()).contains("takes the snapshot"));
        killAll(lost);
        done("consortium", "rejoin", invite, "--believe-invite", "--data", lost.data);
        lost.start();
        await("it has the ledger", () -> Files.readString(lost.said()).contains("by the other members' snapshot"));
        killAll(lost);
        lost.start();
        await("its next log is open", () -> !Files.exists(lost.data.resolve("rejoining")));
        killAll(lost);
        lost.start();
        network.awaitFinal(lost);
        assertThat(network.deviceOf(lost).refused()).isNull();
        await("it holds its votes back no more", () -> !lost.status().toString().contains("votes.held"));
    }

    private static void killAll(TestMember member) {
        List<ProcessHandle> all = new ArrayList<>(member.process().descendants().toList());
        all.add(member.process().toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    /// Kills the command as soon as a file is seen, or when it is done.
    private static void killedAt(TestMember lost, Path invite, Path trust, String seen) throws Exception {
        try (var command = ChildJvm.start(
                Thingstead.class,
                "consortium",
                "rejoin",
                invite.toString(),
                "--trust",
                trust.toString(),
                "--data",
                lost.data.toString())) {
            Path file = lost.data.resolve(seen);
            while (command.handle().isAlive() && !Files.exists(file)) {
                LockSupport.parkNanos(100_000);
            }
            System.out.println("killed at " + seen + ": " + command.handle().isAlive());
            command.kill();
            command.exitCode();
        }
    }
}
