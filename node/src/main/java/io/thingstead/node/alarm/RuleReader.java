package io.thingstead.node.alarm;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.frame.SenMlName;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Says what a written rule means, or what is wrong with it, by the name of the key.
final class RuleReader {
    static final int MOST_DEVICES = 200;
    static final int MOST_CORNERS = 200;
    static final int MOST_CHANNELS = 10;
    private static final int MAX_NAME = 100;
    private static final int MAX_TEXT = 200;
    private static final long SHOCK_IS_OVER_MS = 60_000;
    /// What a shock looks back at is kept in memory.
    private static final long MOST_WITHIN_MS = 600_000;
    private static final double LEAST_UNUSUAL = 1.1;
    private static final double MOST_UNUSUAL = 100;
    /// A score wanders around a limit that it has reached.
    private static final double CLEARS_AT = 0.8;
    private static final double FARTHEST_METRES = 10_000_000;
    private static final Pattern CHANNEL = Pattern.compile("[a-z0-9-]{1,32}");

    private final RuleText text;

    private RuleReader(RuleText text) {
        this.text = text;
    }

    static Result<Rule> read(String id, Origin origin, RuleText text) {
        try {
            return Result.ok(new RuleReader(text).rule(id, origin));
        } catch (Wrong e) {
            return new Result.No<>(new Refused(Refusal.ALARM_MALFORMED, e.said()));
        }
    }

    private Rule rule(String id, Origin origin) {
        Wrong.unless(Rule.ID.matcher(id).matches(), "a rule is named by 1 to 48 of a-z, 0-9 and '-'");
        String name = text.name();
        Wrong.unless(name == null || isPrintable(name, MAX_NAME), "name: 1 to " + MAX_NAME + " characters");
        Severity severity = text.severity() == null
                ? Severity.WARNING
                : Severity.parse(text.severity()).orElseThrow(() -> new Wrong("severity: info, warning or critical"));
        channels();
        Scope scope = scope();
        Condition condition = condition();
        boolean isSudden = condition instanceof Condition.Shock || condition instanceof Condition.Silence;
        Wrong.unless(!isSudden || text.hold() == null, "for: not with peak, change or silent");
        long otherwise = condition instanceof Condition.Shock ? SHOCK_IS_OVER_MS : 0;
        return new Rule(
                id,
                origin,
                text,
                severity,
                scope,
                condition,
                duration("for", text.hold(), 0),
                duration("clear_after", text.clearAfter(), otherwise));
    }

    private void channels() {
        List<String> channels = text.channels();
        Wrong.unless(
                channels == null
                        || (channels.size() <= MOST_CHANNELS
                                && channels.stream().allMatch(RuleReader::isChannel)),
                "notify: at most " + MOST_CHANNELS + " names of channels");
    }

    static boolean isChannel(@Nullable String name) {
        return name != null && CHANNEL.matcher(name).matches();
    }

    private Scope scope() {
        List<String> devices = text.devices() == null ? Rule.everything() : text.devices();
        Wrong.unless(
                !devices.isEmpty()
                        && devices.size() <= MOST_DEVICES
                        && devices.stream()
                                .allMatch(name -> Scope.NAME.matcher(name).matches()),
                "devices: 1 to " + MOST_DEVICES + " names, such as \"box-1\", or patterns, such as \"box-*\"");
        return Scope.of(devices);
    }

