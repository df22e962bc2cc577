package io.thingstead.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.Ports;
import io.thingstead.node.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The story of the cold chain as a newcomer runs it: four members, two journeys, and the balances that were to be.
class ColdChainE2E {
    private static final int MEMBERS = 4;
    private static final long MINUTES = 12;

    @TempDir
    Path folder;

    @Test
    void one_box_is_paid_and_the_other_refused_and_all_four_members_say_so() throws Exception {
        Programs.engine();
        Path root = Path.of(System.getProperty("project.root", "..")).toAbsolutePath();
        Path said = folder.resolve("said");
        ProcessBuilder story = new ProcessBuilder(
                        "bash",
                        root.resolve("examples/cold-chain/run.sh").toString(),
                        folder.resolve("data").toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        story.environment().put("PORT", String.valueOf(Ports.inARow(MEMBERS)));
        story.environment().put("MQTT_PORT", String.valueOf(Ports.inARow(MEMBERS)));
        story.environment().put("ENGINE_PORT", String.valueOf(Ports.inARow(MEMBERS)));
        story.environment().put("MEMBERS_PORT", String.valueOf(Ports.inARow(MEMBERS)));
        Process process = story.start();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES))
                    .as(() -> text(said))
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        assertThat(process.exitValue()).as(() -> text(said)).isZero();
        assertThat(text(said))
                .contains("it ended in “delivered”")
                .contains("because maker showed readings for “excursion”; it ended in “refused”")
                .endsWith("both contracts ended as agreed, and all four members say so\n");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
