package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What happened on the ledger, in plain words, the newest first: all of it, or what concerns one device, log, member
/// or decision.
final class EventRoutes {
    static final long MAX_NUMBER = (1L << 53) - 1;

    private static final Parameter<String> SUBJECT = Parameter.matching(
                    "subject",
                    "(device/[a-z0-9-]{1,32}:[a-z0-9-]{1,64}|log/[a-z0-9-]{1,32}/[0-9]{1,16}"
                            + "|member/[a-z0-9-]{1,32}|asset/[a-z0-9-]{1,32}:[A-Z0-9]{1,12}|key/[0-9a-f]{64}"
                            + "|(decision|contract|hold|limit|channel|offer)/[0-9]{1,16})",
                    "device/…, log/…, member/…, decision/…, asset/…, key/…, contract/…, hold/…, limit/…, channel/… or"
                            + " offer/…",
                    "Only what concerns this one.")
            .example("device/home:box-1");
    private static final Map<String, EventType> TYPES = Arrays.stream(EventType.values())
            .collect(Collectors.toUnmodifiableMap(EventType::label, Function.identity()));
    private static final Parameter<String> TYPE = Parameter.matching(
            "type",
            String.join("|", new TreeSet<>(TYPES.keySet())),
            "a type of events, such as device-registered",
            "Only those of this type: of the newest, or of those below `before`; an answer may have few or none of them"
                    + " and still have `next`.");
    /// There is no index of types: so many are looked at for one page.
    private static final int MOST_LOOKED_AT = 20_000;

    private static final int CHUNK = 500;
    private static final Parameter<Long> BEFORE =
            Parameter.number("before", 0, MAX_NUMBER, "Only those with a lower number.");
    private static final Parameter<Long> LIMIT = Parameter.limit(50, 200);
    private static final Operation PAGE = Operation.of(
                    "Ledger", "What happened on the ledger, in plain words, the newest first")
            .takes(SUBJECT, TYPE, BEFORE, LIMIT)
            .answers(Page.class);
    private static final Parameter<Long> NUMBER =
            Parameter.number("number", 0, MAX_NUMBER, "The event's number.").inPath();
    private static final Operation ONE = Operation.of("Ledger", "One event, with its bytes in the tree of events")
            .takes(NUMBER)
            .answers(EventJson.class)
            .refuses(Refusal.REQUEST_NOT_FOUND);

    private final LedgerReader ledger;

    private record Page(
            @Says("how many events the ledger has") long size,
            @Says("the oldest that is kept here") long first,

            @Says("those that are not here yet, and are being fetched from other members")
            List<EventSpan> missing,

            List<EventJson> events,

            @Says("to be given as `before` for the events that follow; absent on the last page") @Nullable
            Long next) {}

    EventRoutes(LedgerReader ledger) {
        this.ledger = ledger;
    }

    void register(Routes routes) {
        routes.get("/api/events", PAGE, this::page).get("/api/events/{number}", ONE, this::one);
    }

    private void page(Context context) {
        var params = new Params(context);
        long size = ledger.head().eventsSize();
        long before = Math.min(size, params.find(BEFORE).orElse(size));
        int limit = (int) params.number(LIMIT);
        var subject = params.find(SUBJECT);
        var type = params.find(TYPE).map(TYPES::get);
        if (type.isPresent() && subject.isPresent()) params.refuse("either subject or type");
        if (params.sendRefusal()) return;
        long first = ledger.firstEvent();
        List<EventSpan> missing = ledger.missingEvents();
        List<Event> found;
        Long next;
        if (subject.isPresent()) {
            found = ledger.history(subject.get(), before, limit);
            next = found.size() < limit ? null : found.getLast().number();
        } else if (type.isPresent()) {
            found = new ArrayList<>();
            next = ofType(type.get(), before, limit, found);
        } else {
            long top = below(before, missing);
            long from = missing.stream()
                    .filter(span -> span.to() <= top)
                    .reduce(Math.max(first, top - limit), (at, span) -> Math.max(at, span.to()), Math::max);
            found = from < top ? ledger.events(from, (int) (top - from)).reversed() : List.of();
            long rest = below(from, missing);
            next = rest <= first || from >= top ? null : rest;
        }
        Json.send(
                context,
                new Page(
                        size,
                        first,
                        missing,
                        found.stream().map(event -> EventJson.of(event, ledger)).toList(),
                        next));
    }

    /// Collects events of a type, the newest first; where a page that follows goes on, or null at the end.
    private @Nullable Long ofType(EventType type, long before, int limit, List<Event> found) {
        long lowest = Math.max(ledger.firstEvent(), before - MOST_LOOKED_AT);
        long at = before;
        while (at > lowest) {
            long from = Math.max(lowest, at - CHUNK);
            for (Event event : ledger.events(from, (int) (at - from)).reversed()) {
                if (event.type() != type) continue;
                found.add(event);
                if (found.size() == limit) return event.number() > ledger.firstEvent() ? event.number() : null;
            }
            at = from;
        }
        return at > ledger.firstEvent() ? at : null;
    }

    /// Where a page goes on downwards that would begin with missing events.
    private static long below(long before, List<EventSpan> missing) {
        return missing.reversed().stream()
                .reduce(before, (at, span) -> span.from() < at && at <= span.to() ? span.from() : at, Math::min);
    }

    private void one(Context context) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return;
        var event = ledger.event(number);
        if (event.isPresent()) Json.send(context, EventJson.withLeaf(event.get(), ledger));
        else Problem.send(context, Refusal.REQUEST_NOT_FOUND, absent(number));
    }

    private String absent(long number) {
        if (number >= ledger.head().eventsSize()) return "the ledger has no event " + number + " yet";
        return ledger.missingEvents().stream().anyMatch(span -> span.from() <= number && number < span.to())
                ? "event " + number + " is not held here yet: it is being fetched from the other members"
                : "event " + number + " is not kept here: this member joined later";
    }
}
