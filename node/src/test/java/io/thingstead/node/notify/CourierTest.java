package io.thingstead.node.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Result;
import io.thingstead.node.alarm.JudgedLog;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What waits is told at least once, in time, together where it comes together, over crashes and other sides that fail.
class CourierTest {
    private static final long S = 1_000;

    @TempDir
    Path folder;

    private Receiver receiver;
    private JudgedLog log;
    private final AtomicReference<Courier> courier = new AtomicReference<>();
    private MemoryStore.Disk disk = new MemoryStore.Disk();

    @BeforeEach
    void open() throws Exception {
        receiver = new Receiver();
        log = new JudgedLog(folder, (store, channels) -> {
            Courier before = courier.getAndSet(new Courier("acme", store, channels, this::nowMs));
            if (before != null) before.close();
            return courier.get().listener();
        });
        log.begin(new MemoryStore(disk));
        declare("");
    }

    private long nowMs() {
        return log == null ? 0 : log.nowMs();
    }

    private void declare(String more) {
        log.file("""
                [channel.hook]
                type = "webhook"
                url = "%s"
                allow_private = true
                %s
                [rule.warm]
                quantity = "temperature"
                above = 8
                notify = ["hook"]
                """.formatted(receiver.url("/hook"), more));
        assertThat(log.fileProblem()).isNull();
    }

    @AfterEach
    void close() {
        courier.get().close();
        log.close();
        receiver.close();
    }

    private void temperature(double value) {
        log.send("box-1", log.nowMs() + 1, Measurement.of("temperature", "Cel", value, log.nowMs() + 1));
    }

    /// The clock goes on, so that what was gathered goes.
    private List<String> told() throws Exception {
        return toldAfter(2 * S);
    }

    private List<String> toldAfter(long millis) throws Exception {
        pass(millis);
        return ids(receiver.next());
    }

    /// What may go by then is sent, or was not taken.
    private void pass(long millis) throws InterruptedException {
        log.at(log.nowMs() + millis);
        courier.get().look();
        while (!courier.get().isIdle()) Thread.sleep(2);
    }

    private void nothingGoesAfter(long millis, String why) throws InterruptedException {
        pass(millis);
        assertThat(receiver.isQuiet()).as(why).isTrue();
    }

    private static List<String> ids(Receiver.Posted posted) throws Exception {
        List<String> ids = new ArrayList<>();
        for (JsonNode each : new ObjectMapper().readTree(posted.body()).path("notifications"))
            ids.add(each.path("id").asText());
        return ids;
    }

    @Test
    void raised_and_over_are_told_once_each_and_together_when_they_come_together() throws Exception {
        temperature(9);
        assertThat(told()).containsExactly("acme-1-raised");
        temperature(5);
        temperature(9);
        temperature(5);
        assertThat(told()).containsExactly("acme-1-cleared", "acme-2-raised", "acme-2-cleared");
        log.begin(new MemoryStore(disk));
        nothingGoesAfter(60 * S, "all of it is told");
        assertThat(courier.get().figures().sent()).isZero();
    }

    @Test
    void what_did_not_arrive_is_sent_again_under_the_same_id_after_a_while_that_grows() throws Exception {
        receiver.answerWith(500);
        temperature(9);
        assertThat(told()).containsExactly("acme-1-raised");
        assertThat(courier.get().figures().failed()).isEqualTo(1);
        nothingGoesAfter(3 * S, "not yet");
        assertThat(toldAfter(5 * S)).containsExactly("acme-1-raised");
        nothingGoesAfter(14 * S, "not yet");
        receiver.answerWith(200);
        assertThat(toldAfter(20 * S)).containsExactly("acme-1-raised");
        assertThat(courier.get().figures()).isEqualTo(new Courier.Figures(1, 2, 0, 0));
    }

    @Test
    void what_nobody_takes_for_a_day_goes_untold_and_is_counted() throws Exception {
        receiver.answerWith(500);
        temperature(9);
        told();
        nothingGoesAfter(25 * 3_600 * S, "it is given up");
        assertThat(courier.get().figures()).isEqualTo(new Courier.Figures(0, 1, 0, 1));
    }

