package io.thingstead.node.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import io.thingstead.node.view.live.LiveReading;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A reading in the HTTP interface.
///
/// @param value number, boolean, text, or bytes in base64url
/// @param timeMs when the device says it measured; `relativeTime`: the device had no clock, so counted from the receipt
/// @param isFinal the ledger has made it final
record ReadingJson(
        @Nullable String device,
        String name,
        @Nullable String unit,
        Object value,
        long timeMs,
        @Nullable Boolean relativeTime,
        long receivedMs,
        String trust,
        long n,
        long index,
        @JsonProperty("final") boolean isFinal) {
    static ReadingJson of(@Nullable String device, LiveReading live, long anchored) {
        return new ReadingJson(
                device,
                live.reading().name(),
                live.reading().unit(),
                value(live.reading()),
                live.reading().timeMs(),
                live.reading().relativeTime() ? Boolean.TRUE : null,
                live.receivedMs(),
                live.trust().label(),
                live.n(),
                live.index(),
                live.index() < anchored);
    }

    private static Object value(Reading reading) {
        return switch (reading.value()) {
            case Value.Number(double value) -> value;
            case Value.Flag(boolean value) -> value;
            case Value.Text(String value) -> value;
            case Value.Data(byte[] value) ->
                Base64.getUrlEncoder().withoutPadding().encodeToString(value);
        };
    }
}
