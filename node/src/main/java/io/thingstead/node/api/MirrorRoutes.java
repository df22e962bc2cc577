package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.mirror.GrantedFrame;
import io.thingstead.node.mirror.MirrorState;
import io.thingstead.node.mirror.Mirrors;
import io.thingstead.node.mirror.PromiseCheck;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.view.live.LiveReading;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How this member's mirrors of the other members' logs stand, which members hold a leaf, and whether a promise was
/// kept.
public final class MirrorRoutes {
    private static final int MAX_PROMISE = 512;
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final long MAX_INDEX = (1L << 53) - 1;
    private static final Operation LOGS = Operation.of("Mirrors", "How this member's mirrors of the others' logs stand")
            .answers(Logs.class);
    private static final Parameter<DeviceId> DEVICE =
            Parameter.device("device", "The device's id.").required().example("acme:box-1");
    private static final Parameter<String> AFTER = Parameter.matching(
                    "after",
                    "(0|[1-9][0-9]{0,8})/(-1|0|[1-9][0-9]{0,15})",
                    "a place in a log, number/index",
                    "Only what follows this place.")
            .or("0/-1");
    private static final Parameter<Long> LIMIT = Parameter.limit(100, 500);
    private static final Operation CONTENTS = Operation.of(
                    "Mirrors", "What this member keeps of another member's device, by grant")
            .takes(DEVICE, AFTER, LIMIT)
            .answers(Contents.class);
    private static final Parameter<LogId> LOG = Parameter.log("log", "The log.").required();
    private static final Parameter<Long> INDEX =
            Parameter.number("index", 0, MAX_INDEX, "The leaf in the log.").required();
    private static final Operation HELD = Operation.of("Mirrors", "Which members hold a leaf of a log")
            .takes(LOG, INDEX)
            .answers(Held.class);
    private static final Operation PROMISE = Operation.of("Mirrors", "Checks whether a member kept a promise")
            .details(
                    "A promise is what a device got when a frame was accepted. Anybody may hand one in: it is signed by the"
                            + " log's key. One that was broken is told to the ledger.")
            .takes("The promise, at most " + MAX_PROMISE + " bytes.", null, "application/cose")
            .answers(PromiseJson.class)
            .refuses(Refusal.EVIDENCE_INVALID, Refusal.EVIDENCE_KNOWN, Refusal.REQUEST_NOT_FOUND)
            .asksTheLedger();

    private final Mirrors mirrors;

    private record Logs(List<LogJson> logs) {}

    private record LogJson(
            String member,
            long logNo,
            String origin,
            @Says("leaves that are kept here") long mirrored,
            @Says("leaves that are final") long anchored,

            @Says("size of its newest final head that this member cosigned; 0 before the first")
            long cosigned,

            @Says(
                    value = "how this member follows it",
                    oneOf = {"following", "behind", "unreachable", "forked"})
            String state,

            @Says("since when it is in this state") long sinceMs,
            String text) {
        static LogJson of(MirrorState state) {
            return new LogJson(
                    state.log().member().value(),
                    state.log().number(),
                    state.origin(),
                    state.mirrored(),
                    state.anchored(),
                    state.cosigned(),
                    state.condition().label(),
                    state.sinceMs(),
                    state.text());
        }
    }

    private record Contents(
            String device,
            List<FrameJson> frames,

            @Says("to be given as `after` for what follows; absent at the end") @Nullable
            String next) {}

    private record FrameJson(
            String log, long index, long n, String trust, long receivedMs, List<ReadingJson> readings) {
        static FrameJson of(GrantedFrame frame) {
            return new FrameJson(
                    frame.log().toString(),
                    frame.index(),
                    frame.n(),
                    frame.trust().label(),
                    frame.receivedMs(),
                    frame.readings().stream()
                            .map(reading -> new LiveReading(
                                    reading, frame.trust(), frame.receivedMs(), frame.n(), frame.index()))
                            .map(reading -> ReadingJson.of(null, reading, Long.MAX_VALUE))
                            .toList());
        }

        String place() {
            return log.substring(log.indexOf('/') + 1) + "/" + index;
        }
    }

    private record PromiseJson(
            String log,
            long index,

            @Says(
                    value = "whether it was kept, or may still be",
                    oneOf = {"kept", "open", "broken"})
            String state,

            @Says(
                    value = "of one that was broken, and which the ledger knows now",
                    oneOf = {"replaced", "late"})
            @Nullable
            String how) {
        static PromiseJson of(PromiseCheck.Outcome found) {
            var how = found.how();
            return new PromiseJson(
                    found.log().toString(),
                    found.index(),
                    found.standing().name().toLowerCase(Locale.ROOT),
                    how == null ? null : how.name().toLowerCase(Locale.ROOT));
        }
    }

    private record Held(
            List<String> holders,
            @Says("members of the ledger") int members) {}

    public MirrorRoutes(Mirrors mirrors) {
        this.mirrors = mirrors;
    }

    public void register(Routes routes) {
        routes.get("/api/mirrors", LOGS, this::logs)
                .get("/api/mirrors/contents", CONTENTS, this::contents)
                .get("/api/holdings", HELD, this::held)
                .post("/api/evidence/promise", PROMISE, this::promise);
    }

    private void logs(Context context) {
        Json.send(context, new Logs(mirrors.states().stream().map(LogJson::of).toList()));
    }

    private void held(Context context) {
        var params = new Params(context);
        var log = params.find(LOG);
        long index = params.number(INDEX);
        if (params.sendRefusal()) return;
        var holdings = mirrors.holdings();
        var holders = holdings.holders(log.orElseThrow(), index).stream()
                .map(MemberId::value)
                .toList();
        Json.send(context, new Held(holders, holdings.members()));
    }

    /// Anybody may hand a promise in: the log's key has signed it, and what is no evidence costs one verification.
    private void promise(Context context) {
        byte[] body = context.bodyAsBytes();
        if (body.length > MAX_PROMISE) {
            Problem.send(context, Refusal.REQUEST_TOO_LARGE, "a promise has at most " + MAX_PROMISE + " bytes");
            return;
        }
        switch (mirrors.promises().check(body, PATIENCE)) {
            case Result.Ok<PromiseCheck.Outcome>(var found) -> Json.send(context, PromiseJson.of(found));
            case Result.No<PromiseCheck.Outcome>(var refused) ->
                Problem.of(refused).send(context);
        }
    }

    /// What this member keeps of another member's device, by grant.
    private void contents(Context context) {
        var params = new Params(context);
        var device = params.find(DEVICE);
        var from = params.find(AFTER);
        int limit = (int) params.number(LIMIT);
        if (params.sendRefusal()) return;
        String after = from.orElseThrow();
        int slash = after.indexOf('/');
        var frames = mirrors
                .contents()
                .frames(
                        device.orElseThrow(),
                        Long.parseLong(after, 0, slash, 10),
                        Long.parseLong(after, slash + 1, after.length(), 10),
                        limit)
                .stream()
                .map(FrameJson::of)
                .toList();
        var next = frames.size() < limit ? null : frames.getLast().place();
        Json.send(context, new Contents(device.get().value(), frames, next));
    }
}
