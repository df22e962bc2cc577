package io.thingstead.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.command.CommandRecord;
import io.thingstead.node.command.Commands;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.ledger.CommittedBlock;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.contract.ContractEvent;
import io.thingstead.node.ledger.contract.ContractReader;
import io.thingstead.node.ledger.contract.ContractRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Tells this member's devices to start or to stop when a step of a contract says so: as commands of these names, whose
/// params name contract and event. What was told stands in the log with the commands: after a start nothing is told
/// twice.
///
/// Confined to the thread that looks.
final class ContractOrders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContractOrders.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /// For so long an order is good, for the node and then for the device.
    private static final long GOOD_MS = TimeUnit.DAYS.toMillis(1);

    private static final int MOST_EVENTS = 200;
    private static final int MOST_COMMANDS = 200;
    private static final long PATIENCE_S = 10;
    private static final String EVENT = "event";

    private final MemberId member;
    private final String own;
    private final String ownDevices;
    private final LedgerReader ledger;
    private final Commands commands;
    private final LedgerReader.Subscription blocks;
    /// Events with orders that were not looked at yet.
    private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();

    /// Up to where the ledger's events were seen; -1: all contracts of the last day are to be looked at.
    private volatile long seenEvents = -1;
    /// The newest event of which each device was told.
    private final Map<DeviceId, Long> told = new HashMap<>();

    ContractOrders(MemberId member, LedgerReader ledger, Commands commands) {
        this.member = member;
        own = new AccountId.Member(member).value();
        ownDevices = "device/" + member.value() + ":";
        this.ledger = ledger;
        this.commands = commands;
        blocks = ledger.onBlock(this::block);
    }

    /// On the engine's thread.
    private void block(CommittedBlock block) {
        long before = block.head().eventsSize() - block.events().size();
        if (seenEvents >= 0) {
            seenEvents = before > seenEvents ? -1 : block.head().eventsSize();
        }
        block.events().stream().filter(this::isOrder).forEach(events::add);
    }

    private boolean isOrder(Event event) {
        return event.subjects().stream().anyMatch(subject -> subject.equals(own) || subject.startsWith(ownDevices))
                && orders(event).findAny().isPresent();
    }

    private static Stream<ContractEvent.Order> orders(Event event) {
        return ContractEvent.of(event).stream()
                .flatMap(step -> step.done().stream())
                .flatMap(done -> Stream.ofNullable(done.order()));
    }

    /// Tells what is to be told.
    void look() {
        if (seenEvents < 0) {
            seenEvents = ledger.head().eventsSize(); // what happens from here on is told
            SortedMap<Long, Event> past = new TreeMap<>();
            ledger.contracts().each(new AccountId.Member(member), record -> {
                boolean ended = record.status() == ContractRecord.Status.ENDED;
                if (record.status() == ContractRecord.Status.RUNNING || (ended && isGood(record.since()))) {
                    ledger.history(new AccountId.Contract(record.number()).value(), MOST_EVENTS).stream()
                            .filter(this::isOrder)
                            .forEach(event -> past.put(event.number(), event));
                }
            });
            events.addAll(past.values());
        }
        // What comes while this looks, and what could not be told now, waits for the next look.
        for (int left = events.size(); left > 0; left--) {
            Event event = events.element();
            boolean isDone = follow(event);
            events.remove();
            if (!isDone) {
                events.add(event);
            }
        }
    }

    private boolean isGood(long timeMs) {
        return timeMs > ledger.contracts().timeMs() - GOOD_MS;
    }

    /// Whether nothing of it is left to be told.
    private boolean follow(Event event) {
        if (!isGood(event.blockTime())) {
            return true;
        }
        String subject = event.subjects().getFirst();
        long number = Long.parseLong(subject, StateKeys.CONTRACTS.length(), subject.length(), 10);
        ContractReader contracts = ledger.contracts();
        ContractRecord record = contracts.contract(number).orElseThrow();
        Contract contract = ContractCodec.decode(contracts.code(record.code()).orElseThrow());
        Map<DeviceId, String> last = new LinkedHashMap<>(); // of two orders to one device the last one counts
        for (ContractEvent.Order order : orders(event).toList()) {
            DeviceId device = DeviceId.of(record.values(contract).text(contract, order.device()));
            if (device.member().equals(member)) {
                last.put(device, order.start() ? "start" : "stop");
            }
        }
        boolean isDone = true;
        for (var order : last.entrySet()) {
            isDone &= tell(order.getKey(), order.getValue(), number, event.number());
        }
        return isDone;
    }

    /// Crash point: a command is in the log before this returns, and says of which event it is; one that was not
    /// written is told again.
    ///
    /// @return whether it is told, or cannot ever be
    private boolean tell(DeviceId device, String what, long contract, long event) {
        if (event <= told.computeIfAbsent(device, this::lastTold)) {
            return true;
        }
        String params = "{\"contract\":" + contract + ",\"" + EVENT + "\":" + event + "}";
        try {
            Result<CommandRecord> issued =
                    commands.issue(device, what, params, GOOD_MS).get(PATIENCE_S, TimeUnit.SECONDS);
            if (issued instanceof Result.No<CommandRecord>(Refused refused)) {
                boolean isNever = switch (refused.code()) {
                    case DEVICE_UNKNOWN, COMMAND_MALFORMED -> true;
                    default -> false;
                };
                LOG.atLevel(isNever ? Level.WARN : Level.DEBUG)
                        .log("contract {}: {} was not told to {}: {}", contract, device, what, refused);
                if (!isNever) {
                    return false;
                }
            } else {
                LOG.info("contract {}: told {} to {}", contract, device, what);
            }
            told.put(device, event);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("contract {}: whether {} was told to {} will be in the log", contract, device, what, e);
            told.remove(device);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Out of the device's own commands; what people sent under these names may name any event, but none that is to
    /// come.
    private long lastTold(DeviceId device) {
        long events = ledger.head().eventsSize();
        return commands.list(device, Long.MAX_VALUE, MOST_COMMANDS).stream()
                .map(CommandRecord::command)
                .filter(command ->
                        command.name().equals("start") || command.name().equals("stop"))
                .mapToLong(command -> event(command.params()))
                .filter(event -> event < events)
                .max()
                .orElse(-1);
    }

    private static long event(String params) {
        try {
            JsonNode event = JSON.readTree(params).path(EVENT);
            return event.isIntegralNumber() ? event.asLong() : -1;
        } catch (IOException e) {
            return -1; // of people
        }
    }

    @Override
    public void close() {
        blocks.close();
    }
}
