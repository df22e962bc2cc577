package io.thingstead.node.view.live;

import io.thingstead.kit.model.Value;
import java.util.Map;
import java.util.Optional;

/// Where a device is, from its readings in the SenML units `lat` and `lon` (degrees, WGS 84).
public record Position(double lat, double lon) {
    static Optional<Position> of(Map<String, LiveReading> latest) {
        Double lat = null;
        Double lon = null;
        for (var live : latest.values()) {
            if (!(live.reading().value() instanceof Value.Number(double value))) continue;
            if ("lat".equals(live.reading().unit()) && Math.abs(value) <= 90) lat = value;
            if ("lon".equals(live.reading().unit()) && Math.abs(value) <= 180) lon = value;
        }
        return lat == null || lon == null ? Optional.empty() : Optional.of(new Position(lat, lon));
    }
}
