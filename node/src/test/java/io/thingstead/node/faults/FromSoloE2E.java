package io.thingstead.node.faults;

import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Report;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.Programs;
import io.thingstead.node.Rebuild;
import io.thingstead.node.cli.Thingstead;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node of one member with 100,000 readings becomes one of four members by the commands that people give: its old
/// readings are still proven, with its word alone, and its new ones with the word of all.
class FromSoloE2E {
    private static final int READINGS = 100_000;
    private static final int READINGS_A_FRAME = 100;
    private static final int FRAMES_A_REQUEST = 250;
    private static final long START_MS = 1_790_000_000_000L;

    @TempDir
    Path folder;

    private TestNetwork network;

    @AfterEach
    void end() {
        if (network != null) {
            network.close();
        }
    }

    @Test
    void old_readings_are_proven_by_one_and_new_ones_by_all() throws Exception {
        Programs.engine();
        network = TestNetwork.here(folder);
        TestMember first = network.member(0);
        first.start();
        await("the node of one member is up", () -> first.height() > 0);
        LedgerId ledger = network.ledger();
        DeviceId device = DeviceId.of(first.name + ":meter-1");
        sendAll(first, FrameSigner.of(ledger, TestDevice.register(first, "meter-1", ledger)));
        int frames = READINGS / READINGS_A_FRAME;
        await("all are final", () -> first.anchored() >= frames);
        assertThat(proven(first, device, 1, first.get("/api/trust")))
                .as("one of one is all")
                .isIn(Verdict.PROVEN, Verdict.PROVEN_BY_ONE_MEMBER);
        first.stop();

        foundByCommands();
        network.start();
        assertThat(network.ledger()).as("the same ledger").isEqualTo(ledger);
        await(
                "its series are whole",
                () -> first.status().path("series").path("behind").asLong() == 0);
        assertThat(first.status().path("series").path("readings").asLong()).isEqualTo(READINGS);
        network.startDevices();

        byte[] trust = network.member(3).get("/api/trust");
        for (int n = 1; n <= frames; n += 9) {
            assertThat(proven(first, device, n, trust)).as("frame " + n).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
        }
        assertThat(proven(first, device, frames, trust)).isEqualTo(Verdict.PROVEN_BY_ONE_MEMBER);
        network.assertNothingLost();
        network.stop();
        StoredMembers.check(network);
        for (TestMember member : List.of(first, network.member(1))) {
            List<String> findings = new ArrayList<>();
            assertThat(Rebuild.run(member.data, findings::add))
                    .as("rebuild of %s: %s", member.name, findings)
                    .isTrue();
        }
    }

    private static Verdict proven(TestMember member, DeviceId device, long n, byte[] trust) throws Exception {
        Report report = ProofVerifier.verify(member.proof(String.valueOf(device), n), trust);
        return report.verdict();
    }

    private void sendAll(TestMember member, FrameSigner signer) throws Exception {
        long n = 0;
        for (int left = READINGS; left > 0; ) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int i = 0; i < FRAMES_A_REQUEST && left > 0; i++, left -= READINGS_A_FRAME) {
                List<Measurement> readings = new ArrayList<>();
                for (int r = 0; r < READINGS_A_FRAME; r++) {
                    long time = START_MS + (n * READINGS_A_FRAME + r) * 1_000;
                    readings.add(Measurement.of("power", "W", 400 + r % 60, time));
                }
                n++;
                body.writeBytes(signer.sign(n, SenMlEncoder.encode(readings)));
            }
            HttpResponse<String> response = network.client.send(
                    HttpRequest.newBuilder(member.page().resolve("/v1/frames"))
                            .header("Content-Type", "application/cbor-seq")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).doesNotContain("\"code\"");
        }
    }

    private static void run(String... arguments) {
        assertThat(Thingstead.commandLine().execute(arguments))
                .as(String.join(" ", arguments))
                .isZero();
    }

    private void foundByCommands() {
        Path invite = folder.resolve("invite.json");
        Path plan = folder.resolve("founding.json");
        run("consortium", "found", "--member", "maker", "--data", data(0), "--out", invite.toString());
        List<String> planned = new ArrayList<>(List.of("consortium", "plan"));
        List<String> begun = new ArrayList<>(List.of("consortium", "begin", plan.toString()));
        for (int i = 1; i < network.members.size(); i++) {
            TestMember member = network.member(i);
            Path request = folder.resolve(member.name + ".join.json");
            run(
                    "consortium",
                    "join",
                    invite.toString(),
                    "--member",
                    member.name,
                    "--address",
                    member.engineAddress(),
                    "--data",
                    data(i),
                    "--out",
                    request.toString());
            planned.add(request.toString());
        }
        planned.addAll(
                List.of("--address", network.member(0).engineAddress(), "--data", data(0), "--out", plan.toString()));
        run(planned.toArray(String[]::new));
        for (int i = 0; i < network.members.size(); i++) {
            Path approval = folder.resolve(network.member(i).name + ".approval.json");
            run(
                    "consortium",
                    "approve",
                    plan.toString(),
                    "--yes",
                    "--invite",
                    invite.toString(),
                    "--data",
                    data(i),
                    "--out",
                    approval.toString());
            begun.add(approval.toString());
        }
        for (int i = 0; i < network.members.size(); i++) {
            List<String> command = new ArrayList<>(begun);
            command.addAll(List.of("--invite", invite.toString(), "--data", data(i)));
            run(command.toArray(String[]::new));
        }
    }

    private String data(int number) {
        return network.member(number).data.toString();
    }
}
