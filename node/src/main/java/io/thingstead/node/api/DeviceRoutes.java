package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.fleet.Labels;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One device: what is known of it, what people call it, and registering one more.
final class DeviceRoutes {
    static final Parameter<DeviceId> DEVICE =
            Parameter.device("device", "The device's id.").inPath();
    private static final Operation DETAIL = Operation.of("Devices", "One device: its newest readings, numbers and keys")
            .takes(DEVICE)
            .answers(Detail.class)
            .soldFor(PaymentJson.PaymentRequiredJson.class)
            .refuses(Refusal.DEVICE_UNKNOWN);
    private static final Operation CREATE = Operation.of("Devices", "Registers a device on the ledger")
            .details("With a key and its proof of possession it signs what it measures; without both it gets a token,"
                    + " which is told once and never again.")
            .takes(NewDevice.class, "{\"name\": \"kitchen\"}")
            .answers(201, Registered.class)
            .refuses(Refusal.DEVICE_EXISTS, Refusal.KEY_EXISTS, Refusal.KEY_WEAK, Refusal.KEY_POSSESSION)
            .asksTheLedger();

    private static final Operation LABEL = Operation.of("Devices", "Says what people call a device")
            .details("The member alone keeps it: it is not on the ledger, and not signed.")
            .takes(DEVICE)
            .takes(NewLabel.class, "{\"label\": \"Cold room, left\"}")
            .answers(Labelled.class)
            .refuses(Refusal.DEVICE_UNKNOWN, Refusal.DEVICE_FOREIGN);

    private static final int MAX_BODY = 16_384;
    private static final int MAX_GAPS = 100;

    private final Api api;

    private record Key(
            String thumbprint,
            String trust,
            @Says("the highest number that came") long highest,

            @Says("numbers that have not come, the first of them")
            List<Gap> gaps) {}

    private record Gap(
            @Says("the first that is missing") long first,
            @Says("the last that is missing") long last) {}

    private record Detail(
            @Says("the node's clock") long nowMs,
            @Says("leaves of the log that are final") long anchored,
            DeviceJson device,

            @Says("what came of it, by the key that signed it")
            List<Key> streams,

            @Says("thumbprints of its keys that are in force")
            List<String> keys) {}

    private record NewDevice(
            @Says(value = "its name at this member", pattern = "[a-z0-9-]{1,64}", needed = true, example = "kitchen")
            @Nullable
            String name,

            @Says("its public key as a COSE_Key, in base64url") @Nullable
            String key,

            @Says("the key's proof of possession, in base64url") @Nullable
            String possession) {}

    private record Registered(
            String device,

            @Says("with which a device without a key connects") @Nullable
            String token) {}

    private record NewLabel(
            @Says(value = "a line; absent, null or empty to call it by its name again", longest = Labels.MAX_LENGTH)
            @Nullable
            String label) {}

    private record Labelled(
            String device,
            @Says("absent when it has none") @Nullable String label) {}

    DeviceRoutes(Api api) {
        this.api = api;
    }

    void register(Routes routes) {
        routes.get("/api/devices/{device}", DETAIL, this::detail)
                .put("/api/devices/{device}/label", LABEL, this::label)
                .post("/api/devices", CREATE, this::create);
    }

    private void detail(Context context) {
        var params = new Params(context);
        var id = params.find(DEVICE);
        if (params.sendRefusal()) return;
        var record = api.ledger().device(id.orElseThrow());
        if (record == null) {
            Problem.send(context, Refusal.DEVICE_UNKNOWN, "there is no device " + id.get());
            return;
        }
        long anchored = api.live().anchored();
        Json.send(
                context,
                new Detail(
                        api.nowMs().getAsLong(),
                        anchored,
                        DeviceJson.of(api.fleet().device(record), api.live().device(id.get()), anchored),
                        streams(api.log(), id.get()),
                        record.keys().stream().map(Object::toString).toList()));
    }

    private static List<Key> streams(LogReader log, DeviceId device) {
        return log.streams(device).stream()
                .map(stream -> new Key(
                        stream.key().hex(),
                        stream.trust().label(),
                        log.highest(stream),
                        log.gaps(stream).stream()
                                .limit(MAX_GAPS)
                                .map(gap -> new Gap(gap.first(), gap.last()))
                                .toList()))
                .toList();
    }

    private void label(Context context) {
        var params = new Params(context);
        var device = params.find(DEVICE);
        if (params.sendRefusal()) return;
        var labelled = switch (Json.read(context.bodyAsBytes(), NewLabel.class)) {
            case Result.Ok<NewLabel>(NewLabel wanted) -> label(device.orElseThrow(), wanted.label);
            case Result.No<NewLabel>(var refused) -> new Result.No<Labelled>(refused);
        };
        switch (labelled) {
            case Result.Ok<Labelled>(var done) -> Json.send(context, done);
            case Result.No<Labelled>(var refused) -> Problem.of(refused).send(context);
        }
    }

    private Result<Labelled> label(DeviceId device, @Nullable String text) {
        if (!device.member().equals(api.member()))
            return Result.no(Refusal.DEVICE_FOREIGN, device + " is not a device of " + api.member());
        if (api.ledger().device(device) == null)
            return Result.no(Refusal.DEVICE_UNKNOWN, "there is no device " + device);
        String label = text == null || text.isBlank() ? null : text.strip();
        if (label != null && !Labels.isWellFormed(label))
            return Result.no(
                    Refusal.REQUEST_MALFORMED, "label: a line of at most " + Labels.MAX_LENGTH + " characters");
        api.fleet().label(device, label);
        return Result.ok(new Labelled(device.value(), label));
    }

    private void create(Context context) {
        if (context.contentLength() > MAX_BODY) {
            Problem.send(context, Refusal.REQUEST_TOO_LARGE, "at most " + MAX_BODY + " bytes");
            return;
        }
        var result = switch (Json.read(context.bodyAsBytes(), NewDevice.class)) {
            case Result.Ok<NewDevice>(NewDevice wanted) -> create(wanted);
            case Result.No<NewDevice>(var refused) -> new Result.No<DeviceRegistrar.Registered>(refused);
        };
        switch (result) {
            case Result.Ok<DeviceRegistrar.Registered>(var made) -> {
                context.status(201);
                Json.send(context, new Registered(made.device().value(), made.token()));
            }
            case Result.No<DeviceRegistrar.Registered>(var refused) ->
                Problem.of(refused).send(context);
        }
    }

    private Result<DeviceRegistrar.Registered> create(NewDevice wanted) {
        if (wanted.name == null
                || DeviceId.parse(api.member() + ":" + wanted.name).isEmpty())
            return Result.no(Refusal.REQUEST_MALFORMED, "name: 1 to 64 of a-z, 0-9 and '-'");
        if ((wanted.key == null) != (wanted.possession == null))
            return Result.no(Refusal.KEY_POSSESSION, "a key comes with its proof of possession");
        var key = decoded(wanted.key);
        var possession = decoded(wanted.possession);
        if (key.isEmpty() || possession.isEmpty())
            return Result.no(Refusal.REQUEST_MALFORMED, "key and possession are base64url without padding");
        return wanted.key == null
                ? api.registrar().register(wanted.name, null, null)
                : api.registrar().register(wanted.name, key.get(), possession.get());
    }

    private static Optional<byte[]> decoded(@Nullable String base64Url) {
        try {
            return Optional.of(
                    base64Url == null ? new byte[0] : Base64.getUrlDecoder().decode(base64Url));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
