package io.thingstead.node.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.command.CommandRecord;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Commands to the member's own devices: issuing one, which only the member's operator may, and what became of them.
final class CommandRoutes {
    private static final long MAX_NUMBER = (1L << 53) - 1;
    private static final long USUAL_LIFE_S = 60;
    private static final long MAX_LIFE_S = 30L * 24 * 3_600;
    private static final long ANSWER_SECONDS = 60;

    private static final Parameter<Long> BEFORE = Parameter.number(
                    "before", 1, MAX_NUMBER, "Only those with a lower number.")
            .or(MAX_NUMBER);
    private static final Parameter<Long> LIMIT = Parameter.limit(20, 200);
    private static final Operation PAGE = Operation.of(
                    "Commands", "Commands to a device and what became of them, the newest first")
            .takes(DeviceRoutes.DEVICE, BEFORE, LIMIT)
            .answers(Page.class);
    private static final Parameter<Long> NUMBER = Parameter.number(
                    "number", 1, MAX_NUMBER, "The command's number at its device.")
            .inPath();
    private static final Operation ONE = Operation.of("Commands", "One command and what became of it")
            .takes(DeviceRoutes.DEVICE, NUMBER)
            .answers(CommandJson.class)
            .refuses(Refusal.COMMAND_UNKNOWN);
    private static final Operation ISSUE = Operation.of("Commands", "Tells a device to do something")
            .details(
                    "It is in the log before the device gets it, and waits for a device that is away until it expires.")
            .takes(DeviceRoutes.DEVICE)
            .takes(NewCommand.class, "{\"name\": \"lock\", \"expires_s\": 60}")
            .answers(201, CommandJson.class)
            .refuses(
                    Refusal.COMMAND_MALFORMED,
                    Refusal.COMMAND_FULL,
                    Refusal.DEVICE_UNKNOWN,
                    Refusal.DEVICE_FOREIGN,
                    Refusal.MEMBER_REMOVED);

    private final Api api;
    private final CommandsJson json;

    private record NewCommand(
            @Says(value = "what the device is to do", needed = true, example = "lock") @Nullable
            String name,

            @Says("what it needs to know for that, any JSON") @Nullable
            JsonNode params,

            @Says("the same, where there is only one value") @Nullable
            JsonNode value,

            @Says(value = "seconds until it expires, 60 when not given", least = 1, most = MAX_LIFE_S)
            @JsonProperty("expires_s")
            @Nullable
            Long expiresSeconds) {}

    private record Page(
            List<CommandJson> commands,

            @Says("to be given as `before` for those before these; absent at the end") @Nullable
            Long next) {}

    CommandRoutes(Api api) {
        this.api = api;
        this.json = new CommandsJson(api);
    }

    void register(Routes routes) {
        routes.get("/api/devices/{device}/commands", PAGE, this::page)
                .get("/api/devices/{device}/commands/{number}", ONE, this::one)
                .post("/api/devices/{device}/commands", ISSUE, this::issue);
    }

    private void page(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        long before = params.number(BEFORE);
        int limit = (int) params.number(LIMIT);
        if (params.sendRefusal()) return;
        var found = api.commands().list(device.orElseThrow(), before, limit);
        Long next = found.size() < limit ? null : found.getLast().command().number();
        Json.send(context, new Page(found.stream().map(json::of).toList(), next));
    }

    private void one(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return;
        var found = api.commands().find(device.orElseThrow(), number);
        if (found.isEmpty()) {
            Problem.send(context, Refusal.COMMAND_UNKNOWN, "there is no command " + number + " to " + device.get());
            return;
        }
        Json.send(context, json.of(found.get()));
    }

    private void issue(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        if (params.sendRefusal()) return;
        var issued = switch (Json.read(context.bodyAsBytes(), NewCommand.class)) {
            case Result.Ok<NewCommand>(NewCommand wanted) -> issue(device.orElseThrow(), wanted);
            case Result.No<NewCommand>(Refused refused) -> new Result.No<CommandRecord>(refused);
        };
        switch (issued) {
            case Result.Ok<CommandRecord>(CommandRecord record) -> Json.send(context.status(201), json.of(record));
            case Result.No<CommandRecord>(Refused refused) ->
                Problem.of(refused).send(context);
        }
    }

    private Result<CommandRecord> issue(DeviceId device, NewCommand wanted) {
        if (wanted.name == null) return Result.no(Refusal.COMMAND_MALFORMED, "name: what the device is to do");
        if (wanted.params != null && wanted.value != null)
            return Result.no(Refusal.COMMAND_MALFORMED, "either params or value");
        long life = wanted.expiresSeconds == null ? USUAL_LIFE_S : wanted.expiresSeconds;
        if (life < 1 || life > MAX_LIFE_S)
            return Result.no(Refusal.COMMAND_MALFORMED, "expires_s is 1 to " + MAX_LIFE_S + " seconds");
        if (!device.member().equals(api.member()))
            return Result.no(Refusal.DEVICE_FOREIGN, device + " is not a device of " + api.member());
        var params = wanted.params != null ? wanted.params : wanted.value;
        return inLog(
                api.commands().issue(device, wanted.name, params == null ? "null" : params.toString(), 1_000 * life));
    }

    static Result<CommandRecord> inLog(CompletableFuture<Result<CommandRecord>> issued) {
        try {
            return issued.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.no(Refusal.STORE_UNAVAILABLE, "the node is shutting down: look at the list of commands");
        } catch (TimeoutException e) {
            return Result.no(Refusal.STORE_UNAVAILABLE, "the disk does not answer: look at the list of commands");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a command is issued or refused", e);
        }
    }
}
