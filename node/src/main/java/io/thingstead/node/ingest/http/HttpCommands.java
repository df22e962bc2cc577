package io.thingstead.node.ingest.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.javalin.http.Context;
import io.thingstead.kit.command.Command;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.api.Params;
import io.thingstead.node.api.Problem;
import io.thingstead.node.api.Routes;
import io.thingstead.node.command.OpenCommand;
import io.thingstead.node.ingest.Intake;
import io.thingstead.node.ingest.Sender;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Commands over HTTP, for devices that ask for them: each request waits, on a virtual thread of its own, until there
/// is one. A device with a key gets the signed commands, one with a token ThingsBoard's JSON, one at a time.
public final class HttpCommands {
    private static final int MOST_WAITING = 2_000;
    private static final long MOST_WAIT_MS = 60_000;
    private static final long CLAIM_SECONDS = 60;
    /// Between two attempts to claim a command.
    private static final long AGAIN_MS = 50;
    private static final String BEARER = "Bearer ";
    private static final JsonMapper JSON = new JsonMapper();
    private static final long MOST = (1L << 53) - 1;
    private static final Parameter<DeviceId> DEVICE =
            Parameter.device("device", "The device's id.").inPath();
    private static final Parameter<Long> AFTER = Parameter.number(
                    "after", 0, MOST, "The highest number that the device has done.")
            .or(0L);
    private static final Parameter<Long> TIMEOUT = Parameter.number(
                    "timeout", 0, MOST, "How long it waits for one, in milliseconds; a minute at most.")
            .or(0L);
    private static final Parameter<String> PROOF = Parameter.text(
                    "Authorization", "`Bearer` and the signed connect message, in base64url.")
            .inHeader();
    private static final Operation SIGNED = Operation.of("Devices' side", "Commands to a device with a key")
            .details("Those above `after`, each signed by the member, one after another (RFC 8742).")
            .takes(DEVICE, AFTER, TIMEOUT, PROOF)
            .answers("application/cbor-seq", "The commands.")
            .answers(204, "None came in time.")
            .refuses(
                    Refusal.CONNECT_INVALID,
                    Refusal.CONNECT_STALE,
                    Refusal.CONNECT_REQUIRED,
                    Refusal.SIGNATURE_INVALID,
                    Refusal.KEY_UNKNOWN,
                    Refusal.KEY_REVOKED,
                    Refusal.DEVICE_UNKNOWN,
                    Refusal.DEVICE_FOREIGN);
    private static final Operation PLAIN = Operation.of("Devices' side", "The next command to a device with a token")
            .details("As ThingsBoard has it. Each is handed over once.")
            .takes(HttpIngest.TOKEN, TIMEOUT)
            .answers("application/json", "The command: `{\"id\", \"method\", \"params\"}`.")
            .answers(408, "None came in time.")
            .refuses(Refusal.TOKEN_INVALID, Refusal.DEVICE_UNKNOWN);

    private final Intake intake;
    private final Waiters waiters = new Waiters(MOST_WAITING);

    public HttpCommands(Intake intake) {
        this.intake = intake;
    }

    public void register(Routes routes) {
        routes.get("/v1/devices/{device}/commands", SIGNED, this::signed)
                .get("/api/v1/{token}/rpc", PLAIN, this::plain);
    }

    /// Those with numbers above `after`, one after another (RFC 8742).
    private void signed(Context context) throws InterruptedException {
        String header = context.header("Authorization");
        String message = header != null && header.startsWith(BEARER) ? header.substring(BEARER.length()) : "";
        if (!admits(context)) return;
        var params = new Params(context);
        var device = params.find(DEVICE);
        long after = params.number(AFTER);
        long wait = params.number(TIMEOUT);
        if (params.sendRefusal()) return;
        switch (intake.credentials().check(device.orElseThrow().value(), message)) {
            case Result.No<Sender>(var refused) -> refuse(context, refused);
            case Result.Ok<Sender>(Sender.Keyholder holder) ->
                await(context, holder, holder.device(), wait, _ -> above(holder.device(), after))
                        .ifPresent(found -> {
                            if (found.isEmpty()) {
                                context.status(204);
                                return;
                            }
                            ByteArrayOutputStream sequence = new ByteArrayOutputStream();
                            found.forEach(
                                    open -> sequence.writeBytes(open.command().bytes()));
                            context.contentType("application/cbor-seq")
                                    .header("Cache-Control", "no-store")
                                    .result(sequence.toByteArray());
                            found.forEach(open -> intake.commands()
                                    .delivered(holder.device(), open.command().number()));
                        });
            case Result.Ok<Sender> _ ->
                refuse(context, new Refused(Refusal.CONNECT_REQUIRED, "commands are for a device that proves its key"));
        }
    }