    @Test
    void more_letters_than_an_hour_may_have_are_gathered_into_fewer() throws Exception {
        declare("most_per_hour = 2");
        for (int i = 0; i < 2; i++) {
            temperature(9);
            temperature(5);
            assertThat(told()).hasSize(2);
        }
        for (int i = 0; i < 10; i++) {
            temperature(9);
            temperature(5);
            nothingGoesAfter(60 * S, "two went in this hour");
        }
        assertThat(toldAfter(1_800 * S)).hasSize(20);
    }

    @Test
    void a_channel_that_wants_to_know_of_the_beginning_only_is_not_told_of_the_end() throws Exception {
        declare("cleared = false");
        temperature(9);
        temperature(5);
        temperature(9);
        assertThat(told()).containsExactly("acme-1-raised", "acme-2-raised");
    }

    @Test
    void a_test_is_sent_at_once_and_says_what_is_wrong() throws Exception {
        assertThat(courier.get().test("hook")).isInstanceOf(Result.Ok.class);
        JsonNode told = new ObjectMapper().readTree(receiver.next().body()).at("/notifications/0");
        assertThat(told.path("event").asText()).isEqualTo("test");
        receiver.answerWith(403);
        assertThat(courier.get().test("hook").toString())
                .contains("alarm.untold")
                .contains("status 403");
        assertThat(courier.get().test("nobody").toString()).contains("alarm.unknown");
        assertThat(courier.get().figures().waiting()).isZero();
    }

    /// Each write fails in both ways, of the alarms and of what is told: whatever crashes when, each alarm that is in
    /// the book is told, and what is told twice has one id.
    @Test
    void whichever_write_fails_each_alarm_is_told() throws Exception {
        int crashes = 0;
        for (int failing = 1; failing <= 4; failing++) {
            for (Fault fault : Fault.values()) {
                int[] left = {failing};
                boolean failed = live(fault, () -> --left[0] == 0);
                if (failed) crashes++;
            }
        }
        assertThat(crashes).isEqualTo(6);
    }

    private boolean live(Fault fault, BooleanSupplier fails) throws Exception {
        disk = new MemoryStore.Disk();
        log.begin(new MemoryStore(disk));
        declare("");
        var faulty = new FaultyStore(new MemoryStore(disk), fault, fails);
        log.begin(faulty);
        boolean isAnew = false;
        for (double value : new double[] {9, 5}) {
            log.log("box-1", log.nowMs() + 1, Measurement.of("temperature", "Cel", value, log.nowMs() + 1));
            try {
                log.catchUp();
            } catch (StoreException e) {
                isAnew = true;
                log.begin(new MemoryStore(disk));
                log.catchUp();
            }
        }
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pass(2 * S);
            while (!receiver.isQuiet()) told.addAll(ids(receiver.next()));
            // told, and not removed: the process ends
            if (faulty.hasFailed() && !isAnew) {
                isAnew = true;
                log.begin(new MemoryStore(disk));
            }
        }
        assertThat(told).contains("acme-1-raised", "acme-1-cleared");
        assertThat(courier.get().figures().waiting()).isZero();
        assertThat(told).isSubsetOf("acme-1-raised", "acme-1-cleared");
        return faulty.hasFailed();
    }

    @Test
    void letters_go_at_a_pace() {
        var pace = new Pace(60, 0, new Random(1));
        for (int i = 0; i < 5; i++) {
            assertThat(pace.allows(0)).isTrue();
            pace.sent();
        }
        assertThat(pace.allows(59 * S)).isFalse();
        assertThat(pace.allows(61 * S)).isTrue();
        long now = 61 * S;
        for (long least : new long[] {4, 16, 64, 256, 720, 720}) {
            pace.failed(now);
            assertThat(pace.allows(now + least * S - 1)).isFalse();
            now += least * S * 3 / 2 + 1;
            assertThat(pace.allows(now)).isTrue();
        }
    }
}
