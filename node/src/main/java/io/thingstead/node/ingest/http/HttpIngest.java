package io.thingstead.node.ingest.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.http.Context;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.api.Problem;
import io.thingstead.node.api.Routes;
import io.thingstead.node.challenge.Challenges;
import io.thingstead.node.ingest.Checked;
import io.thingstead.node.ingest.Intake;
import io.thingstead.node.ingest.Outcome;
import io.thingstead.node.ingest.Quotas.Quota;
import io.thingstead.node.ingest.Sender;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Devices over HTTP: frames, one or many in a request, and plain telemetry with a token in the path. Each request
/// runs on a virtual thread of its own and answers after the sync, with a signed promise.
public final class HttpIngest {
    static final int MOST_FRAMES = 1_000;
    static final int MOST_SEQUENCE_BYTES = 8 << 20;
    private static final int MOST_TELEMETRY_BYTES = 65_536;
    private static final long ANSWER_SECONDS = 60;
    private static final String COSE = "application/cose";
    private static final String SEQUENCE = "application/cbor-seq";
    private static final JsonMapper JSON = new JsonMapper();
    private static final Operation FRAMES = Operation.of("Devices' side", "Takes signed frames into the log")
            .details(
                    "One COSE_Sign1 frame, or a sequence of up to " + MOST_FRAMES
                            + " (RFC 8742). The answer comes once it is"
                            + " synced, with a signed promise. A sequence is answered by `results`, each a receipt or a problem.")
            .takes("A frame, or frames one after another.", null, COSE, SEQUENCE)
            .answers(Receipt.class, Results.class)
            .refuses(
                    Refusal.FRAME_MALFORMED,
                    Refusal.FRAME_TOO_LARGE,
                    Refusal.FRAME_HEADER,
                    Refusal.FRAME_PAYLOAD,
                    Refusal.FRAME_TIME,
                    Refusal.KEY_UNKNOWN,
                    Refusal.KEY_REVOKED,
                    Refusal.KEY_FOREIGN,
                    Refusal.SIGNATURE_INVALID,
                    Refusal.SEQUENCE_REUSED,
                    Refusal.SEQUENCE_SKIPPED,
                    Refusal.SEQUENCE_PREVIOUS,
                    Refusal.SEQUENCE_GAPS,
                    Refusal.SEQUENCE_RANGE,
                    Refusal.DEVICE_UNKNOWN,
                    Refusal.DEVICE_FOREIGN,
                    Refusal.CONNECT_REQUIRED,
                    Refusal.COMMAND_MALFORMED,
                    Refusal.COMMAND_UNKNOWN,
                    Refusal.MEMBER_REMOVED);
    static final Parameter<String> TOKEN =
            Parameter.text("token", "The device's access token.").inPath();
    private static final Operation TELEMETRY = plain("Takes readings of a device that has a token")
            .takes(
                    "A JSON object of values by name, `{\"ts\", \"values\"}`, or an array of these.",
                    "{\"temperature\": 21.5}",
                    "application/json")
            .answers(Receipt.class, Noted.class);
    private static final Operation ATTRIBUTES = plain("Takes what a device that has a token says of itself")
            .takes("A JSON object of values by name.", "{\"firmware\": \"1.2\"}", "application/json")
            .answers(Receipt.class, Noted.class);
    private static final Parameter<Long> NUMBER = Parameter.number("number", 1, (1L << 53) - 1, "The command's number.")
            .inPath();
    private static final Operation ANSWER = plain("Takes a token device's answer to a command")
            .takes(NUMBER)
            .takes("Any JSON; an object with `error` says that it failed.", "{\"open\": 40}", "application/json")
            .answers(Receipt.class, Noted.class)
            .refuses(Refusal.COMMAND_UNKNOWN, Refusal.COMMAND_MALFORMED);
    private static final Operation CHALLENGE = Operation.of("Devices' side", "What a device signs to prove its key")
            .answers(Challenge.class);

    private final Intake intake;
    private final Challenges challenges;
    private final Promises promises;
    private final Bodies bodies = new Bodies();

