package io.thingstead.node.faults;

import static io.thingstead.node.faults.Commands.done;
import static io.thingstead.node.faults.Commands.say;
import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member is removed while its process is away: it gets no block any more that says so, and finds it out by what the
/// others have signed since.
class RemovedWhileAwayE2E {
    @TempDir
    Path folder;

    private TestNetwork network;
    private TestMember removed;
    private TestDevice device;

    @BeforeEach
    void start() throws Exception {
        Programs.engine();
        network = TestNetwork.here(folder);
        network.found();
        network.start();
        network.startDevices();
        removed = network.member(3);
        device = network.deviceOf(removed);
    }

    @AfterEach
    void stop() throws Exception {
        if (network == null) {
            return;
        }
        try (TestNetwork ending = network) {
            if (!ending.members.contains(removed)) {
                device.close();
                removed.close();
            }
            ending.stop();
            StoredMembers.check(ending);
        }
    }

    private String status() throws IOException {
        var said = say("consortium", "status", "--data", removed.data);
        if (said.code() != 0) {
            throw new IOException(said.text());
        }
        return said.text();
    }

    @Test
    void it_says_so_when_it_is_back_takes_nothing_any_more_and_proves_what_was_final() throws Exception {
        Path genesis = Files.write(
                folder.resolve("genesis.trust.json"), network.member(0).get("/api/trust"));
        long known = device.acknowledged.last();
        network.awaitFinal(removed);
        removed.killBoth();
        long lastBefore = device.acknowledged.last();
        done("consortium", "propose", "remove", removed.name, "--data", network.member(0).data);
        for (int i = 1; i < 3; i++) {
            done("consortium", "agree", "1", "--yes", "--data", network.member(i).data);
        }
        network.leave(removed);
        network.awaitOthersGoOn();

        removed.start();
        await("it says that it was removed", () -> status().contains("LOOK: the other members removed"));
        assertThat(status())
                .contains("It was away then")
                .contains(removed.name + " (this one), was removed")
                .doesNotContain("stands still");
        await("its device is refused", () -> device.refused() != null);
        assertThat(device.refused()).contains("member.removed");
        long last = device.acknowledged.last();
        if (last > lastBefore) {
            // It was taken between the start and the news.
            var late = say("prove", "--device", device.id, "--number", last, "--data", removed.data);
            assertThat(late.text()).contains("member.removed: accepted, but not final");
        }

        // From the first moment on, when it starts again.
        removed.stop();
        removed.start();
        await("it runs again", () -> removed.height() > 0);
        assertThat(status()).contains("LOOK: the other members removed");
        var refused = say("device", "add", "late", "--data", removed.data);
        assertThat(refused.text()).contains("member.removed");
        Thread.sleep(2_000);
        assertThat(device.acknowledged.last()).isEqualTo(last);

        Path proof = folder.resolve("known.proof.json");
        Object[] prove = {
            "prove",
            "--device",
            device.id,
            "--number",
            known,
            "--data",
            removed.data,
            "-o",
            proof,
            "--links-from",
            genesis
        };
        // The signatures under the last block that it has may be in a block that only the others have.
        await("it proves what was final", () -> say(prove).code() == 0);
        assertThat(done("verify", proof, "--trust", genesis)).contains("PROVEN");
    }
}