    private Condition condition() {
        List<Condition> found = new ArrayList<>();
        if (text.above() != null || text.below() != null || text.outside() != null) found.add(limit());
        if (text.is() != null) found.add(is(text.is()));
        if (text.silent() != null) found.add(silence(text.silent()));
        if (text.area() != null) found.add(fence(text.area()));
        if (text.peak() != null || text.change() != null) found.add(shock());
        if (text.anomaly() != null) found.add(anomaly(text.anomaly()));
        Wrong.unless(
                found.size() == 1,
                "exactly one of above, below, outside, is, silent, area, peak, change and anomaly says what to look for");
        Condition condition = found.getFirst();
        boolean isLimit = condition instanceof Condition.Limit;
        Wrong.unless(
                isLimit || text.anomaly() != null || text.clear() == null,
                "clear: only with above, below, outside or anomaly");
        Wrong.unless(text.area() != null || text.side() == null, "side: only with area");
        Wrong.unless(text.area() != null || text.clearMarginMetres() == null, "clear_margin_m: only with area");
        Wrong.unless(text.change() != null || text.within() == null, "within: only with change");
        Wrong.unless(
                isLimit || condition instanceof Condition.Shock || text.unit() == null,
                "unit: only with above, below, outside, peak or change");
        Wrong.unless(text.area() == null || text.quantity() == null, "quantity: not with area, which takes positions");
        return condition;
    }

    private Condition limit() {
        int given = (text.above() == null ? 0 : 1) + (text.below() == null ? 0 : 1) + (text.outside() == null ? 0 : 1);
        Wrong.unless(given == 1, "one of above, below and outside");
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        if (text.above() != null) high = finite("above", text.above());
        if (text.below() != null) low = finite("below", text.below());
        if (text.outside() != null) {
            double[] span = span("outside", text.outside());
            low = span[0];
            high = span[1];
        }
        double clearLow = low;
        double clearHigh = high;
        List<Double> clear = text.clear();
        if (clear != null && text.outside() != null) {
            double[] span = span("clear", clear);
            Wrong.unless(span[0] >= low && span[1] <= high, "clear: within outside");
            clearLow = span[0];
            clearHigh = span[1];
        } else if (clear != null) {
            Wrong.unless(clear.size() == 1, "clear: one number");
            double level = finite("clear", clear.getFirst());
            if (text.above() != null) clearHigh = level;
            else clearLow = level;
            Wrong.unless(clearHigh <= high && clearLow >= low, "clear: on the good side of the limit");
        }
        return new Condition.Limit(quantity(), unit(), low, high, clearLow, clearHigh);
    }

    private Condition is(JsonNode wanted) {
        if (wanted.isBoolean()) return new Condition.Is(quantity(), new Value.Flag(wanted.booleanValue()));
        Wrong.unless(
                wanted.isTextual() && isPrintable(wanted.textValue(), MAX_TEXT),
                "is: true, false or a text; for numbers take above, below or outside");
        return new Condition.Is(quantity(), new Value.Text(wanted.textValue()));
    }

    private Condition silence(String silent) {
        long after = duration("silent", silent, 0);
        Wrong.unless(after >= 1_000, "silent: at least 1s");
        return new Condition.Silence(text.quantity() == null ? null : quantity(), after);
    }

    private Condition fence(RuleText.AreaText area) {
        boolean isCircle = area.polygon() == null;
        Area read = isCircle ? circle(area) : polygon(area);
        String side = text.side() == null ? "outside" : text.side();
        Wrong.unless(side.equals("outside") || side.equals("inside"), "side: outside or inside");
        double margin = text.clearMarginMetres() == null ? 0 : finite("clear_margin_m", text.clearMarginMetres());
        Wrong.unless(margin >= 0 && margin <= FARTHEST_METRES, "clear_margin_m: a number of metres, not negative");
        Wrong.unless(
                side.equals("inside") || !(read instanceof Area.Circle circle) || margin < circle.radiusMetres(),
                "clear_margin_m: less than the radius");
        return new Condition.Fence(read, side.equals("inside"), margin);
    }

    private static Area circle(RuleText.AreaText area) {
        var middle = new Area.Place(finite("lat", area.lat()), finite("lon", area.lon()));
        Wrong.unless(middle.isOnEarth(), "area: lat is -90 to 90, lon is -180 to 180 degrees");
        double metres = finite("radius_m", area.radiusMetres());
        Wrong.unless(metres > 0 && metres <= FARTHEST_METRES, "radius_m: a number of metres, at most 10000000");
        return new Area.Circle(middle, metres);
    }