    public HttpIngest(Intake intake, Challenges challenges, Promises promises) {
        this.intake = intake;
        this.challenges = challenges;
        this.promises = promises;
    }

    private record Results(
            @Says("a receipt or a problem for each frame, in their order")
            List<Object> results) {}

    /// What went into no log of its own.
    private record Noted() {}

    private record Challenge(
            @Says("in base64url") String challenge,
            @Says("for how long it is good") long validMs) {}

    private static Operation plain(String summary) {
        return Operation.of("Devices' side", summary)
                .details("As ThingsBoard has it; the member signs it in the device's stead (`member-attested`).")
                .takes(TOKEN)
                .refuses(
                        Refusal.TOKEN_INVALID,
                        Refusal.DEVICE_UNKNOWN,
                        Refusal.TELEMETRY_MALFORMED,
                        Refusal.TELEMETRY_TOO_LARGE,
                        Refusal.FRAME_TIME,
                        Refusal.MEMBER_REMOVED);
    }

    public void register(Routes routes) {
        routes.post("/v1/frames", FRAMES, this::frames)
                .post("/v1/devices/me/frames", FRAMES, this::frames)
                .post("/api/v1/{token}/telemetry", TELEMETRY, this::telemetry)
                .post("/api/v1/{token}/attributes", ATTRIBUTES, this::telemetry)
                .post("/api/v1/{token}/rpc/{number}", ANSWER, this::answer)
                .get("/v1/challenge", CHALLENGE, this::challenge);
        new HttpCommands(intake).register(routes);
    }

    private void frames(Context context) {
        String type = mediaType(context);
        switch (type) {
            case COSE ->
                body(context, Frame.MAX_BYTES + 1, Refusal.FRAME_TOO_LARGE, body -> {
                    Quota quota = intake.quotas().of(address(context));
                    return answer(
                            take(body.length, quota, () -> intake.ingress().check(body, Sender.ANYONE)));
                });
            case SEQUENCE ->
                body(context, MOST_SEQUENCE_BYTES, Refusal.REQUEST_TOO_LARGE, body -> {
                    Quota quota = intake.quotas().of(address(context));
                    return sequence(FrameSequence.split(body, MOST_FRAMES), quota);
                });
            default ->
                send(context, refused(Refusal.REQUEST_MEDIA_TYPE, "the media type is " + COSE + " or " + SEQUENCE));
        }
    }

    private static String mediaType(Context context) {
        // Not `contentType()`: that fails on a charset with a name that is none.
        String given = context.header("Content-Type");
        int parameters = given == null ? 0 : given.indexOf(';');
        String type = given == null ? "" : parameters < 0 ? given : given.substring(0, parameters);
        return type.strip().toLowerCase(java.util.Locale.ROOT);
    }

    private Object sequence(List<byte[]> frames, Quota quota) {
        if (frames.isEmpty() || frames.size() > MOST_FRAMES) {
            return refused(Refusal.REQUEST_TOO_LARGE, "a sequence has 1 to " + MOST_FRAMES + " frames");
        }
        // All go to the log before the first answer is waited for, so that they share synced writes.
        List<CompletableFuture<Outcome>> taken = new ArrayList<>(frames.size());
        for (byte[] frame : frames) {
            taken.add(take(frame.length, quota, () -> intake.ingress().check(frame, Sender.ANYONE)));
        }
        return new Results(taken.stream().map(this::answer).toList());
    }

    private void telemetry(Context context) {
        plain(context, (body, device) -> intake.attestation().check(body, device));
    }

    private void answer(Context context) {
        String number = context.pathParam("number");
        plain(context, (body, device) -> intake.answers().check(body, device, number));
    }

