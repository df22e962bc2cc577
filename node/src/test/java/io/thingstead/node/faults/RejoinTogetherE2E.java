package io.thingstead.node.faults;

import static io.thingstead.node.faults.Commands.done;
import static io.thingstead.node.faults.Commands.say;
import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two of four members lose all but their keys at the same time and come back: neither votes, so the ledger opens the
/// next log of none of them, until people let one vote again.
class RejoinTogetherE2E {
    @TempDir
    Path folder;

    @Test
    void two_that_come_back_at_once_wait_for_each_other_until_people_let_one_vote_again() throws Exception {
        Programs.engine();
        try (TestNetwork network = TestNetwork.here(folder)) {
            network.found();
            network.start();
            network.startDevices();
            TestMember one = network.member(1);
            TestMember other = network.member(2);
            TestMember stayed = network.member(0);
            one.loseAllButKeys();
            other.loseAllButKeys();
            Path invite = folder.resolve("invite.json");
            done("consortium", "invite", "--data", stayed.data, "--out", invite);
            Path trust = Files.write(folder.resolve("known.trust.json"), stayed.get("/api/trust"));
            for (TestMember lost : List.of(one, other)) {
                done("consortium", "rejoin", invite, "--trust", trust, "--data", lost.data);
                lost.start();
            }

            // Each sees that the other one waits, too; nothing is done unless it is asked for.
            String both = "hold their votes back: ";
            for (TestMember lost : List.of(one, other)) {
                TestMember also = lost == one ? other : one;
                await(lost.name + " knows who waits", () -> {
                    String said = say("consortium", "vote-again", "--data", lost.requireAlive().data)
                            .text();
                    return said.contains(both)
                            && said.lines().findFirst().orElse("").contains(also.name);
                });
                assertThatThrownBy(lost::status)
                        .hasMessageContaining("503")
                        .hasMessageContaining("this member's next log is not open yet")
                        .hasMessageContaining("because its record of votes was lost");
            }
            Thread.sleep(35_000);
            assertThatThrownBy(one::status).as("it does not end by itself").hasMessageContaining("503");
            assertThatThrownBy(other::status).hasMessageContaining("503");

            String said = done("consortium", "vote-again", "--yes-i-know", "--data", one.data);
            System.out.println(said);
            assertThat(said).contains("Vote: ", "3 of 4 are needed", "THIS MEMBER VOTES AGAIN");
            for (TestMember lost : List.of(one, other)) {
                await(
                        lost.name + " has its next log",
                        () -> lost.requireAlive()
                                .status()
                                .path("log")
                                .path("origin")
                                .asText()
                                .endsWith("/2"));
                network.awaitFinal(lost);
                TestDevice device = network.deviceOf(lost);
                assertThat(device.refused()).isNull();
                long n = device.acknowledged.last();
                network.awaitFinal(lost);
                byte[] proof = lost.proof(String.valueOf(device.id), n);
                assertThat(ProofVerifier.verify(proof, stayed.get("/api/trust")).verdict())
                        .isEqualTo(Verdict.PROVEN);
            }
            await(
                    "the other one's wait ends by itself",
                    () -> !other.status().toString().contains("votes.held"));
            for (TestMember member : network.members) {
                assertThat(member.status().path("accusations").path("forks"))
                        .as(member.name)
                        .isEmpty();
            }
            network.stop();
        }
    }
}
