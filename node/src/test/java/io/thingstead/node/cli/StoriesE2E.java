package io.thingstead.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.Ports;
import io.thingstead.node.Programs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The stories as a newcomer runs them, four members each, and the balances that were to be, though one member after
/// the
/// other is killed at a random moment and started again. `-Dstories.kills=false` leaves them alive, `-Dstories.seed=N`
/// kills at the same moments again.
class StoriesE2E {
    private static final int MEMBERS = 4;
    private static final long MINUTES = 20;
    private static final long SEED = Long.getLong("stories.seed", System.nanoTime());
    private static final boolean KILLS = Boolean.parseBoolean(System.getProperty("stories.kills", "true"));
    /// Between the return of one member and the end of the next one, at least and at most.
    private static final int LEAST_S = 5;

    private static final int MOST_S = 30;
    private static final int BACK_S = 180;

    private final Random random = new Random(SEED);

    @TempDir
    Path folder;

    @Test
    void cold_chain_one_box_is_paid_and_the_other_refused_and_all_four_members_say_so() throws Exception {
        assertThat(told("cold-chain"))
                .contains("it ended in “delivered”")
                .contains("because maker showed readings for “excursion”; it ended in “refused”")
                .endsWith("both contracts ended as agreed, and all four members say so\n");
    }

    @Test
    void parking_one_stay_is_settled_and_the_other_in_dispute_and_all_four_members_say_so() throws Exception {
        assertThat(told("parking"))
                .contains("it ended in “settled”")
                .contains("driver showed readings for “still_there”")
                .contains("it ended in “unsettled”")
                .endsWith("one stay is settled, the other in dispute, and nothing is lost\n");
    }

    /// What a story says that ends well.
    private String told(String story) throws Exception {
        Programs.engine();
        Path root = Path.of(System.getProperty("project.root", "..")).toAbsolutePath();
        Path said = folder.resolve("said");
        Path data = folder.resolve("data");
        int port = Ports.inARow(MEMBERS);
        ProcessBuilder builder = new ProcessBuilder(
                        "bash", root.resolve("examples/" + story + "/run.sh").toString(), data.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("PORT", String.valueOf(port));
        builder.environment().put("MQTT_PORT", String.valueOf(Ports.inARow(MEMBERS)));
        builder.environment().put("ENGINE_PORT", String.valueOf(Ports.inARow(MEMBERS)));
        builder.environment().put("MEMBERS_PORT", String.valueOf(Ports.inARow(MEMBERS)));
        Process process = builder.start();
        int killed = 0;
        try {
            long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
            while (process.isAlive() && System.nanoTime() < until) {
                if (process.waitFor(LEAST_S + random.nextInt(MOST_S - LEAST_S), TimeUnit.SECONDS)) {
                    break;
                }
                if (KILLS && text(data.resolve("members.log")).contains("members are alive")) {
                    int member = random.nextInt(MEMBERS);
                    Optional<ProcessHandle> victim = member(process, member);
                    if (victim.isPresent() && victim.get().destroyForcibly()) {
                        killed++;
                        isBack(process, port + member, victim.get());
                    }
                }
            }
            assertThat(process.isAlive()).as(() -> all(said, data)).isFalse();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        System.out.println("StoriesE2E " + story + ": " + killed + " members killed, stories.seed=" + SEED);
        assertThat(process.exitValue()).as(() -> all(said, data)).isZero();
        if (KILLS) {
            assertThat(killed).as("killed").isPositive();
        }
        return text(said);
    }

    private static Optional<ProcessHandle> member(Process story, int number) {
        return story.descendants()
                .filter(process -> List.of(process.info().arguments().orElse(new String[0]))
                                .contains("--names")
                        && isMember(process.info().arguments().orElse(new String[0]), number))
                .findFirst();
    }

    private static boolean isMember(String[] arguments, int number) {
        int at = Arrays.asList(arguments).indexOf("--member");
        return at >= 0 && arguments[at + 1].equals(String.valueOf(number));
    }

    /// Waits until another process answers in place of the one that was killed, or the story has ended.
    private static void isBack(Process story, int port, ProcessHandle killed) throws InterruptedException {
        killed.onExit().join();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(BACK_S);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            while (story.isAlive() && System.nanoTime() < until) {
                try {
                    if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException e) {
                    // not back yet
                }
                Thread.sleep(500);
            }
        }
    }

    private static String all(Path said, Path data) {
        return "stories.seed=" + SEED + "\n" + text(said) + "\n" + text(data.resolve("members.log"));
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
