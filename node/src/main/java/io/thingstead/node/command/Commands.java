package io.thingstead.node.command;

import io.thingstead.kit.command.Command;
import io.thingstead.kit.command.CommandOutcome;
import io.thingstead.kit.command.CommandReceipt;
import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.Submission;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The member's commands to its own devices. Each is signed with the node key and stands in the log before anybody is
/// handed it; what became of it follows as receipts in the same log. What is open is in memory too, and comes back from
/// the log's own batches after a restart. For any thread.
public final class Commands implements AutoCloseable {
    /// Open at once for one device.
    public static final int MOST_OPEN = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final long LOOK_MS = 250;
    private static final String NOT_DONE = "\"not answered in time\"";

    private final LedgerId ledgerId;
    private final LedgerReader ledger;
    private final Signer nodeKey;
    private final CommandIndex index;
    private final Consumer<Submission> log;
    private final MemberWord word;
    private final LongSupplier clockMs;
    private final CommandChanges changes = new CommandChanges();
    private final ConcurrentHashMap<DeviceId, DeviceCommands> devices = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<Deadline> deadlines = new ConcurrentSkipListSet<>();
    /// What the log did not take.
    private final ConcurrentLinkedQueue<Runnable> later = new ConcurrentLinkedQueue<>();

    private final Thread thread;
    private volatile boolean closed;

    private record Deadline(long expiresMs, DeviceId device, long number) implements Comparable<Deadline> {
        private static final Comparator<Deadline> ORDER = Comparator.comparingLong(Deadline::expiresMs)
                .thenComparing(deadline -> deadline.device.value())
                .thenComparingLong(Deadline::number);

        @Override
        public int compareTo(Deadline other) {
            return ORDER.compare(this, other);
        }
    }

