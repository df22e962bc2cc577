package io.thingstead.node.faults;

import static io.thingstead.node.faults.Commands.done;
import static io.thingstead.node.faults.Commands.say;
import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.Programs;
import io.thingstead.node.web.RemovedPages;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// While readings flow a fifth member joins four, and one of the four is removed, all by the commands that the README
/// names. Played once; each test looks at one side of it. Who holds the trust file of the beginning checks everything.
class JoinProcessesE2E {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TELEMETRY = Pattern.compile("http://\\S+/telemetry");
    private static final Pattern AGREE = Pattern.compile("consortium agree ([0-9]+)");

    @TempDir
    static Path folder;

    private static TestNetwork network;
    private static TestMember maker;
    private static TestMember carrier;
    private static TestMember removed;
    private static TestMember insurer;
    private static TestMember joined;
    private static TestDevice removedDevice;
    /// Where a device without a key sends to the one that is removed.
    private static URI plain;

    private static Path genesis;
    private static long genesisHeight;
    /// Proof files in the order in which they were made.
    private static final List<Path> proofs = new ArrayList<>();
    /// What the one that was removed had acknowledged a while before.
    private static long finalBefore;

    @BeforeAll
    static void play() throws Exception {
        Programs.engine();
        network = TestNetwork.here(folder);
        network.found();
        network.start();
        network.startDevices();
        maker = network.member(0);
        carrier = network.member(1);
        removed = network.member(2);
        insurer = network.member(3);
        removedDevice = network.deviceOf(removed);
        genesis = Files.write(folder.resolve("genesis.trust.json"), insurer.get("/api/trust"));
        genesisHeight = TrustFile.read(Files.readAllBytes(genesis)).orThrow().height();
        Matcher address = TELEMETRY.matcher(done("device", "add", "plain", "--data", removed.data));
        assertThat(address.find()).isTrue();
        plain = URI.create(address.group());
        assertThat(sentPlain().statusCode()).isEqualTo(200);
        done("grant", "box-1", "--to", carrier.name, "--from", "beginning", "--data", removed.data);
        for (TestMember member : network.members) {
            prove("before", member, network.deviceOf(member), 1);
        }
        join();
        network.awaitOthersGoOn();
        for (TestMember member : network.members) {
            prove("between", member, network.deviceOf(member), newest(network.deviceOf(member)));
        }
        finalBefore = newest(removedDevice);
        network.awaitFinal(removed);
        // What was granted is fetched a moment after it is final; once its member is removed nothing more is fetched.
        prove("granted", carrier, removedDevice, finalBefore);
        decide(
                joined,
                done("consortium", "propose", "remove", removed.name, "--data", joined.data),
                maker,
                carrier,
                insurer);
        network.leave(removed);
        network.awaitOthersGoOn();
        for (TestMember member : network.members) {
            prove("after", member, network.deviceOf(member), newest(network.deviceOf(member)));
        }
    }

    /// A further member joins while the ledger runs.
    private static void join() throws Exception {
        Path invite = folder.resolve("maker.invite.json");
        Path request = folder.resolve("lab.join.json");
        done("consortium", "invite", "--data", maker.data, "--out", invite);
        joined = network.newcomer("lab");
        done(
                "consortium",
                "join",
                invite,
                "--member",
                joined.name,
                "--domain",
                joined.name + ".example",
                "--address",
                joined.engineAddress(),
                "--node-address",
                joined.nodeAddress(),
                "--data",
                joined.data,
                "--out",
                request);
        joined.start();
        await(
                "it says that it waits",
                () -> Files.readString(joined.said()).contains("waits until the members have let"));
        assertThat(say("consortium", "status", "--data", joined.data).text()).contains("waits until the members");
        decide(maker, done("consortium", "propose", "add", request, "--data", maker.data), carrier, removed);
        await("it runs and votes", () -> status(joined).contains("lab (this one), votes"));
        network.startDevice(joined);
        network.awaitFinal(joined);
    }

