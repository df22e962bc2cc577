package io.thingstead.node.faults;

import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.TokenDevice;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member on a machine with one processor is asked in SQL what takes all the time that a question may: what else is
/// asked of it over HTTP, and what devices send there, goes on.
class LongQuestionE2E {
    private static final String ENDLESS = "SELECT sum(sin(i)) FROM range(100000000000) t(i)";
    private static final long LIMIT_MS = 20_000;
    private static final long LONGEST_MS = LIMIT_MS / 2;

    @TempDir
    Path folder;

    @Test
    void a_question_that_does_not_end_holds_up_nobody() throws Exception {
        Place small = Place.here().with("env", "JDK_JAVA_OPTIONS=-XX:ActiveProcessorCount=1");
        try (var network = new TestNetwork(folder, List.of(small))) {
            TestMember member = network.member(0);
            member.start();
            await("it runs", () -> member.requireAlive().height() > 0);
            try (var steady = new Steady(new TokenDevice(network.client, member.page(), "steady"))) {
                await("it is warm", () -> steady.count() > 20);
                var _ = steady.waits();
                long began = System.nanoTime();
                HttpResponse<String> answer = network.client.send(
                        HttpRequest.newBuilder(member.page().resolve("/api/sql"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"" + ENDLESS + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                long tookMs = (System.nanoTime() - began) / 1_000_000;
                Steady.Waits waits = steady.waits();
                System.out.println("overload: a question in SQL that took " + tookMs + " ms; meanwhile " + waits);
                assertThat(answer.body()).contains("sql.limit");
                assertThat(tookMs).isGreaterThan(LONGEST_MS);
                assertThat(steady.refused()).isNull();
                assertThat(waits.longest()).isLessThan(LONGEST_MS);
            }
            member.stop();
        }
    }
}
