package io.thingstead.node.api;

import io.thingstead.node.fleet.FleetDevice;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.view.live.DeviceView;
import io.thingstead.node.view.live.Position;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A device in the HTTP interface. In live events neither its label nor its role is told.
record DeviceJson(
        String device,

        @Says("what people call it; absent where nobody said") @Nullable
        String label,

        @Says("device: with a key of its own; gateway; token: without a key") @Nullable
        String role,

        @Says("when the member last received something; this and what follows is absent when never") @Nullable
        Long receivedMs,

        @Says("after how long a silence it is late, by how often it speaks") @Nullable
        Long lateAfterMs,

        @Says("after how long a silence it is silent") @Nullable
        Long silentAfterMs,

        @Says("who vouches for its newest reading") @Nullable
        String trust,

        @Says("the highest number that came") @Nullable Long n,

        @Says("readings in the minute before the newest") @Nullable
        Long lastMinute,

        @Says("numbers that have not come") @Nullable Long missing,

        @Nullable Position position,
        List<ReadingJson> readings) {
    static DeviceJson of(FleetDevice device, Optional<DeviceView> view, long anchored) {
        String label = device.label().orElse(null);
        String role = device.role().label();
        return view.map(seen -> of(label, role, seen, anchored, 0))
                .orElseGet(() -> new DeviceJson(
                        device.id().value(), label, role, null, null, null, null, null, null, null, null, List.of()));
    }

    /// Only with the readings of leaves from `index` on.
    static DeviceJson since(DeviceView view, long anchored, long index) {
        return of(null, null, view, anchored, index);
    }

    private static DeviceJson of(
            @Nullable String label, @Nullable String role, DeviceView view, long anchored, long index) {
        return new DeviceJson(
                view.device().value(),
                label,
                role,
                view.receivedMs(),
                view.lateAfterMs(),
                view.silentAfterMs(),
                view.trust().label(),
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