    /// The others agree to what was proposed; the last one is told that it was enough.
    private static void decide(TestMember proposer, String proposed, TestMember... others) {
        Matcher number = AGREE.matcher(proposed);
        assertThat(number.find()).as("%s proposed: %s", proposer.name, proposed).isTrue();
        String last = "";
        for (TestMember other : others) {
            assertThat(last).doesNotContain("That was enough");
            last = done("consortium", "agree", number.group(1), "--yes", "--data", other.data);
        }
        assertThat(last).contains("That was enough");
    }

    private static long newest(TestDevice device) {
        return device.acknowledged.last();
    }

    /// Writes the proof of a frame to a file, at that member's node.
    private static Path prove(String when, TestMember at, TestDevice of, long n) throws Exception {
        Path file = folder.resolve(when + "-" + of.member.name + "-" + n + "-at-" + at.name + ".proof.json");
        await("proof of frame " + n + " of " + of.id + " at " + at.name, () -> {
            var said = say(
                    "prove", "--device", of.id, "--number", n, "--data", at.data, "-o", file, "--links-from", genesis);
            if (said.code() != 0) {
                throw new IOException(said.text());
            }
            return true;
        });
        proofs.add(file);
        return file;
    }

    private static String status(TestMember member) throws IOException {
        var said = say("consortium", "status", "--data", member.data);
        if (said.code() != 0) {
            throw new IOException(said.text());
        }
        return said.text();
    }

    private static String verified(Path proof) {
        String text = done("verify", proof, "--trust", genesis);
        assertThat(text).contains("PROVEN").doesNotContain("ONE MEMBER");
        return text;
    }

    @AfterAll
    static void stop() throws Exception {
        if (network == null) {
            return;
        }
        try (TestNetwork ending = network) {
            if (removedDevice != null) {
                removedDevice.close();
                removed.close();
            }
            ending.stop();
            StoredMembers.check(ending);
        }
    }

    @Test
    void the_fifth_takes_the_others_state_and_votes() throws Exception {
        assertThat(Files.readString(joined.said()))
                .contains("the ledger stands at block")
                .contains("by the other members' snapshot")
                .doesNotContain("readings are taken meanwhile");
        await(
                "its signature stands in a certificate",
                () -> verified(prove("votes", carrier, network.deviceOf(carrier), 1))
                        .lines()
                        .anyMatch(line -> line.contains("is signed by") && line.matches(".*[ ,]lab[,.].*")));
        assertThat(status(maker)).containsPattern("lab, votes, signed [1-9]");
    }

    @Test
    void proofs_from_before_between_and_after_verify_from_the_trust_of_the_beginning() {
        assertThat(proofs).hasSizeGreaterThanOrEqualTo(4 + 5 + 4);
        for (Path proof : List.copyOf(proofs)) {
            verified(proof);
        }
    }

    @Test
    void who_lacks_the_links_is_told_how_to_get_them() throws Exception {
        Path bare = folder.resolve("bare.proof.json");
        done("prove", "--device", network.deviceOf(joined).id, "--number", 1, "--data", joined.data, "-o", bare);
        var lacking = say("verify", bare, "--trust", genesis);
        assertThat(lacking.code()).isEqualTo(1);
        assertThat(lacking.text()).contains("trust update").contains("--links-from");
        Path newer = folder.resolve("newer.trust.json");
        assertThat(done("trust", "update", genesis, "--from", insurer.page(), "-o", newer))
                .contains("+ lab")
                .contains("- " + removed.name);
        assertThat(done("verify", bare, "--trust", newer)).contains("PROVEN");
    }

