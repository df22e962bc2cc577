package io.thingstead.kit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.command.Command;
import io.thingstead.kit.command.CommandOutcome;
import io.thingstead.kit.command.CommandReceipt;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refused;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A device's side of commands: each is executed once or never, whatever is sent again and wherever it crashes.
class CommandTakerTest {
    private static final LedgerId LEDGER = new LedgerId(new byte[32]);
    private static final SigningKey NODE = SigningKey.generate(Algorithm.ED25519);
    private static final SigningKey KEY = SigningKey.generate(Algorithm.ED25519);
    private static final DeviceId LOCK = DeviceId.of("acme:lock-1");
    private static final long NOW = 1_790_000_000_000L;

    @TempDir
    Path folder;

    private final List<String> executed = new ArrayList<>();
    private final List<Refused> foreign = new ArrayList<>();

    private static byte[] command(long number, String name, long expiresMs) {
        return Command.sign(LEDGER, NODE, LOCK, number, name, "true", expiresMs - 1_000, expiresMs)
                .bytes();
    }

    private CommandTaker taker() {
        return taker(command -> {
            executed.add(command.number() + " " + command.name());
            return CommandTaker.Answer.executed("{\"locked\":true}");
        });
    }

    private CommandTaker taker(CommandTaker.Executor executor) {
        CommandMark mark = CommandMark.open(folder.resolve("lock.commands"));
        return new CommandTaker(LEDGER, LOCK, List.of(NODE.key()), mark, executor, foreign::add);
    }

    private FrameBuffer buffer() {
        return FrameBuffer.open(folder.resolve("lock.frames"), 1 << 20);
    }

    private static Device device(FrameBuffer buffer, CommandTaker taker) {
        Device device =
                new Device(FrameSigner.of(LEDGER, KEY), buffer, Device.Order.OLDEST_FIRST, new Device.Listener() {});
        device.answer(taker);
        return device;
    }

    private static List<CommandReceipt> receipts(FrameBuffer buffer) {
        return buffer.oldest(100).stream()
                .map(waiting -> Frame.decode(waiting.frame()).orThrow())
                .peek(frame ->
                        assertThat(frame.identityIfSignedBy(LEDGER, KEY.key())).isNotNull())
                .map(frame -> CommandReceipt.decode(frame.payload()).orThrow())
                .toList();
    }

    @Test
    void a_command_is_executed_once_however_often_it_comes() {
        try (FrameBuffer buffer = buffer()) {
            CommandTaker taker = taker();
            Device device = device(buffer, taker);
            for (int i = 0; i < 3; i++) taker.received(command(1, "lock", NOW + 60_000));
            taker.received(command(2, "unlock", NOW + 60_000));
            taker.received(command(1, "lock", NOW + 60_000));
            device.pump(null, NOW);
            assertThat(executed).containsExactly("1 lock", "2 unlock");
            assertThat(receipts(buffer)).extracting(CommandReceipt::command).containsExactly(1L, 2L);
            assertThat(receipts(buffer))
                    .allSatisfy(receipt -> assertThat(receipt.outcome()).isEqualTo(CommandOutcome.EXECUTED));
            byte[] first =
                    Command.decode(command(1, "lock", NOW + 60_000)).orThrow().identity(LEDGER, NODE.key());
            assertThat(receipts(buffer).getFirst().identity()).isEqualTo(first);
        }
    }

    @Test
    void after_a_restart_what_was_executed_is_not_executed_again_and_its_receipt_still_waits() {
        try (FrameBuffer buffer = buffer()) {
            CommandTaker taker = taker();
            taker.received(command(1, "lock", NOW + 60_000));
            device(buffer, taker).pump(null, NOW);
        }
        try (FrameBuffer buffer = buffer()) {
            CommandTaker taker = taker();
            Device device = device(buffer, taker);
            taker.received(command(1, "lock", NOW + 60_000));
            device.pump(null, NOW);
            assertThat(executed).containsExactly("1 lock");
            assertThat(receipts(buffer)).hasSize(1);
        }
    }

    @Test
    void a_crash_between_the_mark_and_the_receipt_is_told_and_nothing_is_done_twice() {
        class Crash extends Error {
            private static final long serialVersionUID = 1;
        }
        try (FrameBuffer buffer = buffer()) {
            CommandTaker taker = taker(command -> {
                executed.add("half of " + command.number());
                throw new Crash();
            });
            Device device = device(buffer, taker);
            taker.received(command(1, "lock", NOW + 60_000));
            assertThatThrownBy(() -> device.pump(null, NOW)).isInstanceOf(Crash.class);
            assertThat(receipts(buffer)).isEmpty();
        }
        try (FrameBuffer buffer = buffer()) {
            CommandTaker taker = taker();
            Device device = device(buffer, taker);
            for (int i = 0; i < 2; i++) taker.received(command(1, "lock", NOW + 60_000));
            device.pump(null, NOW);
            assertThat(executed).containsExactly("half of 1");
            assertThat(receipts(buffer)).singleElement().satisfies(receipt -> {
                assertThat(receipt.outcome()).isEqualTo(CommandOutcome.FAILED);
                assertThat(receipt.result()).contains("interrupted");
            });
        }
    }

