package io.thingstead.node.api;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.view.live.DeviceView;
import io.thingstead.node.view.live.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A device in the HTTP interface.
///
/// @param role `device`, `gateway`, or `token`: one without a key
/// @param receivedMs when the member last received something; absent when never
/// @param lastMinute readings in the minute before that
/// @param missing sequence numbers that have not arrived
record DeviceJson(
        String device,
        @Nullable String role,
        @Nullable Long receivedMs,
        @Nullable Long n,
        @Nullable Long lastMinute,
        @Nullable Long missing,
        @Nullable Position position,
        List<ReadingJson> readings) {
    static DeviceJson silent(DeviceId device, @Nullable String role) {
        return new DeviceJson(device.value(), role, null, null, null, null, null, List.of());
    }

    static DeviceJson of(DeviceView view, @Nullable String role, long anchored) {
        return since(view, role, anchored, 0);
    }

    /// Only with the readings of leaves from `index` on.
    static DeviceJson since(DeviceView view, @Nullable String role, long anchored, long index) {
        return new DeviceJson(
                view.device().value(),
                role,
                view.receivedMs(),
                view.n(),
                view.lastMinute(),
                view.missing(),
                view.position().orElse(null),
                view.latest().stream()
                        .filter(live -> live.index() >= index)
                        .map(live -> ReadingJson.of(null, live, anchored))
                        .toList());
    }
}