    private List<OpenCommand> above(DeviceId device, long after) {
        return intake.commands().open(device).stream()
                .filter(open -> open.command().number() > after)
                .toList();
    }

    /// The oldest that nobody was handed before: the device cannot tell whether it did one already.
    private void plain(Context context) throws InterruptedException {
        if (!admits(context)) return;
        var params = new Params(context);
        long wait = params.number(TIMEOUT);
        if (params.sendRefusal()) return;
        switch (intake.credentials().checkToken(context.pathParam("token"))) {
            case Result.No<Sender.TokenHolder>(var refused) -> refuse(context, refused);
            case Result.Ok<Sender.TokenHolder>(var holder) ->
                await(context, holder, holder.device(), wait, waiter -> claimed(holder.device(), waiter))
                        .ifPresent(found -> {
                            if (found.isEmpty()) {
                                context.status(408);
                                return;
                            }
                            Command command = found.getFirst().command();
                            ObjectNode json = JSON.createObjectNode()
                                    .put("id", command.number())
                                    .put("method", command.name());
                            json.putRawValue("params", new RawValue(command.params()));
                            context.contentType("application/json; charset=utf-8")
                                    .header("Cache-Control", "no-store")
                                    .result(json.toString().getBytes(StandardCharsets.UTF_8));
                        });
        }
    }

    /// One that is this request's alone, and of which the log says so; else none.
    private List<OpenCommand> claimed(DeviceId device, Waiters.Waiter waiter) throws InterruptedException {
        if (!waiters.isNewest(waiter)) return List.of();
        Optional<OpenCommand> free = intake.commands().open(device).stream()
                .filter(open -> open.isFree() && !open.command().name().equals(Command.DESIRED))
                .findFirst();
        if (free.isEmpty()) return List.of();
        boolean isOurs = intake.commands()
                .claim(free.get())
                .completeOnTimeout(false, CLAIM_SECONDS, TimeUnit.SECONDS)
                .join();
        if (isOurs) return List.of(free.get());
        Thread.sleep(AGAIN_MS);
        waiter.wake();
        return List.of();
    }

    private boolean admits(Context context) {
        InetAddress address = InetAddress.ofLiteral(context.req().getRemoteAddr());
        if (intake.quotas().of(address).admits(0)) return true;
        refuse(context, new Refused(Refusal.BUSY, "too many requests from this address"));
        return false;
    }

    private void refuse(Context context, Refused refused) {
        if (refused.code() == Refusal.BUSY) context.header("Retry-After", "1");
        Problem.of(intake.counters().rejected(refused, 0).refused()).send(context);
    }

    /// What is there for the device.
    @FunctionalInterface
    private interface Look {
        List<OpenCommand> at(Waiters.Waiter waiter) throws InterruptedException;
    }

    /// What there is, as soon as there is something; an empty list after the time that it waits. Nothing when the
    /// request was refused.
    private Optional<List<OpenCommand>> await(Context context, Sender sender, DeviceId device, long waitMs, Look look)
            throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(waitMs, MOST_WAIT_MS));
        Waiters.Waiter waiter = waiters.enter(device);
        if (waiter == null) {
            refuse(context, new Refused(Refusal.BUSY, "too many requests wait for commands"));
            return Optional.empty();
        }
        intake.commands().attach(device, waiter);
        try {
            while (true) {
                waiter.forget();
                // A token or key may be revoked while the request waits.
                Refused objection = intake.credentials().objection(sender);
                if (objection != null) {
                    refuse(context, objection);
                    return Optional.empty();
                }
                List<OpenCommand> found = look.at(waiter);
                long left = until - System.nanoTime();
                if (!found.isEmpty() || left <= 0 || waiter.isDisplaced()) return Optional.of(found);
                waiter.await(left);
            }
        } finally {
            intake.commands().detach(device, waiter);
            waiters.leave(waiter);
        }
    }
}
