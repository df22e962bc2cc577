package io.thingstead.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ingest.SmallNode;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.storage.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a store says of commands to who comes after: a node that starts again, or a log that follows.
class CommandRestartTest {
    @TempDir
    Path folder;

    private SmallNode node;
    private DeviceId lock;

    @BeforeEach
    void up() throws Exception {
        node = SmallNode.open(folder);
        lock = node.device("lock").id();
    }

    @AfterEach
    void down() {
        node.close();
    }

    private Commands commands(Store store, List<LogReader> logs, MemberWord word) {
        return new Commands(
                node.ledgerId,
                node.ledger.reader(),
                node.keys.of(KeyRole.NODE),
                store,
                logs,
                node.log.sequencer()::submit,
                word,
                node::nowMs);
    }

    private static List<Long> numbers(Commands commands, DeviceId device, long before, int limit) {
        return commands.list(device, before, limit).stream()
                .map(record -> record.command().number())
                .toList();
    }

    @Test
    void the_list_steps_over_the_numbers_that_no_command_has() throws Exception {
        var next = Log.read(new LogId(SmallNode.MEMBER, 2), "acme.example/00000000/2", node.store);
        var reads = new AtomicInteger();
        Store counted = (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (_, method, arguments) -> {
                    reads.incrementAndGet();
                    try {
                        return method.invoke(node.store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        node.commands.issue(lock, "one", "1", 60_000).get(60, TimeUnit.SECONDS).orThrow();
        try (Commands later = commands(counted, List.of(node.reader(), next), (_, _, _, _) -> {})) {
            later.issue(lock, "two", "2", 60_000).get(60, TimeUnit.SECONDS).orThrow();
            reads.set(0);
            assertThat(numbers(later, lock, Long.MAX_VALUE >> 10, 20)).containsExactly(1_000_001L, 1L);
            assertThat(numbers(later, lock, 1_000_001, 20)).containsExactly(1L);
            assertThat(numbers(later, lock, 1, 20)).isEmpty();
            assertThat(reads).hasValueLessThan(50);
        }
    }

    private void desire(Shadows shadows, int value) {
        shadows.desire(lock, JsonNodeFactory.instance.objectNode().put("level", value))
                .orThrow();
    }

    @Test
    void a_desired_command_that_was_replaced_before_a_crash_is_handed_to_nobody_after_it() throws Exception {
        // The crash comes before the member's word on the first one is in the log.
        try (Commands before = commands(node.store, List.of(node.reader()), (_, _, _, _) -> {})) {
            var shadows = new Shadows(before, _ -> Shadows.Reported.NOTHING, node::nowMs);
            desire(shadows, 1);
            desire(shadows, 2);
        }
        var busy = new AtomicInteger(2);
        var real = node.intake.attestation();
        try (Commands after = commands(node.store, List.of(node.reader()), (device, receipt, beside, reply) -> {
            if (busy.getAndDecrement() > 0) {
                reply.accept(new Answer.Declined(new Refused(Refusal.BUSY, "not now")));
            } else {
                real.say(device, receipt, beside, reply);
            }
        })) {
            assertThat(after.open(lock))
                    .extracting(open -> open.command().number())
                    .containsExactly(2L);
            after.start();
            CommandsTest.await(() -> after.find(lock, 1).orElseThrow().state().equals("expired"));
            assertThat(after.find(lock, 1).orElseThrow().steps().getLast().result())
                    .isEqualTo("\"replaced by 2\"");
        }
        try (Commands again = commands(node.store, List.of(node.reader()), real)) {
            assertThat(again.open(lock)).hasSize(1);
        }
    }

    @Test
    void while_the_log_is_busy_a_replaced_command_is_handed_to_nobody_either() throws Exception {
        var busy = new AtomicInteger(3);
        var real = node.intake.attestation();
        try (Commands commands = commands(node.store, List.of(node.reader()), (device, receipt, beside, reply) -> {
            if (busy.getAndDecrement() > 0) {
                reply.accept(new Answer.Declined(new Refused(Refusal.BUSY, "not now")));
            } else {
                real.say(device, receipt, beside, reply);
            }
        })) {
            var shadows = new Shadows(commands, _ -> Shadows.Reported.NOTHING, node::nowMs);
            desire(shadows, 1);
            desire(shadows, 2);
            assertThat(commands.open(lock)).hasSize(1);
            commands.start();
            CommandsTest.await(
                    () -> commands.find(lock, 1).orElseThrow().state().equals("expired"));
        }
    }
}