    /// @param logs of the member, the one in use last
    /// @param log the sequencer's `submit`
    public Commands(
            LedgerId ledgerId,
            LedgerReader ledger,
            Signer nodeKey,
            Store store,
            List<LogReader> logs,
            Consumer<Submission> log,
            MemberWord word,
            LongSupplier clockMs) {
        this.ledgerId = ledgerId;
        this.ledger = ledger;
        this.nodeKey = nodeKey;
        this.index = new CommandIndex(ledgerId, store, logs);
        this.log = log;
        this.word = word;
        this.clockMs = clockMs;
        for (OpenCommand open : index.open()) {
            DeviceId device = open.command().device();
            if (isReplaced(open, index.newestDesired(device))) {
                // Crash point: the newer one was in the log, and not yet that it replaced this one.
                later.add(() -> sayReplaced(open, index.newestDesired(device)));
            } else {
                of(device).restore(open);
                deadlines.add(deadline(open.command()));
            }
        }
        this.thread = Thread.ofPlatform().name("commands").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private DeviceCommands of(DeviceId device) {
        return devices.computeIfAbsent(device, id -> new DeviceCommands(index.before(id)));
    }

    private static Deadline deadline(Command command) {
        return new Deadline(command.expiresMs(), command.device(), command.number());
    }

    /// Issues a command to a registered device of this member. The answer comes when it is in the log.
    ///
    /// @param params a JSON text
    public CompletableFuture<Result<CommandRecord>> issue(DeviceId device, String name, String params, long lifeMs) {
        return name.equals(Command.DESIRED)
                ? CompletableFuture.completedFuture(Result.no(
                        Refusal.COMMAND_MALFORMED,
                        "what is desired of a device is set at its shadow, not by a command"))
                : issue(device, name, params, lifeMs, number -> index.issued(device, number));
    }

    /// Issues the command that carries all that is desired of the device from now on. Those before it are over.
    CompletableFuture<Result<CommandRecord>> desire(DeviceId device, String params) {
        return issue(device, Command.DESIRED, params, Command.MAX_LIFE_MS, number -> index.desired(device, number));
    }

    /// Nobody is handed these any more.
    private void replace(DeviceCommands own, long newest) {
        for (OpenCommand open : own.all()) {
            if (isReplaced(open, newest)) {
                own.ended(open.command().number());
                sayReplaced(open, newest);
            }
        }
    }

    private static boolean isReplaced(OpenCommand open, long newest) {
        return open.command().name().equals(Command.DESIRED) && open.command().number() < newest;
    }

    private void sayReplaced(OpenCommand open, long newest) {
        say(open, CommandOutcome.EXPIRED, "\"replaced by " + newest + "\"", inLog -> {
            if (!inLog) {
                later.add(() -> sayReplaced(open, newest));
            }
        });
    }

    /// The command that carries what is desired of the device, if anything ever was.
    Optional<CommandRecord> desired(DeviceId device) {
        return index.find(device, index.newestDesired(device));
    }

    private CompletableFuture<Result<CommandRecord>> issue(
            DeviceId device, String name, String params, long lifeMs, LongFunction<Submission.Beside> beside) {
        var done = new CompletableFuture<Result<CommandRecord>>();
        var objection = objection(device, name, params, lifeMs);
        if (objection != null) {
            done.complete(new Result.No<>(objection));
            return done;
        }
        DeviceCommands own = of(device);
        // One at a time for each device, so that its numbers reach the log in order.
        synchronized (own) {
            long number = own.take(MOST_OPEN);
            if (number == 0) {
                done.complete(Result.no(
                        Refusal.COMMAND_FULL,
                        MOST_OPEN + " commands to " + device + " are open already: wait until they end or expire"));
                return done;
            }
            long nowMs = clockMs.getAsLong();
            Command command = Command.sign(ledgerId, nodeKey, device, number, name, params, nowMs, nowMs + lifeMs);
            submit(command, nowMs, own, beside.apply(number), done);
        }
        return done;
    }

    private @Nullable Refused objection(DeviceId device, String name, String params, long lifeMs) {
        if (ledger.device(device) == null) {
            return new Refused(Refusal.DEVICE_UNKNOWN, "there is no device " + device);
        }
        boolean isGood = Command.isName(name) && Command.fits(params) && lifeMs >= 1 && lifeMs <= Command.MAX_LIFE_MS;
        return isGood
                ? null
                : new Refused(
                        Refusal.COMMAND_MALFORMED,
                        "a command has a name of 1 to 64 of A-Z a-z 0-9 - : . / _, params of at most "
                                + Command.MAX_JSON_BYTES + " bytes, and expires within 30 days");
    }

    private void submit(
            Command command,
            long nowMs,
            DeviceCommands own,
            Submission.Beside beside,
            CompletableFuture<Result<CommandRecord>> done) {
        byte[] identity = command.identity(ledgerId, nodeKey.key());
        log.accept(new Submission(
                nodeKey.key().thumbprint(),
                command.device(),
                true,
                command.number(),
                Frame.NOT_GIVEN,
                identity,
                command.bytes(),
                nowMs,
                TrustLevel.MEMBER_ATTESTED,
                List.of(),
                answer -> {
                    switch (answer) {
                        case Answer.Accepted at -> {
                            own.issued(command.number(), new OpenCommand(command, identity));
                            deadlines.add(deadline(command));
                            changed(command.device(), command.number());
                            if (command.name().equals(Command.DESIRED)) {
                                replace(own, command.number());
                            }
                            var place = new CommandRecord.Place(at.logNumber(), at.index(), at.receivedMs());
                            done.complete(Result.ok(new CommandRecord(command, place, List.of())));
                            own.wake();
                        }
                        case Answer.Declined(var refused) -> {
                            own.issued(command.number(), null);
                            done.complete(new Result.No<>(refused));
                        }
                    }
                },
                CoseKind.COMMAND,
                // Crash point: command and index become durable together, before anybody is handed it; whoever issued
                // it may not have been told, and finds it in the list.
                beside));
    }

    /// From now on the outlet is woken when there is something for the device.
    public void attach(DeviceId device, CommandOutlet outlet) {
        of(device).add(outlet);
    }

    public void detach(DeviceId device, CommandOutlet outlet) {
        of(device).remove(outlet);
    }

    int outlets(DeviceId device) {
        return of(device).outlets();
    }

    /// What is to be handed to the device, oldest first.
    public List<OpenCommand> open(DeviceId device) {
        long nowMs = clockMs.getAsLong();
        return of(device).all().stream()
                .filter(open -> nowMs < open.command().expiresMs())
                .toList();
    }

    /// Commands without a last word, to all devices.
    public int openCount() {
        return devices.values().stream().mapToInt(own -> own.all().size()).sum();
    }

    /// An open command by its number.
    public Optional<OpenCommand> open(DeviceId device, long number) {
        return Optional.ofNullable(of(device).find(number));
    }

    /// The device has it, as far as the transport can tell. Said once; while the log takes nothing, later.
    public void delivered(DeviceId device, long number) {
        OpenCommand open = of(device).find(number);
        if (open != null && open.say()) {
            sayDelivered(open);
        }
    }

    private void sayDelivered(OpenCommand open) {
        // Crash point: a device that cannot tell two of the same apart has acknowledged it and is handed it again.
        say(open, CommandOutcome.DELIVERED, null, inLog -> {
            if (!inLog) {
                later.add(() -> {
                    if (isOpen(open)) sayDelivered(open);
                });
            }
        });
    }

    private boolean isOpen(OpenCommand open) {
        return of(open.command().device()).find(open.command().number()) != null;
    }

    /// Says that the device has the command before it is handed over, so that it is handed over once at most.
    /// True when this call has it and that stands in the log, synced; else somebody else has it, or the log takes
    /// nothing now.
    public CompletableFuture<Boolean> claim(OpenCommand open) {
        var claimed = new CompletableFuture<Boolean>();
        if (!isOpen(open) || !open.take()) {
            claimed.complete(false);
            return claimed;
        }
        // Crash point: it counts as delivered and nobody was handed it; it expires.
        say(open, CommandOutcome.DELIVERED, null, inLog -> {
            if (inLog) {
                open.say();
            } else {
                giveBack(open);
            }
            claimed.complete(inLog);
        });
        return claimed;
    }

    /// A connection that took the command ends before the device acknowledged it.
    public void giveBack(DeviceId device, long number) {
        OpenCommand open = of(device).find(number);
        if (open != null) {
            giveBack(open);
        }
    }

    private void giveBack(OpenCommand open) {
        if (open.giveBack()) {
            of(open.command().device()).wake();
        }
    }

    /// @param told whether it is in the log
    private void say(OpenCommand open, CommandOutcome outcome, @Nullable String result, Consumer<Boolean> told) {
        DeviceId device = open.command().device();
        var receipt =
                new CommandReceipt(open.command().number(), outcome, clockMs.getAsLong(), open.identity(), result);
        word.say(device, receipt, index.answered(device, receipt), answer -> {
            boolean inLog = answer instanceof Answer.Accepted;
            if (inLog) {
                logged(device, receipt);
            }
            told.accept(inLog);
        });
    }

    /// Why this receipt is none of a command to the device; else null.
    public @Nullable Refused objection(DeviceId device, CommandReceipt receipt) {
        OpenCommand known = of(device).find(receipt.command());
        if (known == null) {
            known = index.open(device, receipt.command()).orElse(null);
        }
        return known != null && Arrays.equals(known.identity(), receipt.identity())
                ? null
                : new Refused(
                        Refusal.COMMAND_UNKNOWN,
                        "no such command %d to %s was issued".formatted(receipt.command(), device));
    }

    /// What goes into the log's batch beside a receipt.
    public Submission.Beside beside(DeviceId device, CommandReceipt receipt) {
        return index.answered(device, receipt);
    }

    /// A receipt is in the log. Quick: it is told on the log's thread.
    public void logged(DeviceId device, CommandReceipt receipt) {
        if (receipt.outcome().isLast()) {
            of(device).ended(receipt.command());
        }
        changed(device, receipt.command());
    }

    private void changed(DeviceId device, long number) {
        changes.add(device, number);
    }

    public CommandChanges changes() {
        return changes;
    }

    public Optional<CommandRecord> find(DeviceId device, long number) {
        return index.find(device, number);
    }

    /// The newest commands to the device with numbers below `before`, newest first.
    public List<CommandRecord> list(DeviceId device, long before, int limit) {
        List<CommandRecord> found = new ArrayList<>();
        long number = index.highestBelow(device, before);
        while (number > 0 && found.size() < limit) {
            index.find(device, number).ifPresent(found::add);
            number = index.highestBelow(device, number);
        }
        return found;
    }

    private void run() {
        while (!closed) {
            try {
                expire(clockMs.getAsLong());
                again();
                Thread.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("commands expire late", e);
            }
        }
    }

    private void again() {
        for (int left = later.size(); left > 0; left--) {
            Runnable next = later.poll();
            if (next != null) next.run();
        }
    }

    private void expire(long nowMs) {
        while (!deadlines.isEmpty() && deadlines.first().expiresMs() <= nowMs) {
            Deadline due = deadlines.pollFirst();
            OpenCommand open = due == null ? null : of(due.device()).find(due.number());
            if (open != null) {
                // Where the log takes nothing now, it is said later.
                say(open, CommandOutcome.EXPIRED, NOT_DONE, inLog -> {
                    if (!inLog) deadlines.add(new Deadline(nowMs + LOOK_MS, due.device(), due.number()));
                });
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
