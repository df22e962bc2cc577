package io.thingstead.node.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.thingstead.node.catalogue.Quantity;
import io.thingstead.node.view.live.LiveReading;
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
                Quantity.json(live.reading().value()),
                live.reading().timeMs(),
                live.reading().relativeTime() ? Boolean.TRUE : null,
                live.receivedMs(),
                live.trust().label(),
                live.n(),
                live.index(),
                live.index() < anchored);
    }
}
