package io.thingstead.node.command;

import io.thingstead.kit.command.Command;
import io.thingstead.kit.command.CommandOutcome;
import io.thingstead.kit.command.CommandReceipt;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.node.command.OpenCommand.Handing;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.Submission;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds commands and what became of them in the log. Its rows become durable in the batch that has the leaf, so they
/// never say more or less than the log does. For any thread.
final class CommandIndex {
    private static final long NUMBERS_OF_A_LOG = 1_000_000;

    private final LedgerId ledger;
    private final Store store;
    private final Map<Long, LogReader> logs;
    private final long newestLog;

    CommandIndex(LedgerId ledger, Store store, List<LogReader> logs) {
        this.ledger = ledger;
        this.store = store;
        this.logs = logs.stream().collect(Collectors.toMap(log -> log.id().number(), Function.identity()));
        this.newestLog = logs.getLast().id().number();
    }

    /// What goes beside a command's leaf.
    Submission.Beside issued(DeviceId device, long number) {
        return (log, index, batch) -> batch.put(
                        Column.COMMAND,
                        CommandRows.step(device, number, CommandRows.ISSUED),
                        new CommandRows.Place(log, index).row())
                .put(Column.COMMAND, CommandRows.open(device, number), new byte[0]);
    }

    /// What goes beside the leaf of a command that carries what is desired.
    Submission.Beside desired(DeviceId device, long number) {
        Submission.Beside issued = issued(device, number);
        return (log, index, batch) -> {
            issued.add(log, index, batch);
            batch.put(
                    Column.COMMAND,
                    CommandRows.desired(device),
                    ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        };
    }

    /// The number of the command that carries what is desired of the device; 0 when nothing ever was.
    long newestDesired(DeviceId device) {
        byte[] row = store.get(Column.COMMAND, CommandRows.desired(device));
        return row == null ? 0 : ByteBuffer.wrap(row).getLong();
    }

    /// What goes beside a receipt's leaf. The first one of an outcome counts.
    Submission.Beside answered(DeviceId device, CommandReceipt receipt) {
        byte[] step =
                CommandRows.step(device, receipt.command(), receipt.outcome().code());
        return (log, index, batch) -> {
            if (store.get(Column.COMMAND, step) == null) {
                batch.put(Column.COMMAND, step, new CommandRows.Place(log, index).row());
            }
            if (receipt.outcome().isLast()) {
                batch.delete(Column.COMMAND, CommandRows.open(device, receipt.command()));
            }
        };
    }

    /// The number after which those of new commands to the device begin. Each log has a million of its own: a member
    /// that was restored from a backup goes on in a new log, and does not know what it asked after the backup.
    long before(DeviceId device) {
        return Math.max(highest(device), (newestLog - 1) * NUMBERS_OF_A_LOG);
    }

    /// The highest number that a command for the device has, 0 when none.
    long highest(DeviceId device) {
        return highestBelow(device, Long.MAX_VALUE);
    }

    /// The same of those below a number.
    long highestBelow(DeviceId device, long number) {
        var last = store.last(Column.COMMAND, CommandRows.step(device, 0, 0), CommandRows.step(device, number, 0));
        return last == null ? 0 : CommandRows.numberOfStep(last.key());
    }

    /// Every command without a last word, by device and number.
    List<OpenCommand> open() {
        List<OpenCommand> open = new ArrayList<>();
        try (var scan = store.scan(Column.COMMAND, CommandRows.allOpen(), CommandRows.afterOpen())) {
            while (scan.next()) {
                open(CommandRows.deviceOfOpen(scan.key()), CommandRows.numberOfOpen(scan.key()))
                        .ifPresent(open::add);
            }
        }
        return open;
    }

    /// Also of a command that has its last word.
    Optional<OpenCommand> open(DeviceId device, long number) {
        byte[] delivered = CommandRows.step(device, number, CommandOutcome.DELIVERED.code());
        return leaf(CommandRows.step(device, number, CommandRows.ISSUED))
                .map(leaf -> new OpenCommand(
                        command(leaf),
                        Frame.decode(leaf.content())
                                .orThrow()
                                .identity(ledger, leaf.stream().key()),
                        new AtomicReference<>(
                                store.get(Column.COMMAND, delivered) == null ? Handing.FREE : Handing.SAID)));
    }

    private static Command command(LeafRecord leaf) {
        return Command.decode(leaf.content()).orThrow();
    }

    Optional<CommandRecord> find(DeviceId device, long number) {
        byte[] row = store.get(Column.COMMAND, CommandRows.step(device, number, CommandRows.ISSUED));
        if (row == null) {
            return Optional.empty();
        }
        var at = CommandRows.Place.of(row);
        Optional<LeafRecord> issued = leaf(at);
        if (issued.isEmpty()) {
            return Optional.empty();
        }
        List<CommandRecord.Step> steps = new ArrayList<>();
        byte[] from = CommandRows.step(device, number, CommandRows.ISSUED + 1);
        try (var scan = store.scan(Column.COMMAND, from, CommandRows.step(device, number + 1, 0))) {
            while (scan.next()) {
                var place = CommandRows.Place.of(scan.value());
                leaf(place).ifPresent(leaf -> steps.add(step(place, leaf)));
            }
        }
        steps.sort(Comparator.comparingLong(
                        (CommandRecord.Step step) -> step.place().log())
                .thenComparingLong(step -> step.place().index()));
        return Optional.of(new CommandRecord(command(issued.get()), place(at, issued.get()), steps));
    }

    private static CommandRecord.Step step(CommandRows.Place at, LeafRecord leaf) {
        var receipt = CommandReceipt.decode(
                        Frame.decode(leaf.content()).orThrow().payload())
                .orThrow();
        return new CommandRecord.Step(
                receipt.outcome(), place(at, leaf), leaf.stream().trust(), leaf.n(), receipt.atMs(), receipt.result());
    }

    private static CommandRecord.Place place(CommandRows.Place at, LeafRecord leaf) {
        return new CommandRecord.Place(at.log(), at.index(), leaf.receivedMs());
    }

    private Optional<LeafRecord> leaf(byte[] key) {
        byte[] row = store.get(Column.COMMAND, key);
        return row == null ? Optional.empty() : leaf(CommandRows.Place.of(row));
    }

    private Optional<LeafRecord> leaf(CommandRows.Place at) {
        LogReader log = logs.get(at.log());
        return log == null ? Optional.empty() : log.leaf(at.index());
    }
}
