package io.thingstead.node.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.command.Shadows;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import org.jspecify.annotations.Nullable;

/// What is desired of a device beside what it reports; setting what is desired, which only the operator may.
final class ShadowRoutes {
    private static final Operation GET = Operation.of("Commands", "What is desired of a device, beside what it reports")
            .takes(DeviceRoutes.DEVICE)
            .answers(ShadowJson.class)
            .refuses(Refusal.DEVICE_UNKNOWN);
    private static final Operation PUT = Operation.of("Commands", "Desires values of a device, until they are changed")
            .takes(DeviceRoutes.DEVICE)
            .takes(Wish.class, "{\"desired\": {\"locked\": true}}")
            .answers(ShadowJson.class)
            .refuses(
                    Refusal.COMMAND_MALFORMED,
                    Refusal.COMMAND_FULL,
                    Refusal.DEVICE_UNKNOWN,
                    Refusal.DEVICE_FOREIGN,
                    Refusal.MEMBER_REMOVED);

    private final Api api;

    private record Wish(
            @Says(value = "values to set, null to desire one no more; those not named stay", needed = true) @Nullable
            ObjectNode desired) {}

    private record ShadowJson(
            String device,
            ObjectNode desired,

            @Says("the number of the command that carries what is desired; 0 when nothing ever was")
            long desiredVersion,

            ObjectNode reported,

            @Says("the number of the frame that reported last; 0 when none did")
            long reportedVersion,

            @Says("what is desired and not reported") ObjectNode delta,

            @Says("of the command that carries what is desired; absent when nothing ever was") @Nullable
            String state) {}

    ShadowRoutes(Api api) {
        this.api = api;
    }

    void register(Routes routes) {
        routes.get("/api/devices/{device}/shadow", GET, this::get).put("/api/devices/{device}/shadow", PUT, this::put);
    }

    private void get(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        if (params.sendRefusal()) return;
        if (api.ledger().device(device.orElseThrow()) == null) {
            Problem.send(context, Refusal.DEVICE_UNKNOWN, "there is no device " + device.get());
            return;
        }
        Json.send(context, json(api.shadows().of(device.get())));
    }

    private void put(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        if (params.sendRefusal()) return;
        var desired = switch (Json.read(context.bodyAsBytes(), Wish.class)) {
            case Result.Ok<Wish>(Wish wish) -> desire(device.orElseThrow(), wish);
            case Result.No<Wish>(Refused refused) -> new Result.No<Shadows.Shadow>(refused);
        };
        switch (desired) {
            case Result.Ok<Shadows.Shadow>(Shadows.Shadow shadow) -> Json.send(context, json(shadow));
            case Result.No<Shadows.Shadow>(Refused refused) ->
                Problem.of(refused).send(context);
        }
    }

    private Result<Shadows.Shadow> desire(DeviceId device, Wish wish) {
        if (wish.desired == null) return Result.no(Refusal.REQUEST_MALFORMED, "desired: an object of values");
        if (!device.member().equals(api.member()))
            return Result.no(Refusal.DEVICE_FOREIGN, device + " is not a device of " + api.member());
        return api.shadows().desire(device, wish.desired);
    }

    private ShadowJson json(Shadows.Shadow shadow) {
        return new ShadowJson(
                shadow.device().value(),
                shadow.desired(),
                shadow.desiredVersion(),
                shadow.reported(),
                shadow.reportedVersion(),
                shadow.delta(),
                api.commands()
                        .find(shadow.device(), shadow.desiredVersion())
                        .map(carrier -> carrier.state())
                        .orElse(null));
    }
}
