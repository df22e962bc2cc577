package io.thingstead.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.command.Command;
import io.thingstead.kit.device.CommandTaker;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.util.List;
import java.util.random.RandomGenerator;

/// A valve with the flow behind it, which follows how far it is open.
final class Valve implements Obedient {
    private static final int WHOLE = 100;
    private static final double MOST_FLOW = 12;

    private final Route.Place place;
    private final RandomGenerator random;
    private int percent = 30;

    Valve(Route.Place place, RandomGenerator random) {
        this.place = place;
        this.random = random;
    }

    @Override
    public long periodMs() {
        return 3_000;
    }

    @Override
    public List<Measurement> measure(long nowMs) {
        double flow = MOST_FLOW * percent / WHOLE;
        return List.of(
                Thing.number("opening", "%", percent, 0, nowMs),
                Thing.number("flow", "l/s", flow == 0 ? 0 : Math.max(0, flow + 0.1 * random.nextGaussian()), 2, nowMs),
                Thing.number("lat", "lat", place.lat(), 4, nowMs),
                Thing.number("lon", "lon", place.lon(), 4, nowMs));
    }

    @Override
    public CommandTaker.Answer obey(String name, JsonNode params) {
        return switch (name) {
            case "open" -> params.isNull() ? set(WHOLE) : set(params.isObject() ? params.path("percent") : params);
            case "close" -> set(0);
            case Command.DESIRED -> set(params.path("opening"));
            default -> Obedient.unknown(name);
        };
    }

    private CommandTaker.Answer set(JsonNode wanted) {
        boolean isPercent = wanted.isIntegralNumber() && wanted.canConvertToInt();
        return isPercent && wanted.intValue() >= 0 && wanted.intValue() <= WHOLE
                ? set(wanted.intValue())
                : CommandTaker.Answer.refused("\"a valve opens by 0 to 100 percent\"");
    }

    private CommandTaker.Answer set(int wanted) {
        percent = wanted;
        return CommandTaker.Answer.executed("{\"opening\":" + percent + "}");
    }
}
