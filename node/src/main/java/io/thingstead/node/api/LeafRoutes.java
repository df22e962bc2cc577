package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One leaf of this member's logs: whose it is, its hashes, and the event that made it final. Not what it holds.
///
/// @param logs the member's
record LeafRoutes(List<LogReader> logs, LedgerReader ledger) {
    private static final HexFormat HEX = HexFormat.of();
    private static final Parameter<LogId> LOG =
            Parameter.log("log", "The log, one of this member's.").required();
    private static final Parameter<Long> INDEX = Parameter.number(
                    "index", 0, EventRoutes.MAX_NUMBER, "The leaf in the log.")
            .required();
    private static final Operation ONE = Operation.of("Ledger", "One leaf of this member's logs: whose, and its hashes")
            .takes(LOG, INDEX)
            .answers(LeafJson.class)
            .refuses(Refusal.LOG_UNKNOWN, Refusal.REQUEST_NOT_FOUND);

    private record LeafJson(
            String log,
            long index,
            @Says("leaves of the log") long size,
            String device,
            @Says("its number at the device and key") long n,

            @Says(
                    value = "what it is",
                    oneOf = {"reading", "command", "receipt"})
            String kind,

            @Says("thumbprint of the key that signed it") String key,
            @Says("who vouches for it") String trust,

            @Says("absent where its content was erased") @Nullable
            Long receivedMs,

            @Says("whether its content was erased") boolean erased,

            @Says("what the log holds of it, which hides the content")
            String commitment,

            @Says("of the commitment in the log's tree") String leafHash,

            @Says("the event that made it final; absent before, or where it is not kept here") @Nullable
            Long anchoredBy) {
        static LeafJson of(LogReader log, LeafRecord leaf, Optional<Event> anchor) {
            byte[] entry = leaf.entry();
            var stream = leaf.stream();
            return new LeafJson(
                    log.id().toString(),
                    leaf.index(),
                    log.size(),
                    stream.device().value(),
                    leaf.n(),
                    switch (leaf.kind()) {
                        case 2 -> "command";
                        case 3 -> "receipt";
                        default -> "reading";
                    },
                    stream.key().hex(),
                    stream.trust().label(),
                    leaf.isErased() ? null : leaf.receivedMs(),
                    leaf.isErased(),
                    HEX.formatHex(entry, 1, entry.length),
                    HEX.formatHex(MerkleTree.leafHash(entry)),
                    anchor.map(Event::number).orElse(null));
        }
    }

    void register(Routes routes) {
        routes.get("/api/leaves", ONE, this::one);
    }

    private void one(Context context) {
        var params = new Params(context);
        var id = params.find(LOG);
        long index = params.number(INDEX);
        if (params.sendRefusal()) return;
        var log =
                logs.stream().filter(each -> each.id().equals(id.orElseThrow())).findFirst();
        if (log.isEmpty()) {
            Problem.send(context, Refusal.LOG_UNKNOWN, id.get() + " is no log of this member");
            return;
        }
        var leaf = log.get().leaf(index);
        if (leaf.isEmpty()) {
            Problem.send(context, Refusal.REQUEST_NOT_FOUND, "the log " + id.get() + " has no leaf " + index + " yet");
            return;
        }
        Json.send(context, LeafJson.of(log.get(), leaf.get(), ledger.anchorCovering(id.get(), index)));
    }
}