    private static Area polygon(RuleText.AreaText area) {
        Wrong.unless(
                area.lat() == null && area.lon() == null && area.radiusMetres() == null,
                "area: lat, lon and radius_m, or polygon");
        List<List<Double>> corners = area.polygon() == null ? List.of() : area.polygon();
        Wrong.unless(
                corners.size() >= 3 && corners.size() <= MOST_CORNERS, "polygon: 3 to " + MOST_CORNERS + " corners");
        List<Area.Place> places = new ArrayList<>();
        for (List<Double> corner : corners) {
            Wrong.unless(corner.size() == 2, "polygon: each corner is [lat, lon]");
            var place = new Area.Place(finite("polygon", corner.get(0)), finite("polygon", corner.get(1)));
            Wrong.unless(place.isOnEarth(), "polygon: lat is -90 to 90, lon is -180 to 180 degrees");
            places.add(place);
        }
        return new Area.Polygon(places);
    }

    private Condition shock() {
        Wrong.unless(text.peak() == null || text.change() == null, "one of peak and change");
        if (text.peak() != null) {
            double peak = finite("peak", text.peak());
            Wrong.unless(peak > 0, "peak: more than 0");
            return new Condition.Shock(quantity(), unit(), peak, Double.POSITIVE_INFINITY, 0);
        }
        double change = finite("change", text.change());
        Wrong.unless(change > 0, "change: more than 0");
        long within = duration("within", text.within(), 0);
        Wrong.unless(within > 0 && within <= MOST_WITHIN_MS, "within: more than 0 and at most 10m");
        return new Condition.Shock(quantity(), unit(), Double.POSITIVE_INFINITY, change, within);
    }

    private Condition anomaly(double limit) {
        Wrong.unless(limit >= LEAST_UNUSUAL && limit <= MOST_UNUSUAL, "anomaly: 1.1 to 100 times what is usual");
        List<Double> clear = text.clear();
        if (clear == null) return new Condition.Anomaly(quantity(), limit, CLEARS_AT * limit);
        Wrong.unless(clear.size() == 1, "clear: one number");
        double level = finite("clear", clear.getFirst());
        Wrong.unless(level > 0 && level <= limit, "clear: on the good side of the limit");
        return new Condition.Anomaly(quantity(), limit, level);
    }

    private String quantity() {
        String quantity = text.quantity();
        if (quantity == null || !SenMlName.isValid(quantity)) {
            throw new Wrong("quantity: the name of a reading");
        }
        return quantity;
    }

    private @Nullable String unit() {
        Wrong.unless(text.unit() == null || isPrintable(text.unit(), 32), "unit: a SenML unit, such as \"Cel\"");
        return text.unit();
    }

    private static long duration(String key, @Nullable String written, long otherwise) {
        if (written == null) {
            return otherwise;
        }
        return Durations.parse(written)
                .orElseThrow(() -> new Wrong(key + ": a time such as \"90s\", \"5m\", \"2h\" or \"1d\", at most 30d"));
    }

    private static double[] span(String key, List<Double> span) {
        Wrong.unless(span.size() == 2, key + ": two numbers, the lower one first");
        double low = finite(key, span.get(0));
        double high = finite(key, span.get(1));
        Wrong.unless(low <= high, key + ": two numbers, the lower one first");
        return new double[] {low, high};
    }

    private static double finite(String key, @Nullable Double number) {
        if (number == null || !Double.isFinite(number)) {
            throw new Wrong(key + ": a number");
        }
        return number;
    }

    private static boolean isPrintable(@Nullable String text, int most) {
        return text != null
                && !text.isBlank()
                && text.length() <= most
                && text.codePoints().noneMatch(Character::isISOControl);
    }
}
