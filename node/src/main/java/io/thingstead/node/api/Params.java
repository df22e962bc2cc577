package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request's parameters, each with its bounds. The first that is wrong is remembered; the values read after it mean
/// nothing.
final class Params {
    private static final int MAX_TEXT = 200;

    private final Context context;
    private @Nullable Refused refused;

    Params(Context context) {
        this.context = context;
    }

    /// Sends what was wrong, if something was.
    boolean sendRefusal() {
        if (refused == null) return false;
        Problem.of(refused).send(context);
        return true;
    }

    long number(String name, long otherwise, long least, long most) {
        var text = context.queryParam(name);
        if (text == null) return otherwise;
        return bounded(name, text, otherwise, least, most);
    }

    long pathNumber(String name, long least, long most) {
        return bounded(name, context.pathParam(name), least, least, most);
    }

    private long bounded(String name, String text, long otherwise, long least, long most) {
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) return value;
        } catch (NumberFormatException e) {
            // refused below, like a number out of bounds
        }
        refuse("%s is a whole number from %d to %d".formatted(name, least, most));
        return otherwise;
    }

    Optional<String> text(String name) {
        var text = context.queryParam(name);
        if (text == null || text.isEmpty()) return Optional.empty();
        if (text.length() <= MAX_TEXT) return Optional.of(text);
        refuse(name + " has at most " + MAX_TEXT + " characters");
        return Optional.empty();
    }

    String required(String name) {
        var text = text(name);
        if (text.isEmpty()) refuse(name + " is missing");
        return text.orElse("");
    }

    Optional<DeviceId> device(String name) {
        var text = text(name);
        if (text.isEmpty()) return Optional.empty();
        var device = DeviceId.parse(text.get());
        if (device.isEmpty()) refuse(name + " is a device id, member:name");
        return device;
    }

    Optional<DeviceId> pathDevice(String name) {
        var text = context.pathParam(name);
        var device = DeviceId.parse(text);
        if (device.isEmpty()) refuse(name + " is a device id, member:name");
        return device;
    }

    private void refuse(String text) {
        if (refused == null) refused = new Refused(Refusal.REQUEST_MALFORMED, text);
    }
}
