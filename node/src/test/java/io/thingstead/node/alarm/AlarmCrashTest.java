package io.thingstead.node.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.StoreException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each write of the alarms fails, in both ways: not persisted, and persisted but not acknowledged. The next process
/// has
/// every alarm once, as one that never crashed has it; what somebody was told is done stays done.
class AlarmCrashTest {
    private static final long S = 1_000;
    private static final double[] TEMPERATURES = {5, 9, 9, 9, 9, 5, 9, 5, 9, 9, 9, 9, 9, 5};

    @TempDir
    Path folder;

    private JudgedLog log;

    @BeforeEach
    void open() {
        log = new JudgedLog(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private record Seen(
            String rule,
            long beganMs,
            long raisedMs,
            @Nullable Long clearedMs,
            @Nullable String by) {}

    private List<Seen> seen(long fromMs) {
        return log.all().stream()
                .map(alarm -> new Seen(
                        alarm.rule(),
                        alarm.beganMs() - fromMs,
                        alarm.raisedMs() - fromMs,
                        alarm.cleared() == null ? null : alarm.cleared().atMs() - fromMs,
                        alarm.acknowledged() == null
                                ? null
                                : alarm.acknowledged().by()))
                .sorted(Comparator.comparing(Seen::rule).thenComparing(Seen::raisedMs))
                .toList();
    }

    /// Two rules over a temperature that goes up and down; the first alarm is acknowledged, and one rule is deleted at
    /// the end. When the store fails, a new process goes on.
    private List<Seen> live(Fault fault, BooleanSupplier fails) {
        var disk = new MemoryStore.Disk();
        String device = "box-1";
        long began = log.nowMs();
        attempt(disk, () -> log.begin(new FaultyStore(new MemoryStore(disk), fault, fails)));
        String temperature = "devices = [\"" + device + "\"]\nquantity = \"temperature\"\nabove = 8\n";
        attempt(disk, () -> declare("now", temperature));
        attempt(disk, () -> declare("later", temperature + "for = \"3s\""));
        for (int i = 0; i < TEMPERATURES.length; i++) {
            long at = began + 2 * i * S;
            log.log(device, at, Measurement.of("temperature", "Cel", TEMPERATURES[i], at));
            attempt(disk, log::catchUp);
            attempt(disk, () -> log.at(at));
            if (i == 4) attempt(disk, this::acknowledge);
        }
        attempt(disk, this::delete);
        return seen(began);
    }

    private void declare(String id, String body) {
        if (log.rules().all().stream().noneMatch(known -> known.id().equals(id))) log.rule(id, body);
    }

    private void acknowledge() {
        if (log.alarms().find(1).orElseThrow().acknowledged() == null)
            log.alarms().acknowledge(1, "Ada", null).orThrow();
    }

    private void delete() {
        if (log.rules().deleted().isEmpty()) log.rules().delete("now").orThrow();
    }

    private void attempt(MemoryStore.Disk disk, Runnable step) {
        try {
            step.run();
        } catch (StoreException e) {
            log.begin(new MemoryStore(disk));
            step.run();
        }
    }

    @Test
    void every_alarm_is_there_once_whichever_write_fails() {
        var writes = new AtomicInteger();
        List<Seen> wanted = live(Fault.BEFORE_IT_IS_PERSISTED, () -> {
            writes.incrementAndGet();
            return false;
        });
        assertThat(wanted).extracting(Seen::rule).containsExactly("later", "later", "now", "now", "now");
        assertThat(wanted).extracting(Seen::by).containsExactly(null, null, "Ada", null, null);
        assertThat(wanted).extracting(Seen::clearedMs).containsExactly(10 * S, 26 * S, 10 * S, 14 * S, 26 * S);
        int crashes = 0;
        for (int failing = 1; failing <= writes.get(); failing++) {
            for (Fault fault : Fault.values()) {
                var left = new AtomicInteger(failing);
                String crash = fault + " at write " + failing;
                assertThat(live(fault, () -> left.decrementAndGet() == 0))
                        .as(crash)
                        .isEqualTo(wanted);
                assertThat(left.get()).as(crash).isNotPositive();
                crashes++;
            }
        }
        assertThat(crashes).isGreaterThan(20);
    }
}
