package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.List;
import java.util.Optional;

/// The access tokens of a device of this member. A token that somebody else may know is replaced: a further one is
/// given out, the device learns it, the old one is revoked.
///
/// @param self whose devices they are
public record DeviceTokenRoutes(MemberId self, LedgerReader ledger, DeviceTokens tokens) {
    private static final Parameter<String> TOKEN = Parameter.matching(
                    "token", "[0-9a-f]{16}", "16 hex digits", "Which one, as the list names it.")
            .inPath();
    private static final Operation LIST = Operation.of(
                    "Devices", "The access tokens of a device that are in force, without the tokens themselves")
            .takes(DeviceRoutes.DEVICE)
            .answers(InForce.class)
            .refuses(Refusal.DEVICE_UNKNOWN, Refusal.DEVICE_FOREIGN);
    private static final Operation ISSUE = Operation.of("Devices", "Gives a device that cannot sign a further token")
            .details(
                    "Those that it has stay in force until they are revoked. A device that signs with a key of its own,"
                            + " or did, gets none.")
            .takes(DeviceRoutes.DEVICE)
            .answers(201, Issued.class)
            .refuses(Refusal.DEVICE_UNKNOWN, Refusal.DEVICE_FOREIGN, Refusal.ACTION_NOT_ALLOWED);
    private static final Operation REVOKE = Operation.of("Devices", "Revokes an access token of a device, at once")
            .details("Nothing is accepted with it any more, over connections that are open neither.")
            .takes(DeviceRoutes.DEVICE, TOKEN)
            .answers(InForce.class)
            .refuses(Refusal.DEVICE_UNKNOWN, Refusal.DEVICE_FOREIGN, Refusal.REQUEST_NOT_FOUND);

    private record InForce(String device, List<DeviceTokens.Token> tokens) {}

    private record Issued(
            String device, @Says("told this once") String token) {}

    public void register(Routes routes) {
        routes.get("/api/devices/{device}/tokens", LIST, this::list)
                .post("/api/devices/{device}/tokens", ISSUE, this::issue)
                .delete("/api/devices/{device}/tokens/{token}", REVOKE, this::revoke);
    }

    private void list(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        if (params.sendRefusal()) return;
        send(context, device.orElseThrow(), OwnDevice.refused(self, ledger, device.get()));
    }

    private void issue(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        if (params.sendRefusal()) return;
        var refused = OwnDevice.refused(self, ledger, device.orElseThrow());
        if (refused.isPresent()) {
            Problem.of(refused.get()).send(context);
            return;
        }
        switch (tokens.issue(device.get())) {
            case Result.Ok<String>(String token) ->
                Json.send(context.status(201), new Issued(device.get().value(), token));
            case Result.No<String>(Refused why) -> Problem.of(why).send(context);
        }
    }

    private void revoke(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        var token = params.find(TOKEN);
        if (params.sendRefusal()) return;
        var refused = OwnDevice.refused(self, ledger, device.orElseThrow())
                .or(() -> tokens.revoke(device.get(), token.orElseThrow()));
        send(context, device.get(), refused);
    }

    private void send(Context context, DeviceId device, Optional<Refused> refused) {
        if (refused.isPresent()) Problem.of(refused.get()).send(context);
        else Json.send(context, new InForce(device.value(), tokens.tokens(device)));
    }
}
