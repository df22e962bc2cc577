package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.catalogue.Catalogue;
import io.thingstead.node.catalogue.Quantity;
import io.thingstead.node.catalogue.ThingDescription;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Things: the devices of all members as W3C WoT Thing Descriptions, and what the forms in them lead to.
public record ThingRoutes(Catalogue catalogue) {
    private static final String MEDIA_TYPE = "application/td+json";
    private static final Parameter<DeviceId> AFTER = Parameter.device("after", "Only those after this one, by id.");
    private static final Parameter<Long> LIMIT = Parameter.limit(100, 500);
    private static final Operation PAGE = Operation.of(
                    "Things", "The devices of all members as W3C WoT Thing Descriptions, by id")
            .takes(AFTER, LIMIT)
            .answers(Page.class);
    private static final Parameter<DeviceId> DEVICE =
            Parameter.device("device", "The device's id.").inPath();
    private static final Operation THING = Operation.of("Things", "One device as a W3C WoT Thing Description")
            .takes(DEVICE)
            .answers(MEDIA_TYPE, "The Thing Description 1.1, in JSON.")
            .soldFor(PaymentJson.PaymentRequiredJson.class)
            .refuses(Refusal.DEVICE_UNKNOWN);
    private static final Refusal[] NOT_READ = {
        Refusal.DEVICE_UNKNOWN, Refusal.DEVICE_FOREIGN, Refusal.MEMBER_UNREACHABLE, Refusal.REQUEST_NOT_FOUND
    };
    private static final Parameter<String> NAME =
            Parameter.text("name", "The quantity's name.").required().example("temperature");
    private static final Operation PROPERTY = Operation.of("Things", "The newest value of a quantity")
            .details("A form of the Thing Description leads here. Another member's device is asked at that member.")
            .takes(DEVICE, NAME)
            .answers("application/json", "The value: a number, yes or no, or a text.")
            .soldFor(PaymentJson.PaymentRequiredJson.class)
            .refuses(NOT_READ);
    private static final Operation PROPERTIES = Operation.of("Things", "The newest values of all quantities")
            .takes(DEVICE)
            .answers("application/json", "The values by the quantities' names.")
            .soldFor(PaymentJson.PaymentRequiredJson.class)
            .refuses(NOT_READ);

    private record Page(
            List<ThingDescription> things,

            @Says("to be given as `after` for those that follow; absent on the last page") @Nullable
            String next) {}

    public void register(Routes routes) {
        routes.get("/api/things", PAGE, this::page)
                .get("/api/things/{device}", THING, this::thing)
                .get("/api/things/{device}/property", PROPERTY, this::property)
                .get("/api/things/{device}/properties", PROPERTIES, this::properties);
    }

    private static String base(Context context) {
        return context.scheme() + "://" + Objects.requireNonNullElse(context.host(), "localhost") + "/";
    }

    private void page(Context context) {
        var params = new Params(context);
        var after = params.find(AFTER);
        int limit = (int) params.number(LIMIT);
        if (params.sendRefusal()) return;
        var things = catalogue.page(after.orElse(null), limit, base(context));
        Json.send(
                context,
                new Page(things, things.size() < limit ? null : things.getLast().title()));
    }

    private void thing(Context context) {
        var params = new Params(context);
        var device = params.find(DEVICE);
        if (params.sendRefusal()) return;
        var thing = catalogue.describe(device.orElseThrow(), base(context));
        if (thing.isEmpty()) {
            Problem.send(context, Refusal.DEVICE_UNKNOWN, "there is no device " + device.get());
            return;
        }
        Json.send(context, thing.get());
        context.contentType(MEDIA_TYPE);
    }

    private void property(Context context) {
        var params = new Params(context);
        var device = params.find(DEVICE);
        var wanted = params.find(NAME);
        if (params.sendRefusal()) return;
        String name = wanted.orElseThrow();
        switch (catalogue.quantities(device.orElseThrow())) {
            case Result.Ok<List<Quantity>>(var quantities) ->
                quantities.stream()
                        .filter(quantity -> quantity.name().equals(name))
                        .findFirst()
                        .ifPresentOrElse(
                                quantity -> Json.send(context, quantity.value()),
                                () -> Problem.send(
                                        context,
                                        Refusal.REQUEST_NOT_FOUND,
                                        device.get() + " has no reading of " + name));
            case Result.No<List<Quantity>>(Refused refused) ->
                Problem.of(refused).send(context);
        }
    }

    private void properties(Context context) {
        var params = new Params(context);
        var device = params.find(DEVICE);
        if (params.sendRefusal()) return;
        DeviceId id = device.orElseThrow();
        switch (catalogue.quantities(id)) {
            case Result.Ok<List<Quantity>>(var quantities) -> {
                Map<String, Object> values = new LinkedHashMap<>();
                quantities.forEach(quantity -> values.put(quantity.name(), quantity.value()));
                Json.send(context, values);
            }
            case Result.No<List<Quantity>>(Refused refused) ->
                Problem.of(refused).send(context);
        }
    }
}
