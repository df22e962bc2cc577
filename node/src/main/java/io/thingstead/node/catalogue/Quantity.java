package io.thingstead.node.catalogue;

import io.thingstead.kit.model.Value;
import io.thingstead.node.view.live.LiveReading;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A quantity of a device with its newest reading, in JSON.
///
/// @param type of its value, as a data schema names it: number, boolean or string
/// @param value number, boolean, text, or bytes in base64url
/// @param trust who vouches for it
public record Quantity(
        String name, String type, @Nullable String unit, Object value, long timeMs, long receivedMs, String trust) {
    private static final int MAX_UNIT = 32;
    private static final int MAX_TEXT = 8_192;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:._/-]{0,127}");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]{1," + MAX_UNIT + "}");

    static Quantity of(LiveReading live) {
        var reading = live.reading();
        Object value = json(reading.value());
        return new Quantity(
                reading.name(),
                type(value),
                reading.unit(),
                value,
                reading.timeMs(),
                live.receivedMs(),
                live.trust().label());
    }

    /// A reading's value as JSON has it.
    public static Object json(Value value) {
        return switch (value) {
            case Value.Number(double number) -> number;
            case Value.Flag(boolean flag) -> flag;
            case Value.Text(String text) -> text;
            case Value.Data(byte[] data) ->
                Base64.getUrlEncoder().withoutPadding().encodeToString(data);
        };
    }

    private static String type(@Nullable Object value) {
        return switch (value) {
            case Number _ -> "number";
            case Boolean _ -> "boolean";
            case String _ -> "string";
            case null, default -> "none";
        };
    }

    /// Whether another member's word of a quantity is one.
    boolean isWellFormed() {
        return NAME.matcher(name).matches()
                && (unit == null || PRINTABLE.matcher(unit).matches())
                && type.equals(type(value))
                && !type.equals("none")
                && (!(value instanceof String text) || text.length() <= MAX_TEXT)
                && PRINTABLE.matcher(trust).matches()
                && timeMs >= 0
                && receivedMs >= 0;
    }
}
