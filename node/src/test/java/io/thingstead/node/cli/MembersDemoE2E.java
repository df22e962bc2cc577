package io.thingstead.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Report;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.ChildJvm;
import io.thingstead.node.Ports;
import io.thingstead.node.Programs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `thingstead demo --members 4` as a newcomer runs it: four processes with four engines from one command; one of them
/// is killed, and a reading of one member is proven with the trust file of another.
class MembersDemoE2E {
    private static final int MEMBERS = 4;
    private static final long WAIT_S = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private int firstPort;

    private byte[] get(int member, String path) throws Exception {
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (firstPort + member) + path))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(path + ": " + response.statusCode());
        }
        return response.body();
    }

    private JsonNode status(int member) throws Exception {
        return JSON.readTree(get(member, "/api/status"));
    }

    private long anchored(int member) throws Exception {
        return status(member).path("log").path("anchored").asLong();
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (IOException e) {
                // Not up yet, or down.
            }
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(100);
        }
    }

    @Test
    void four_members_from_one_command() throws Exception {
        Programs.engine();
        firstPort = Ports.inARow(MEMBERS);
        int mqtt = Ports.inARow(MEMBERS);
        int engines = Ports.inARow(MEMBERS);
        int members = Ports.inARow(MEMBERS);
        Path data = folder.resolve("demo");
        List<ProcessHandle> all;
        List<String> said = new CopyOnWriteArrayList<>();
        try (var demo = ChildJvm.start(
                Thingstead.class,
                "demo",
                "--members",
                "4",
                "--data",
                data.toString(),
                "--port",
                String.valueOf(firstPort),
                "--mqtt-port",
                String.valueOf(mqtt),
                "--engine-port",
                String.valueOf(engines),
                "--members-port",
                String.valueOf(members))) {
            Thread.ofVirtual().start(() -> readAll(demo, said));
            await("it says what to try", () -> said.stream().anyMatch(line -> line.contains("verify")));
            assertThat(said).contains("All 4 members are alive. Their pages:");
            for (int member = 0; member < MEMBERS; member++) {
                assertThat(said)
                        .anyMatch(("  %-10s http://127.0.0.1:%d/")
                                .formatted(DemoMembers.NAMES.get(member), firstPort + member)::equals);
            }
            for (int member = 0; member < MEMBERS; member++) {
                int at = member;
                await("readings of member " + at + " are final", () -> anchored(at) > 0);
                assertThat(status(at).path("ledger").path("members").asInt()).isEqualTo(MEMBERS);
            }
            theLineThatItPrintsProves(said);
            proveOfOneWithTrustOfAnother();
            everyMemberTellsOfAllMembers();
            readWhatAnotherGrants(data);
            everyMemberMirrorsTheOthers();

            long before = anchored(0);
            ProcessHandle.of(pid(data, "pharmacy")).orElseThrow().destroyForcibly();
            await("the others go on", () -> anchored(0) > before + 5 && anchored(1) > 0 && anchored(3) > 0);
            await(
                    "the killed one is back",
                    () -> status(2).path("ledger").path("height").asLong()
                            >= status(0).path("ledger").path("height").asLong() - 5);
            long afterwards = anchored(2);
            await("its readings are final again", () -> anchored(2) > afterwards);
            proveOfOneWithTrustOfAnother();

            all = demo.handle().descendants().toList();
            assertThat(all).as("four nodes, four engines").hasSize(2 * MEMBERS);
            demo.terminate();
            demo.exitCode();
        }
        for (ProcessHandle handle : all) {
            await("process " + handle.pid() + " ends with the demo", () -> !handle.isAlive());
        }
    }

    /// Copied into a shell, as a newcomer would.
    private void theLineThatItPrintsProves(List<String> said) throws Exception {
        String line = said.stream()
                .filter(of -> of.contains("./thingstead verify"))
                .findFirst()
                .orElseThrow();
        Path program = Files.writeString(folder.resolve("thingstead"), """
                #!/bin/sh
                exec '%s' --enable-native-access=ALL-UNNAMED -Dcom.amazon.corretto.crypto.provider.registerEdKeyFactory=true -cp '%s' %s "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path"),
                        Thingstead.class.getName()));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        String shown = Programs.run("sh", "-c", "cd '" + folder + "' && " + line);
        assertThat(shown).contains("PROVEN", "carrier, insurer, maker, pharmacy");
    }

    private void everyMemberTellsOfAllMembers() throws Exception {
        for (int member = 0; member < MEMBERS; member++) {
            int at = member;
            await("every member's votes are in blocks", () -> haveAllSigned(at));
            JsonNode consortium = JSON.readTree(get(member, "/api/consortium"));
            assertThat(consortium.at("/tolerance/mayFail").asInt()).isEqualTo(1);
            assertThat(consortium.at("/certificate/signed").asInt()).isBetween(3, 4);
            assertThat(consortium.get("members"))
                    .hasSize(MEMBERS)
                    .allSatisfy(of -> assertThat(of.get("votes").asBoolean()).isTrue());
            assertThat(consortium.at("/eras/0/words").asText())
                    .matches("Until block [0-9]+ the word of maker alone\\.");
        }
    }

    private boolean haveAllSigned(int at) throws Exception {
        for (JsonNode of : JSON.readTree(get(at, "/api/consortium")).path("members")) {
            if (of.path("signed").asInt() == 0) {
                return false;
            }
        }
        return true;
    }

    private static long pid(Path data, String member) throws IOException {
        return JSON.readTree(Files.readAllBytes(data.resolve(member).resolve("node.json")))
                .path("pid")
                .asLong();
    }

    private void proveOfOneWithTrustOfAnother() throws Exception {
        byte[][] made = new byte[1][];
        await("the proof", () -> {
            made[0] = get(0, "/api/proofs?index=0");
            return true;
        });
        byte[] proof = made[0];
        byte[] trust = get(3, "/api/trust");
        Report report = ProofVerifier.verify(proof, trust);
        assertThat(report.verdict()).isEqualTo(Verdict.PROVEN);
        assertThat(proof.length).as("bytes of a proof of four members").isLessThan(6_144);
        Path proofFile = Files.write(folder.resolve("reading.proof.json"), proof);
        Path trustFile = Files.write(folder.resolve("other.trust.json"), trust);
        String python = Programs.python("cryptography");
        Path script = Path.of(System.getProperty("project.root", ".."), "examples", "from-the-spec", "verify.py");
        String said = Programs.run(python, script.toString(), proofFile.toString(), "--trust", trustFile.toString());
        assertThat(said).startsWith("proven:");
    }

    /// The devices of all stand in everyone's catalogue; what one grants another reads through its own node.
    private void readWhatAnotherGrants(Path data) throws Exception {
        String box = "/api/things/maker:box-1";
        for (int member = 0; member < MEMBERS; member++) {
            int at = member;
            await(
                    "member " + at + " knows all devices",
                    () -> JSON.readTree(get(at, "/api/things?limit=500"))
                                    .path("things")
                                    .size()
                            >= 25);
        }
        assertThat(JSON.readTree(get(1, box)).path("properties")).isEmpty();
        int code = Thingstead.commandLine()
                .execute(
                        "grant",
                        "box-1",
                        "--to",
                        "carrier",
                        "--data",
                        data.resolve("maker").toString());
        assertThat(code).isZero();
        await(
                "carrier reads what maker granted",
                () -> JSON.readTree(get(1, box)).path("properties").has("temperature"));
        assertThat(JSON.readTree(get(1, box + "/property?name=temperature")).isNumber())
                .isTrue();
        assertThat(JSON.readTree(get(2, box)).path("properties"))
                .as("nobody else does")
                .isEmpty();
    }

    /// The logs of all stand with all, cosigned; of what was granted the contents too.
    private void everyMemberMirrorsTheOthers() throws Exception {
        for (int member = 0; member < MEMBERS; member++) {
            int at = member;
            await(
                    "member " + at + " knows that all hold maker's first leaf",
                    () -> JSON.readTree(get(at, "/api/holdings?log=maker/1&index=0"))
                                    .path("holders")
                                    .size()
                            == MEMBERS);
            await("member " + at + " follows the logs of all others", () -> {
                long following = 0;
                for (JsonNode log : JSON.readTree(get(at, "/api/mirrors")).path("logs")) {
                    boolean isKept = log.path("mirrored").asLong() > 0;
                    following += isKept && log.path("state").asText().equals("following") ? 1 : 0;
                }
                return following == MEMBERS - 1;
            });
        }
        String origin = status(0).path("log").path("origin").asText();
        await(
                "the others cosigned a checkpoint of maker",
                () -> new String(get(0, "/log/" + origin + "/cosigned"), StandardCharsets.UTF_8)
                                .lines()
                                .filter(line -> line.startsWith("\u2014 "))
                                .count()
                        == MEMBERS);
        await(
                "carrier keeps what maker granted",
                () -> JSON.readTree(get(1, "/api/mirrors/contents?device=maker:box-1"))
                                .path("frames")
                                .size()
                        > 0);
        assertThat(JSON.readTree(get(1, "/api/mirrors/contents?device=maker:box-1&limit=1"))
                        .at("/frames/0/trust")
                        .asText())
                .isEqualTo("device-signed");
        assertThat(JSON.readTree(get(2, "/api/mirrors/contents?device=maker:box-1"))
                        .path("frames"))
                .as("nobody else does")
                .isEmpty();
    }

    private static void readAll(ChildJvm demo, List<String> said) {
        try {
            for (String line = demo.line(); line != null; line = demo.line()) {
                System.out.println(line);
                said.add(line);
            }
        } catch (IOException e) {
            System.out.println("the demo's output ended: " + e);
        }
    }
}
