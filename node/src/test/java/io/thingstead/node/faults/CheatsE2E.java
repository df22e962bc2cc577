package io.thingstead.node.faults;

import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.FrameAnswer;
import io.thingstead.node.LyingNode;
import io.thingstead.node.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One of four members, a real process that answers over real TLS, cheats with its log: it shows one member another
/// face, and drops what it promised. The others find it, the ledger holds the evidence, and all of them say so.
class CheatsE2E {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COSE = "application/cose";
    private static final int VICTIM = 1;
    private static final int CHEAT = 3;

    @TempDir
    static Path folder;

    private static TestNetwork network;
    private static TestMember cheat;

    @BeforeAll
    static void start() throws Exception {
        Programs.engine();
        network = TestNetwork.here(folder);
        cheat = network.member(CHEAT);
        cheat.playedBy(LyingNode.class, network.member(VICTIM).name);
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
    void the_others_go_on_and_nothing_is_lost() throws Exception {
        network.awaitWhole();
        network.assertNothingLost();
    }

    @Test
    void another_face_of_a_log_that_one_member_saw_is_on_every_ledger_by_itself() throws Exception {
        for (TestMember member : network.members) {
            await(
                    member.name + " tells of two faces",
                    () -> !alarms(member, "forks").isEmpty());
            assertThat(alarms(member, "forks")).singleElement().satisfies(fork -> {
                assertThat(fork.path("member").asText()).isEqualTo(cheat.name);
                assertThat(fork.path("log").asText()).isEqualTo(cheat.name + "/1");
                assertThat(fork.path("words").asText()).contains(cheat.name);
                JsonNode event = member.json("/api/events/" + fork.path("event").asLong());
                assertThat(event.path("type").asText()).isEqualTo("log-forked");
            });
        }
        for (TestMember member : network.without(cheat)) {
            await(
                    member.name + " follows that log no more, and all others",
                    () -> forkedAt(member).equals(List.of(cheat.name)));
        }
    }

    private static List<String> forkedAt(TestMember member) throws IOException {
        List<String> forked = new ArrayList<>();
        member.json("/api/mirrors").path("logs").forEach(log -> {
            if (log.path("state").asText().equals("forked")) {
                forked.add(log.path("member").asText());
            }
        });
        return forked;
    }

    @Test
    void a_promise_that_was_dropped_is_held_against_its_member_by_any_other() throws Exception {
        LedgerId ledger = network.ledger();
        byte[] kept = answered(ledger, "kept");
        byte[] dropped = answered(ledger, LyingNode.DROPPED);
        TestMember judge = network.member(2);
        await(
                "a promise is kept",
                () -> judged(judge, kept).path("state").asText().equals("kept"));
        await(
                "a promise is broken",
                () -> judged(judge, dropped).path("state").asText().equals("broken"));
        await(
                "another one finds it replaced",
                () -> judged(network.member(0), dropped).path("how").asText().equals("replaced"));
        for (TestMember member : network.members) {
            await(
                    member.name + " tells of it",
                    () -> !alarms(member, "brokenPromises").isEmpty());
            assertThat(alarms(member, "brokenPromises")).singleElement().satisfies(promise -> {
                assertThat(promise.path("member").asText()).isEqualTo(cheat.name);
                JsonNode event =
                        member.json("/api/events/" + promise.path("event").asLong());
                assertThat(event.path("type").asText()).isEqualTo("promise-broken");
            });
        }
        assertThatThrownBy(() -> cheat.get("/api/proofs/" + cheat.name + ":" + LyingNode.DROPPED + "/1"))
                .as("nothing proves what was dropped")
                .isInstanceOf(IOException.class)
                .hasMessageContaining("404");
    }

    /// The promise that a new device gets for its first frame; the device finds nothing wrong with it.
    private static byte[] answered(LedgerId ledger, String device) throws IOException {
        FrameSigner signer = FrameSigner.of(ledger, TestDevice.register(cheat, device, ledger));
        var reading = Measurement.of("temperature", "Cel", 21.5, System.currentTimeMillis());
        byte[] frame = signer.sign(1, SenMlEncoder.encode(List.of(reading)));
        FrameAnswer answer =
                FrameAnswer.read(cheat.post("/v1/frames", COSE, frame)).orThrow();
        String verifier = cheat.status().path("log").path("verifierKey").asText();
        byte[] logKey = NoteKey.parse(verifier).orElseThrow().publicKey();
        assertThat(answer.promised(frame, ledger, VerifyingKey.of(Algorithm.ED25519, logKey)))
                .isInstanceOf(Result.Ok.class);
        return answer.promise();
    }

    private static JsonNode judged(TestMember by, byte[] promise) throws IOException {
        return JSON.readTree(by.post("/api/evidence/promise", COSE, promise));
    }

    private static List<JsonNode> alarms(TestMember member, String kind) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        member.status().path("accusations").path(kind).forEach(all::add);
        return all;
    }
}
