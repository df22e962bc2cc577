package io.thingstead.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.command.Command;
import io.thingstead.kit.device.CommandTaker;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.util.List;
import java.util.random.RandomGenerator;

/// A lock at a fixed place. People turn it by hand now and then, until it is told for the first time.
final class Lock implements Obedient {
    private static final double BY_HAND = 0.04;

    private final Route.Place place;
    private final RandomGenerator random;
    private boolean locked;
    private boolean isTold;

    Lock(Route.Place place, RandomGenerator random) {
        this.place = place;
        this.random = random;
        this.locked = random.nextBoolean();
    }

    @Override
    public long periodMs() {
        return 3_000;
    }

    @Override
    public List<Measurement> measure(long nowMs) {
        if (!isTold && random.nextDouble() < BY_HAND) {
            locked = !locked;
        }
        return List.of(
                Thing.flag("locked", locked, nowMs),
                Thing.number("lat", "lat", place.lat(), 4, nowMs),
                Thing.number("lon", "lon", place.lon(), 4, nowMs));
    }

    @Override
    public CommandTaker.Answer obey(String name, JsonNode params) {
        return switch (name) {
            case "lock" -> turn(true);
            case "unlock" -> turn(false);
            case Command.DESIRED ->
                params.path("locked").isBoolean()
                        ? turn(params.path("locked").booleanValue())
                        : CommandTaker.Answer.refused("\"locked is true or false\"");
            default -> Obedient.unknown(name);
        };
    }

    private CommandTaker.Answer turn(boolean wanted) {
        isTold = true;
        locked = wanted;
        return CommandTaker.Answer.executed("{\"locked\":" + locked + "}");
    }
}
