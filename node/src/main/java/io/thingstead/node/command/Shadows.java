package io.thingstead.node.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.command.Command;
import io.thingstead.kit.frame.SenMlName;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is desired of devices beside what they report. Desired values travel as a signed command that carries all of
/// them and takes the place of the one before; reported values are the newest readings of the same names. So both are
/// in the log, and nothing else is kept.
public final class Shadows {
    public static final int MOST_VALUES = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Shadows.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final long ANSWER_SECONDS = 60;
    /// A device that comes back again and again without doing it is not asked again more often.
    private static final long AGAIN_MS = 600_000;

    private final Commands commands;
    private final Function<DeviceId, Reported> reported;
    private final LongSupplier clockMs;

    /// What a device says of itself.
    ///
    /// @param version the number of its newest frame, 0 for none
    public record Reported(long version, Map<String, Value> values) {
        public static final Reported NOTHING = new Reported(0, Map.of());

        public Reported {
            values = Map.copyOf(values);
        }
    }

    /// @param desiredVersion the number of the command that carries them, 0 when nothing ever was desired
    /// @param delta those desired values that the device does not report
    public record Shadow(
            DeviceId device,
            ObjectNode desired,
            long desiredVersion,
            ObjectNode reported,
            long reportedVersion,
            ObjectNode delta) {}

    public Shadows(Commands commands, Function<DeviceId, Reported> reported, LongSupplier clockMs) {
        this.commands = commands;
        this.reported = reported;
        this.clockMs = clockMs;
    }

    public Shadow of(DeviceId device) {
        return shadow(device, commands.desired(device));
    }

    private Shadow shadow(DeviceId device, Optional<CommandRecord> carrier) {
        ObjectNode desired =
                carrier.map(record -> object(record.command().params())).orElseGet(JSON::createObjectNode);
        Reported says = reported.apply(device);
        ObjectNode values = JSON.createObjectNode();
        new TreeMap<>(says.values()).forEach((name, value) -> values.set(name, json(value)));
        ObjectNode delta = JSON.createObjectNode();
        desired.properties().forEach(wanted -> {
            if (!isSame(wanted.getValue(), values.get(wanted.getKey()))) {
                delta.set(wanted.getKey(), wanted.getValue());
            }
        });
        long version = carrier.map(record -> record.command().number()).orElse(0L);
        return new Shadow(device, desired, version, values, says.version(), delta);
    }

    /// It was an object when it was signed.
    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("desired values that are no JSON object", e);
        }
    }

    private static JsonNode json(Value value) {
        return switch (value) {
            case Value.Number(double number) ->
                number == Math.rint(number) && Math.abs(number) < 1L << 53
                        ? JSON.getNodeFactory().numberNode((long) number)
                        : JSON.getNodeFactory().numberNode(number);
            case Value.Text(String text) -> JSON.getNodeFactory().textNode(text);
            case Value.Flag(boolean flag) -> JSON.getNodeFactory().booleanNode(flag);
            case Value.Data(byte[] data) -> JSON.getNodeFactory().binaryNode(data);
        };
    }

    /// Numbers are the same whatever their form; nested values are reported as their JSON text.
    private static boolean isSame(JsonNode wanted, @Nullable JsonNode says) {
        if (says == null) {
            return false;
        }
        if (wanted.isNumber() && says.isNumber()) {
            return wanted.doubleValue() == says.doubleValue();
        }
        return wanted.isContainerNode()
                ? says.isTextual() && says.textValue().equals(wanted.toString())
                : wanted.equals(says);
    }

    /// Changes what is desired: values take the place of those of the same name, null removes one. Returns when it is
    /// in
    /// the log. One at a time, so that no change is lost.
    public synchronized Result<Shadow> desire(DeviceId device, ObjectNode changes) {
        ObjectNode desired = of(device).desired();
        for (Map.Entry<String, JsonNode> change : changes.properties()) {
            if (change.getValue().isNull()) {
                desired.remove(change.getKey());
            } else if (change.getKey().length() > Command.MAX_NAME || !SenMlName.isValid(change.getKey())) {
                return Result.no(
                        Refusal.COMMAND_MALFORMED,
                        "a desired value has the name of a reading, of at most 64 characters");
            } else {
                desired.set(change.getKey(), change.getValue());
            }
        }
        if (desired.size() > MOST_VALUES || !Command.fits(desired.toString())) {
            return Result.no(
                    Refusal.COMMAND_MALFORMED,
                    "at most " + MOST_VALUES + " values of together " + Command.MAX_JSON_BYTES + " bytes are desired");
        }
        return issue(device, desired.toString());
    }

    private Result<Shadow> issue(DeviceId device, String desired) {
        try {
            return switch (commands.desire(device, desired).get(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                case Result.Ok<CommandRecord>(CommandRecord record) -> Result.ok(shadow(device, Optional.of(record)));
                case Result.No<CommandRecord>(Refused refused) -> new Result.No<>(refused);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.no(Refusal.STORE_UNAVAILABLE, "the node is shutting down: look at the shadow again");
        } catch (TimeoutException e) {
            return Result.no(Refusal.STORE_UNAVAILABLE, "the disk does not answer: look at the shadow again");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a command is issued or refused", e);
        }
    }

    /// A device is there again. What it was asked and does not report is asked again, unless that is under way.
    /// Returns at once.
    public void connected(DeviceId device) {
        Thread.ofVirtual().name("shadow of " + device).start(() -> {
            try {
                askAgain(device);
            } catch (RuntimeException e) {
                LOG.warn("what is desired of {} was not asked again", device, e);
            }
        });
    }

    private synchronized void askAgain(DeviceId device) {
        Optional<CommandRecord> carrier = commands.desired(device);
        if (carrier.isEmpty()
                || commands.open(device, carrier.get().command().number()).isPresent()
                || clockMs.getAsLong() - carrier.get().command().issuedMs() < AGAIN_MS) {
            return;
        }
        if (!shadow(device, carrier).delta().isEmpty()) {
            issue(device, carrier.get().command().params());
        }
    }
}
