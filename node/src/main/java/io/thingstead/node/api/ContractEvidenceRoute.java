package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.catalogue.Quantity;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.contract.ContractEvent;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The readings that a step of a contract was shown: for its parties only.
public record ContractEvidenceRoute(MemberId self, LedgerReader ledger, ShownToContracts shown) {
    private static final Parameter<Long> NUMBER = Parameter.number(
                    "number", 1, EventRoutes.MAX_NUMBER, "Its number on the ledger.")
            .inPath();
    private static final Parameter<Long> EVENT = Parameter.number(
                    "event", 0, EventRoutes.MAX_NUMBER, "The event of the step, as the contract’s history names it.")
            .inPath();
    private static final Operation SHOW = Operation.of("Contracts", "The readings that a step of a contract was shown")
            .details("For members that are parties of it. The frames travel beside the transaction, in the block:"
                    + " where that is not kept here any more, `frames` is empty, and the commitment stays.")
            .takes(NUMBER, EVENT)
            .answers(EvidenceJson.class)
            .refuses(Refusal.CONTRACT_UNKNOWN, Refusal.ACTION_NOT_ALLOWED, Refusal.REQUEST_NOT_FOUND);

    private record ReadingJson(
            String name,
            @Nullable String unit,
            @Nullable Object value,
            @Says("as the device says") long timeMs) {
        static ReadingJson of(Reading reading) {
            return new ReadingJson(reading.name(), reading.unit(), Quantity.json(reading.value()), reading.timeMs());
        }
    }

    private record FrameJson(
            @Says("whose key signed it") @Nullable String device,

            @Says("its number of the device") long n,
            @Says("the log that has it") String log,
            long index,

            @Says("whether that is a log of this member, which can prove it")
            boolean own,

            long receivedMs,
            List<ReadingJson> readings) {}

    private record EvidenceJson(long event, @Says("hex") String commitment, List<FrameJson> frames) {}

    public void register(Routes routes) {
        routes.get("/api/contracts/{number}/evidence/{event}", SHOW, this::show);
    }

    private void show(Context context) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        long eventNo = params.number(EVENT);
        if (params.sendRefusal()) return;
        Optional<ContractRecord> record = ledger.contracts().contract(number);
        if (record.isEmpty()) {
            Problem.send(context, Refusal.CONTRACT_UNKNOWN, "there is no contract " + number);
        } else if (record.get().accounts().stream().noneMatch(account -> account.isOf(self))) {
            Problem.send(context, Refusal.ACTION_NOT_ALLOWED, "what it was shown is for its parties");
        } else {
            step(number, eventNo)
                    .ifPresentOrElse(
                            event -> send(context, event),
                            () -> Problem.send(
                                    context,
                                    Refusal.REQUEST_NOT_FOUND,
                                    "event " + eventNo + " is no step of contract " + number
                                            + " that was shown readings"));
        }
    }

    private Optional<Event> step(long number, long eventNo) {
        return ledger.event(eventNo)
                .filter(event -> event.subjects().contains(new AccountId.Contract(number).value()))
                .filter(event -> commitment(event).isPresent());
    }

    private static Optional<byte[]> commitment(Event event) {
        return ContractEvent.of(event).flatMap(step -> Optional.ofNullable(step.shown()));
    }

    private void send(Context context, Event event) {
        byte[] commitment = commitment(event).orElseThrow();
        Json.send(
                context,
                new EvidenceJson(
                        event.number(),
                        HexFormat.of().formatHex(commitment),
                        shown.of(event, commitment).stream().map(this::frame).toList()));
    }

    private FrameJson frame(ShownFrames.Shown frame) {
        KeyRecord key = ledger.key(frame.signer());
        return new FrameJson(
                key == null ? null : key.owner(),
                frame.leaf().frame().n(),
                frame.log().toString(),
                frame.index(),
                frame.log().member().equals(self),
                frame.leaf().receivedMs(),
                frame.leaf().readings().stream().map(ReadingJson::of).toList());
    }
}
