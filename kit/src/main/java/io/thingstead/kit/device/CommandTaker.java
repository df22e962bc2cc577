package io.thingstead.kit.device;

import io.thingstead.kit.command.Command;
import io.thingstead.kit.command.CommandOutcome;
import io.thingstead.kit.command.CommandReceipt;
import io.thingstead.kit.command.JsonText;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes commands in for a device: one that its member did not sign for it is not looked at, one that is over is not
/// executed, and none is executed twice, whatever crashes. `received` may be called from any thread, everything else
/// from the device's own.
public final class CommandTaker {
    /// How far the device's clock may be behind the member's.
    public static final long TOLERANCE_MS = 30_000;

    private static final int MOST_WAITING = 64;

    private final LedgerId ledger;
    private final DeviceId device;
    private final List<VerifyingKey> memberKeys;
    private final CommandMark mark;
    private final Executor executor;
    private final Consumer<Refused> onForeign;
    private final ArrayBlockingQueue<byte[]> received = new ArrayBlockingQueue<>(MOST_WAITING);
    private final long begunBefore;
    /// Commands from before this start whose receipts wait in the device's buffer, or were just made.
    private final Set<Long> told = new HashSet<>();

    /// What the device does.
    @FunctionalInterface
    public interface Executor {
        /// On the device's thread. An exception means that it failed.
        Answer execute(Command command);
    }

    /// @param result JSON of at most 4,096 bytes: what the device reports; left out where it is none
    public record Answer(CommandOutcome outcome, @Nullable String result) {
        public static Answer executed(@Nullable String result) {
            return new Answer(CommandOutcome.EXECUTED, result);
        }

        public static Answer failed(String result) {
            return new Answer(CommandOutcome.FAILED, result);
        }

        /// For what the device does not do.
        public static Answer refused(String result) {
            return new Answer(CommandOutcome.REFUSED, result);
        }
    }

    /// @param memberKeys the member's node key, known beforehand; while it changes, the next one too
    /// @param onForeign told of what is no command of the member to this device: worth an alarm
    public CommandTaker(
            LedgerId ledger,
            DeviceId device,
            List<VerifyingKey> memberKeys,
            CommandMark mark,
            Executor executor,
            Consumer<Refused> onForeign) {
        this.ledger = ledger;
        this.device = device;
        this.memberKeys = List.copyOf(memberKeys);
        this.mark = mark;
        this.executor = executor;
        this.onForeign = onForeign;
        this.begunBefore = mark.number();
    }

    /// Takes what came on the connection. Of too many at once the rest is handed over again at the next connection.
    public void received(byte[] bytes) {
        var _ = received.offer(bytes);
    }

    /// Frames that wait already say what became of these.
    void restore(List<FrameBuffer.Waiting> waiting) {
        for (FrameBuffer.Waiting frame : waiting) {
            if (Frame.decode(frame.frame()) instanceof Result.Ok<Frame>(Frame read)
                    && CommandReceipt.decode(read.payload()) instanceof Result.Ok<CommandReceipt>(var receipt)) {
                told.add(receipt.command());
            }
        }
    }

    /// Works on the next command. Empty when there is none, or nothing to say about it.
    Optional<CommandReceipt> next(long nowMs) {
        byte[] bytes = received.poll();
        if (bytes == null) {
            return Optional.empty();
        }
        return switch (Command.decode(bytes)) {
            case Result.No<Command>(var refused) -> foreign(refused);
            case Result.Ok<Command>(Command command) -> take(command, nowMs);
        };
    }

    boolean hasNext() {
        return !received.isEmpty();
    }

    private Optional<CommandReceipt> foreign(Refused refused) {
        onForeign.accept(refused);
        return Optional.empty();
    }

    private Optional<CommandReceipt> take(Command command, long nowMs) {
        Optional<VerifyingKey> signer = memberKeys.stream()
                .filter(key -> command.isSignedBy(ledger, key))
                .findFirst();
        if (signer.isEmpty() || !command.device().equals(device)) {
            return foreign(new Refused(
                    Refusal.SIGNATURE_INVALID,
                    "command %d to %s is not one of this device's member to it"
                            .formatted(command.number(), command.device())));
        }
        if (command.number() <= mark.number()) {
            return repeated(command, signer.get(), nowMs);
        }
        boolean isOver = nowMs > command.expiresMs() + TOLERANCE_MS;
        mark.begin(command.number());
        Answer answer = isOver ? new Answer(CommandOutcome.EXPIRED, "\"it came too late\"") : execute(command);
        return Optional.of(receipt(command, signer.get(), answer, nowMs));
    }

    /// Begun, and handed over again: the member has no receipt. Where none waits either, a crash came between.
    private Optional<CommandReceipt> repeated(Command command, VerifyingKey signer, long nowMs) {
        if (command.number() > begunBefore || !told.add(command.number())) {
            return Optional.empty();
        }
        Answer answer = Answer.failed("\"interrupted: whether it was done is not known\"");
        return Optional.of(receipt(command, signer, answer, nowMs));
    }

    private Answer execute(Command command) {
        try {
            Answer answer = executor.execute(command);
            boolean isSayable = answer.result() == null || JsonText.isOne(answer.result());
            return isSayable ? answer : new Answer(answer.outcome(), null);
        } catch (RuntimeException e) {
            return Answer.failed("\"the device stumbled\"");
        }
    }

    private CommandReceipt receipt(Command command, VerifyingKey signer, Answer answer, long nowMs) {
        return new CommandReceipt(
                command.number(), answer.outcome(), nowMs, command.identity(ledger, signer), answer.result());
    }
}
