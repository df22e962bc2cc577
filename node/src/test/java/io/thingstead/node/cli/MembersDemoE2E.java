package io.thingstead.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Report;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.ChildJvm;
import io.thingstead.node.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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

    /// The first of so many free ports in a row.
    private static int freePorts(int count) throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            List<ServerSocket> sockets = new ArrayList<>();
            try {
                ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(first);
                for (int i = 1; i < count; i++) {
                    sockets.add(new ServerSocket(first.getLocalPort() + i, 1, InetAddress.getLoopbackAddress()));
                }
                return first.getLocalPort();
            } catch (IOException | IllegalArgumentException e) {
                // Somebody has one of them: try others.
            } finally {
                for (ServerSocket socket : sockets) {
                    socket.close();
                }
            }
        }
        throw new IOException("no free ports in a row");
    }

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
        firstPort = freePorts(MEMBERS);
        int mqtt = freePorts(MEMBERS);
        int engines = freePorts(MEMBERS);
        Path data = folder.resolve("demo");
        List<ProcessHandle> all;
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
                String.valueOf(engines))) {
            Thread.ofVirtual().start(() -> readAll(demo));
            for (int member = 0; member < MEMBERS; member++) {
                int at = member;
                await("readings of member " + at + " are final", () -> anchored(at) > 0);
                assertThat(status(at).path("ledger").path("members").asInt()).isEqualTo(MEMBERS);
            }
            proveOfOneWithTrustOfAnother();

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

    private static long pid(Path data, String member) throws IOException {
        return JSON.readTree(Files.readAllBytes(data.resolve(member).resolve("node.json")))
                .path("pid")
                .asLong();
    }

    private void proveOfOneWithTrustOfAnother() throws Exception {
        byte[] proof = get(0, "/api/proofs?index=0");
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

    private static void readAll(ChildJvm demo) {
        try {
            for (String line = demo.line(); line != null; line = demo.line()) {
                System.out.println(line);
            }
        } catch (IOException e) {
            System.out.println("the demo's output ended: " + e);
        }
    }
}