    @Test
    void the_removed_one_says_so_and_takes_nothing() throws Exception {
        await("its device is refused", () -> removedDevice.refused() != null);
        assertThat(removedDevice.refused()).contains("member.removed");
        long size = removed.logSize();
        long acknowledged = newest(removedDevice);
        HttpResponse<String> answer = sentPlain();
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(JSON.readTree(answer.body()).path("code").asText()).isEqualTo("member.removed");
        assertThat(status(removed))
                .contains("LOOK: the other members removed " + removed.name)
                .contains(removed.name + " (this one), was removed")
                .doesNotContain("stands still");
        for (TestMember member : network.members) {
            assertThat(status(member)).contains(removed.name + ", was removed");
        }
        refused("device", "add", "late", "--data", removed.data);
        refused("consortium", "invite", "--data", removed.data);
        refused("consortium", "propose", "remove", maker.name, "--data", removed.data);
        refused("grant", "box-1", "--to", maker.name, "--data", removed.data);
        assertThat(removed.logSize()).isEqualTo(size);
        assertThat(newest(removedDevice)).isEqualTo(acknowledged);
    }

    @Test
    void every_page_of_the_removed_one_says_so() {
        RemovedPages.check(removed.page(), removed.name);
    }

    private static HttpResponse<String> sentPlain() throws Exception {
        return network.client.send(
                HttpRequest.newBuilder(plain)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"temperature\": 21.5}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void refused(Object... command) {
        var said = say(command);
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.text()).contains("member.removed").contains(removed.name + " was removed");
    }

    @Test
    void another_proves_what_the_removed_one_had_granted_to_it() throws Exception {
        verified(prove("granted", carrier, removedDevice, 1));
        verified(prove("granted", carrier, removedDevice, finalBefore));
        var secret = say("prove", "--device", removedDevice.id, "--number", 1, "--data", insurer.data);
        assertThat(secret.code()).isEqualTo(1);
        assertThat(secret.text()).contains("request.not-found").contains("is kept here");
    }

    @Test
    void the_removed_one_proves_what_was_final_at_its_own_node() throws Exception {
        verified(prove("own", removed, removedDevice, 1));
        verified(prove("own", removed, removedDevice, finalBefore));
        NavigableSet<Long> late = removedDevice.acknowledged.tailSet(finalBefore, false);
        int proven = 0;
        for (long n : removedDevice.acknowledged) {
            HttpResponse<byte[]> answer = network.client.send(
                    HttpRequest.newBuilder(proofAt(removed, removedDevice, n)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == 200) {
                proven++;
                assertThat(ProofVerifier.verify(answer.body(), Files.readAllBytes(genesis))
                                .verdict())
                        .isEqualTo(Verdict.PROVEN);
            } else {
                // What came in the last moment is not final and never will be: that is said, too.
                assertThat(late).contains(n);
                JsonNode problem = JSON.readTree(answer.body());
                assertThat(problem.path("code").asText())
                        .as("frame %d: %s", n, problem)
                        .isEqualTo("member.removed");
            }
        }
        System.out.println(removed.name + ": " + proven + " of " + removedDevice.acknowledged.size()
                + " acknowledged readings were final when it was removed, and are proven");
    }

    private static URI proofAt(TestMember at, TestDevice device, long n) {
        return at.page().resolve(proofPath(device, n));
    }

    private static String proofPath(TestDevice device, long n) {
        return "/api/proofs/" + device.id + "/" + n + "?linksFrom=" + genesisHeight;
    }

    @Test
    void nothing_acknowledged_is_lost() throws Exception {
        int count = 0;
        for (TestDevice device : network.devices) {
            assertThat(device.refused()).as("refused by " + device.member.name).isNull();
            network.awaitFinal(device.member);
        }
        Path newer = folder.resolve("newest.trust.json");
        done("trust", "update", genesis, "--from", insurer.page(), "-o", newer);
        byte[] trust = Files.readAllBytes(newer);
        for (TestDevice device : network.devices) {
            for (long n : List.copyOf(device.acknowledged.headSet(newest(device) - 20))) {
                byte[] proof = device.member.get("/api/proofs/" + device.id + "/" + n);
                assertThat(ProofVerifier.verify(proof, trust).verdict())
                        .as("frame %d of %s", n, device.id)
                        .isEqualTo(Verdict.PROVEN);
                count++;
            }
        }
        System.out.println(count + " acknowledged readings of those that stay proven from the trust of the beginning");
    }
}