    @Test
    void a_crash_before_the_mark_leaves_the_command_to_be_executed() throws Exception {
        CommandMark.open(folder.resolve("lock.commands")).begin(1);
        // What a crash in the middle of the next write leaves.
        Files.write(folder.resolve("lock.commands.new"), new byte[] {'T', 'S', 'C'});
        try (FrameBuffer buffer = buffer()) {
            CommandTaker taker = taker();
            Device device = device(buffer, taker);
            taker.received(command(2, "lock", NOW + 60_000));
            device.pump(null, NOW);
            assertThat(executed).containsExactly("2 lock");
        }
        assertThat(CommandMark.open(folder.resolve("lock.commands")).number()).isEqualTo(2);
    }

    @Test
    void a_damaged_mark_is_said_and_not_taken_for_none() throws Exception {
        CommandMark.open(folder.resolve("mark")).begin(300);
        byte[] bytes = Files.readAllBytes(folder.resolve("mark"));
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            Files.write(folder.resolve("mark"), damaged);
            assertThatThrownBy(() -> CommandMark.open(folder.resolve("mark")))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseMessage("damaged: commands that were executed might be executed again. Restore the"
                            + " file from a copy, or delete it when no command to this device is open");
        }
    }

    @Test
    void what_is_over_by_the_devices_clock_is_not_executed() {
        try (FrameBuffer buffer = buffer()) {
            CommandTaker taker = taker();
            Device device = device(buffer, taker);
            taker.received(command(1, "lock", NOW));
            device.pump(null, NOW + CommandTaker.TOLERANCE_MS);
            taker.received(command(2, "lock", NOW));
            device.pump(null, NOW + CommandTaker.TOLERANCE_MS + 1);
            assertThat(executed).containsExactly("1 lock");
            assertThat(receipts(buffer))
                    .extracting(CommandReceipt::outcome)
                    .containsExactly(CommandOutcome.EXECUTED, CommandOutcome.EXPIRED);
        }
    }

    @Test
    void only_the_member_commands_and_only_this_device() {
        try (FrameBuffer buffer = buffer()) {
            CommandTaker taker = taker();
            Device device = device(buffer, taker);
            SigningKey stranger = SigningKey.generate(Algorithm.ED25519);
            DeviceId other = DeviceId.of("acme:lock-2");
            taker.received(Command.sign(LEDGER, stranger, LOCK, 1, "unlock", "true", NOW, NOW + 1_000)
                    .bytes());
            taker.received(Command.sign(LEDGER, NODE, other, 1, "unlock", "true", NOW, NOW + 1_000)
                    .bytes());
            taker.received(FrameSigner.of(LEDGER, NODE).sign(1, new byte[] {1}));
            taker.received("unlock".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            device.pump(null, NOW);
            assertThat(executed).isEmpty();
            assertThat(foreign).hasSize(4);
            assertThat(buffer.size()).isZero();
        }
    }

    @Test
    void a_result_that_is_no_JSON_is_left_out() {
        try (FrameBuffer buffer = buffer()) {
            CommandTaker taker = taker(command -> CommandTaker.Answer.executed("NaN"));
            Device device = device(buffer, taker);
            taker.received(command(1, "lock", NOW + 1_000));
            device.pump(null, NOW);
            assertThat(receipts(buffer)).singleElement().satisfies(receipt -> {
                assertThat(receipt.outcome()).isEqualTo(CommandOutcome.EXECUTED);
                assertThat(receipt.result()).isNull();
            });
        }
    }

    @Test
    void an_exception_and_too_long_a_result_are_told_too() {
        try (FrameBuffer buffer = buffer()) {
            CommandTaker taker = taker(command -> {
                if (command.number() == 1) throw new IllegalStateException("stuck");
                return CommandTaker.Answer.executed("\"" + "x".repeat(5_000) + "\"");
            });
            Device device = device(buffer, taker);
            taker.received(command(1, "lock", NOW + 1_000));
            taker.received(command(2, "lock", NOW + 1_000));
            device.pump(null, NOW);
            assertThat(receipts(buffer))
                    .extracting(CommandReceipt::outcome)
                    .containsExactly(CommandOutcome.FAILED, CommandOutcome.EXECUTED);
        }
    }

    @Test
    void while_the_buffer_is_full_nothing_is_begun() {
        try (FrameBuffer buffer = FrameBuffer.open(folder.resolve("small.frames"), 1_000)) {
            CommandTaker taker = taker();
            Device device = device(buffer, taker);
            taker.received(command(1, "lock", NOW + 1_000));
            device.pump(null, NOW);
            assertThat(executed).isEmpty();
        }
    }
}
