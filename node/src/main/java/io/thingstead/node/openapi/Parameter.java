package io.thingstead.node.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A parameter of a route: where it stands, what it may be, and how it is read. The route reads requests by it, and
/// the document shows it, so both have the same bounds.
///
/// @param says what it is for
/// @param looks what its text looks like, for who sent another
/// @param otherwise what it is where it is left out
/// @param read empty when the text is not one
/// @param example as it stands in a request
public record Parameter<T>(
        Place place,
        String name,
        String says,
        String looks,
        boolean isRequired,
        @Nullable T otherwise,
        ObjectNode schema,
        Function<String, Optional<T>> read,
        @Nullable String example) {
    private static final int LONGEST = 200;
    private static final String MEMBER = "[a-z0-9-]{1,32}";
    private static final String DEVICE = MEMBER + ":[a-z0-9-]{1,64}";
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,19}");
    private static final Pattern LOG = Pattern.compile("(" + MEMBER + ")/([1-9][0-9]{0,8})");

    public enum Place {
        PATH("path"),
        QUERY("query"),
        HEADER("header");

        private final String label;

        Place(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    public static Parameter<Long> number(String name, long least, long most, String says) {
        return of(
                name,
                says,
                "a whole number from %d to %d".formatted(least, most),
                Schemas.whole(least, most),
                text -> number(text, least, most));
    }

    /// How many of a list are wanted at once.
    public static Parameter<Long> limit(long usual, long most) {
        return number("limit", 1, most, "How many at most.").or(usual);
    }

    private static Optional<Long> number(String text, long least, long most) {
        if (!NUMBER.matcher(text).matches()) return Optional.empty();
        var value = new BigInteger(text);
        return value.compareTo(BigInteger.valueOf(least)) >= 0 && value.compareTo(BigInteger.valueOf(most)) <= 0
                ? Optional.of(value.longValue())
                : Optional.empty();
    }

    public static Parameter<String> text(String name, String says) {
        return of(
                name,
                says,
                "a text of 1 to " + LONGEST + " characters",
                Schemas.text(1, LONGEST),
                text -> Optional.of(text).filter(given -> !given.isEmpty() && given.length() <= LONGEST));
    }

    public static Parameter<Boolean> flag(String name, String says) {
        return of(name, says, "true or false", Schemas.of("boolean"), text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    /// Some of a few words, with commas between them.
    public static <E> Parameter<Set<E>> some(String name, E[] all, Function<E, String> label, String says) {
        Map<String, E> known = new LinkedHashMap<>();
        for (E each : all) known.put(label.apply(each), each);
        String word = "(" + String.join("|", known.keySet()) + ")";
        return of(
                name,
                says,
                "of " + String.join(", ", known.keySet()),
                Schemas.text(word + "(," + word + ")*"),
                text -> {
                    Set<E> chosen = new LinkedHashSet<>();
                    for (String part : text.split(",", -1)) chosen.add(known.get(part));
                    return chosen.contains(null) ? Optional.empty() : Optional.of(chosen);
                });
    }

    /// @param looks what a text that the expression matches looks like
    public static Parameter<String> matching(String name, String expression, String looks, String says) {
        var pattern = Pattern.compile(expression);
        return of(
                name,
                says,
                looks,
                Schemas.text(expression),
                text -> Optional.of(text).filter(given -> pattern.matcher(given).matches()));
    }

    public static Parameter<DeviceId> device(String name, String says) {
        return of(name, says, "a device id, member:name", Schemas.text(DEVICE), DeviceId::parse)
                .example("home:box-1");
    }

    /// Several devices, with commas between them.
    public static Parameter<List<DeviceId>> devices(String name, int most, String says) {
        ObjectNode schema = Schemas.of("array").put("minItems", 1).put("maxItems", most);
        schema.set("items", Schemas.text(DEVICE));
        return of(name, says, "1 to " + most + " device ids, member:name, with commas between them", schema, text -> {
                    var devices = Arrays.stream(text.split(",", -1))
                            .map(DeviceId::parse)
                            .toList();
                    return devices.size() > most || devices.stream().anyMatch(Optional::isEmpty)
                            ? Optional.<List<DeviceId>>empty()
                            : Optional.of(devices.stream().map(Optional::get).toList());
                })
                .example("[\"home:box-1\", \"home:box-2\"]");
    }

    public static Parameter<LogId> log(String name, String says) {
        return of(name, says, "a log, member/number", Schemas.text(LOG.pattern()), text -> {
                    var log = LOG.matcher(text);
                    return log.matches()
                            ? Optional.of(new LogId(new MemberId(log.group(1)), Long.parseLong(log.group(2))))
                            : Optional.empty();
                })
                .example("home/1");
    }

    private static <T> Parameter<T> of(
            String name, String says, String looks, ObjectNode schema, Function<String, Optional<T>> read) {
        return new Parameter<>(Place.QUERY, name, says, looks, false, null, schema, read, null);
    }

    public Parameter<T> inPath() {
        return new Parameter<>(Place.PATH, name, says, looks, true, null, schema, read, example);
    }

    public Parameter<T> inHeader() {
        return new Parameter<>(Place.HEADER, name, says, looks, isRequired, otherwise, schema, read, example);
    }

    public Parameter<T> required() {
        return new Parameter<>(place, name, says, looks, true, null, schema, read, example);
    }

    public Parameter<T> or(T value) {
        return new Parameter<>(place, name, says, looks, false, value, schema, read, example);
    }

    public Parameter<T> example(String text) {
        return new Parameter<>(place, name, says, looks, isRequired, otherwise, schema, read, text);
    }
}
