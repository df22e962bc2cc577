package io.thingstead.bench;

import java.util.Locale;

/// One measured figure, beside the limit that was measured in the same run: only their ratio travels to other machines.
///
/// @param limit what the machine can do at best, in the same unit, or NaN where there is none
record Figure(String name, double value, String unit, double limit, String setting) {
    static Figure of(String name, double value, String unit, String setting) {
        return new Figure(name, value, unit, Double.NaN, setting);
    }

    double ratio() {
        return value / limit;
    }

    String json() {
        return "{\"figure\":\"" + name + "\",\"value\":" + number(value) + ",\"unit\":\"" + unit + "\",\"limit\":"
                + (Double.isNaN(limit) ? "null" : number(limit)) + ",\"ratio\":"
                + (Double.isNaN(limit) ? "null" : String.format(Locale.ROOT, "%.3f", ratio())) + ",\"setting\":\""
                + setting + "\"}";
    }

    String line() {
        String ratio =
                Double.isNaN(limit) ? "" : String.format(Locale.ROOT, "%5.0f %% of %s", 100 * ratio(), number(limit));
        return String.format(Locale.ROOT, "%-28s %12s %-11s %-22s %s", name, number(value), unit, ratio, setting);
    }

    private static String number(double value) {
        return value >= 100
                ? String.format(Locale.ROOT, "%.0f", value)
                : value >= 10 ? String.format(Locale.ROOT, "%.1f", value) : String.format(Locale.ROOT, "%.3f", value);
    }
}
