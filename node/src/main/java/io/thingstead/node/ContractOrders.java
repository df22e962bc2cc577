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
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.contract.ContractReader;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.ledger.contract.ContractWords;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells this member's devices to start or to stop when a step of a contract says so: as commands of these names, whose
/// params name contract and event. What was told stands in the log with the commands: after a start nothing is told
/// twice.
///
/// Confined to the thread that looks.
final class ContractOrders {
    private static final Logger LOG = LoggerFactory.getLogger(ContractOrders.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /// For so long an order is good, for the node and then for the device.
    private static final long GOOD_MS = TimeUnit.DAYS.toMillis(1);

    private static final int MOST_EVENTS = 200;
    private static final int MOST_COMMANDS = 200;
    private static final long PATIENCE_S = 10;
    private static final String EVENT = "event";

    private final MemberId member;
    private final LedgerReader ledger;
    private final Commands commands;
    /// Up to which event each contract was looked at.
    private final Map<Long, Long> seen = new HashMap<>();
    /// The newest event of which each device was told.
    private final Map<DeviceId, Long> told = new HashMap<>();

    ContractOrders(MemberId member, LedgerReader ledger, Commands commands) {
        this.member = member;
        this.ledger = ledger;
        this.commands = commands;
    }

    /// Looks at what became of these contracts.
    void look(List<ContractRecord> contracts) {
        ContractReader reader = ledger.contracts();
        for (ContractRecord record : contracts) {
            boolean recent = record.status() == ContractRecord.Status.RUNNING
                    || (record.status() == ContractRecord.Status.ENDED
                            && record.since() > reader.timeMs() - GOOD_MS);
            if (recent && !Long.valueOf(lastEvent(record)).equals(seen.get(record.number()))) {
                follow(record, ContractCodec.decode(reader.code(record.code()).orElseThrow()));
                seen.put(record.number(), lastEvent(record));
            }
        }
    }

    /// That brought it to where it stands.
    private static long lastEvent(ContractRecord record) {
        return record.status() == ContractRecord.Status.ENDED
                ? record.event()
                : record.standsAt().event();
    }

    private void follow(ContractRecord record, Contract contract) {
        List<Event> events = ledger.history(new AccountId.Contract(record.number()).value(), MOST_EVENTS);
        for (Event event : events.reversed()) {
            if (event.number() < record.event() && record.status() == ContractRecord.Status.RUNNING) {
                continue; // of before it began
            }
            for (ContractWords.Order order : ContractWords.orders(event)) {
                DeviceId device = DeviceId.of(record.values(contract).text(contract, order.device()));
                if (device.member().equals(member) && event.blockTime() > ledger.contracts().timeMs() - GOOD_MS) {
                    tell(device, order.start() ? "start" : "stop", record.number(), event.number());
                }
            }
        }
    }

    /// Crash point: a command is in the log before this returns, and says of which event it is; one that was not
    /// written is told again.
    private void tell(DeviceId device, String what, long contract, long event) {
        if (event <= told.computeIfAbsent(device, this::lastTold)) {
            return;
        }
        String params = "{\"contract\":" + contract + ",\"" + EVENT + "\":" + event + "}";
        try {
            Result<CommandRecord> issued =
                    commands.issue(device, what, params, GOOD_MS).get(PATIENCE_S, TimeUnit.SECONDS);
            if (issued instanceof Result.No<CommandRecord>(Refused refused)) {
                LOG.warn("contract {}: {} was not told to {}: {}", contract, device, what, refused);
            } else {
                LOG.info("contract {}: told {} to {}", contract, device, what);
            }
            told.put(device, event);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("contract " + contract + ": " + device + " could not be told", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Out of the device's own commands.
    private long lastTold(DeviceId device) {
        return commands.list(device, Long.MAX_VALUE, MOST_COMMANDS).stream()
                .map(CommandRecord::command)
                .filter(command ->
                        command.name().equals("start") || command.name().equals("stop"))
                .mapToLong(command -> event(command.params()))
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
}
