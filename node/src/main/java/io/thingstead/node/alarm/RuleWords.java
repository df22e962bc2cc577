package io.thingstead.node.alarm;

import io.thingstead.kit.model.Value;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rules, values and units in words for people.
final class RuleWords {
    private static final Map<String, String> SYMBOLS = Map.of(
            "Cel", "°C", "%RH", "% RH", "%EL", "%", "m/s2", "m/s²", "m2", "m²", "m3", "m³", "lat", "°", "lon", "°",
            "Ohm", "Ω", "degF", "°F");

    private RuleWords() {}

    static String of(Rule rule) {
        String words = condition(rule.condition());
        if (rule.holdMs() > 0) {
            words += " for " + Durations.inWords(rule.holdMs());
        }
        String over = over(rule.condition());
        if (rule.clearAfterMs() > 0) {
            over += " for " + Durations.inWords(rule.clearAfterMs());
        }
        return words + "; over when " + over;
    }

    private static String condition(Condition condition) {
        return switch (condition) {
            case Condition.Limit limit -> limit.quantity() + " " + limit(limit);
            case Condition.Is is -> is.quantity() + " is " + value(is.wanted());
            case Condition.Silence silence ->
                (silence.quantity() == null ? "nothing heard" : "no " + silence.quantity()) + " for "
                        + Durations.inWords(silence.afterMs());
            case Condition.Fence fence -> (fence.isForbiddenInside() ? "inside " : "outside ") + area(fence.area());
            case Condition.Anomaly anomaly ->
                anomaly.quantity() + " " + number(anomaly.limit(), null) + " times as unusual as usual";
            case Condition.Shock shock ->
                Double.isFinite(shock.peak())
                        ? shock.quantity() + " reaches " + number(shock.peak(), shock.unit()) + ", whatever its sign"
                        : shock.quantity() + " changes by " + number(shock.change(), shock.unit()) + " within "
                                + Durations.inWords(shock.withinMs());
        };
    }

    private static String limit(Condition.Limit limit) {
        boolean hasLow = Double.isFinite(limit.low());
        if (hasLow && Double.isFinite(limit.high())) {
            return "outside " + number(limit.low(), null) + " to " + number(limit.high(), limit.unit());
        }
        return hasLow ? "below " + number(limit.low(), limit.unit()) : "above " + number(limit.high(), limit.unit());
    }

    private static String over(Condition condition) {
        return switch (condition) {
            case Condition.Limit limit -> {
                boolean hasLow = Double.isFinite(limit.clearLow());
                if (hasLow && Double.isFinite(limit.clearHigh())) {
                    yield number(limit.clearLow(), null) + " to " + number(limit.clearHigh(), limit.unit());
                }
                yield hasLow
                        ? "at least " + number(limit.clearLow(), limit.unit())
                        : "at most " + number(limit.clearHigh(), limit.unit());
            }
            case Condition.Is _ -> "it is not";
            case Condition.Silence _ -> "it is heard again";
            case Condition.Fence fence ->
                (fence.isForbiddenInside() ? "outside" : "inside")
                        + (fence.marginMetres() > 0 ? " by " + number(fence.marginMetres(), "m") : "") + " again";
            case Condition.Shock _ -> "there is none";
            case Condition.Anomaly anomaly -> "at most " + number(anomaly.clear(), null) + " times";
        };
    }

    private static String area(Area area) {
        return switch (area) {
            case Area.Circle circle ->
                "a circle of " + number(circle.radiusMetres(), "m") + " around "
                        + circle.middle().lat() + ", " + circle.middle().lon();
            case Area.Polygon polygon -> "an area of " + polygon.corners().size() + " corners";
        };
    }

    static String value(Value value) {
        return switch (value) {
            case Value.Number(double number) -> number(number, null);
            case Value.Flag(boolean flag) -> String.valueOf(flag);
            case Value.Text(String text) -> "“" + text + "”";
            case Value.Data _ -> "bytes";
        };
    }

    /// With as many figures as people read.
    static String number(double number, @Nullable String unit) {
        String text = new BigDecimal(number)
                .round(new MathContext(6))
                .stripTrailingZeros()
                .toPlainString();
        String symbol = unit == null ? "" : SYMBOLS.getOrDefault(unit, unit);
        return symbol.isEmpty() ? text : text + " " + symbol;
    }
}