    private void plain(Context context, BiFunction<byte[], DeviceId, Checked> check) {
        String token = context.pathParam("token");
        body(context, MOST_TELEMETRY_BYTES, Refusal.TELEMETRY_TOO_LARGE, body -> {
            Quota quota = intake.quotas().of(address(context));
            return answer(take(body.length, quota, () -> switch (intake.credentials()
                    .checkToken(token)) {
                case Result.No<Sender.TokenHolder>(var refused) ->
                    new Checked.Turned(intake.counters().rejected(refused, 0));
                case Result.Ok<Sender.TokenHolder>(var holder) -> check.apply(body, holder.device());
            }));
        });
    }

    private void challenge(Context context) {
        if (intake.quotas().of(address(context)).admits(0)) {
            send(context, new Challenge(Base64Url.encode(challenges.issue()), Challenges.VALID_MS));
        } else {
            send(context, refused(Refusal.BUSY, "too many requests from this address"));
        }
    }

    /// What is to be checked, once the sender is within its rate.
    private interface Check {
        Checked run();
    }

    private CompletableFuture<Outcome> take(int sizeBytes, Quota ofAddress, Check check) {
        if (!ofAddress.admits(sizeBytes)) {
            return busy("too many messages from this address");
        }
        return switch (check.run()) {
            case Checked.Turned(var outcome) -> CompletableFuture.completedFuture(outcome);
            case Checked.Noted() -> CompletableFuture.completedFuture(new Outcome.Noted());
            case Checked.Ready ready -> {
                if (!intake.quotas().of(ready.device()).admits(sizeBytes)) {
                    yield busy("too many messages of " + ready.device());
                }
                CompletableFuture<Outcome> outcome = new CompletableFuture<>();
                ready.submit(outcome::complete);
                yield outcome;
            }
        };
    }

    private CompletableFuture<Outcome> busy(String text) {
        return CompletableFuture.completedFuture(
                intake.counters().rejected(new Refused(Refusal.BUSY, text + ": send again later"), 0));
    }

    /// Waits for the outcome.
    private Object answer(CompletableFuture<Outcome> outcome) {
        try {
            return switch (outcome.get(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                case Outcome.Logged logged -> Receipt.of(logged, promises);
                case Outcome.Noted() -> new Noted();
                case Outcome.Rejected(Refused refused, long _) -> Problem.of(refused);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return problem(Refusal.STORE_UNAVAILABLE, "the node is shutting down: send it again later");
        } catch (TimeoutException e) {
            return problem(Refusal.STORE_UNAVAILABLE, "the disk does not answer: send it again later");
        } catch (ExecutionException e) {
            throw new IllegalStateException("outcomes do not fail", e);
        }
    }

    /// A request that is refused as a whole, and counted.
    private Problem refused(Refusal code, String text) {
        return Problem.of(intake.counters().rejected(new Refused(code, text), 0).refused());
    }

    private static Problem problem(Refusal code, String text) {
        return Problem.of(new Refused(code, text));
    }

    /// Reads the body, at most `most` bytes, and answers with what is made of it.
    private void body(Context context, int most, Refusal tooLarge, Function<byte[], Object> answer) {
        InputStream in;
        try {
            in = context.req().getInputStream();
        } catch (IOException e) {
            send(context, refused(Refusal.REQUEST_MALFORMED, "the body cannot be read"));
            return;
        }
        bodies.read(in, most, tooLarge, body -> {
            switch (body) {
                case Result.Ok<byte[]>(byte[] bytes) -> send(context, answer.apply(bytes));
                case Result.No<byte[]>(Refused refused) -> send(context, refused(refused.code(), refused.text()));
            }
        });
    }

    private static void send(Context context, Object answer) {
        if (answer instanceof Problem problem) {
            if (problem.code().equals(Refusal.BUSY.code())) {
                context.header("Retry-After", "1");
            }
            problem.send(context);
            return;
        }
        try {
            context.contentType("application/json; charset=utf-8")
                    .header("Cache-Control", "no-store")
                    .result(JSON.writeValueAsBytes(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("answers are records of plain values", e);
        }
    }

    private static InetAddress address(Context context) {
        // The address as a number: this asks no name server.
        return java.net.InetAddress.ofLiteral(context.req().getRemoteAddr());
    }
}
