package io.thingstead.node.alarm;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.node.openapi.Says;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A rule as people and programs write it, in the file of rules and over the API alike. [RuleReader] says what it
/// means;
/// `docs/alarms.md` describes it.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RuleText(
        @Nullable String name,

        @Says(
                value = "warning when not given",
                oneOf = {"info", "warning", "critical"})
        @Nullable
        String severity,

        @Says("names, or kinds such as box-*; all when not given")
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @Nullable
        List<String> devices,

        @Says(value = "the name of the readings that are judged", example = "temperature") @Nullable
        String quantity,

        @Says(value = "readings in another unit are not judged", example = "Cel") @Nullable
        String unit,

        @Nullable Double above,
        @Nullable Double below,

        @Says(value = "a span: the least and the most that is good", example = "[2, 8]") @Nullable
        List<Double> outside,

        @Says("true, false or a text") @Nullable JsonNode is,

        @Says(value = "nothing comes for so long", example = "15m") @Nullable
        String silent,

        @Nullable AreaText area,

        @Says(
                value = "where an alarm is raised; outside when not given",
                oneOf = {"outside", "inside"})
        @Nullable
        String side,

        @Says("a jolt: at least this, whatever its sign") @Nullable
        Double peak,

        @Says("a sudden change by this, within the time") @Nullable
        Double change,

        @Says(value = "how many times as unusual as usual, from 1.1", example = "2.5") @Nullable
        Double anomaly,

        @Says(value = "at most 10m", example = "10s") @Nullable
        String within,

        @Says(value = "how long it must hold", example = "5m") @JsonProperty("for") @Nullable
        String hold,

        @Says("over at this level; of a span two numbers")
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @Nullable
        List<Double> clear,

        @Says(value = "how long it must be well again", example = "2m") @JsonProperty("clear_after") @Nullable
        String clearAfter,

        @Says("over when so many metres on the good side of the border") @JsonProperty("clear_margin_m") @Nullable
        Double clearMarginMetres,

        @Says("false: it is switched off") @Nullable Boolean on,

        @Says("names of channels that are told") @JsonProperty("notify") @Nullable
        List<String> channels) {

    /// A circle, or a polygon of `[lat, lon]`.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AreaText(
            @Nullable Double lat,
            @Nullable Double lon,
            @JsonProperty("radius_m") @Nullable Double radiusMetres,

            @Says("3 to 200 corners, each [lat, lon]") @Nullable
            List<List<Double>> polygon) {}

    RuleText switched(boolean isOn) {
        return new RuleText(
                name,
                severity,
                devices,
                quantity,
                unit,
                above,
                below,
                outside,
                is,
                silent,
                area,
                side,
                peak,
                change,
                anomaly,
                within,
                hold,
                clear,
                clearAfter,
                clearMarginMetres,
                isOn ? null : Boolean.FALSE,
                channels);
    }
}
