package io.thingstead.node.ledger.market;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import org.jspecify.annotations.Nullable;

/// Where a service is had, in whole millionths of a degree (WGS 84): about a tenth of a metre.
public record Place(long latitude, long longitude) {
    public static final long MAX_LATITUDE = 90_000_000;
    public static final long MAX_LONGITUDE = 180_000_000;

    public Place {
        if (isOver(latitude, MAX_LATITUDE) || isOver(longitude, MAX_LONGITUDE)) {
            throw new CborMalformed("no place on earth");
        }
    }

    private static boolean isOver(long value, long most) {
        return value < -most || value > most;
    }

    static @Nullable Place readOrNull(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        in.readArrayOf(2);
        return new Place(in.readInteger(), in.readInteger());
    }

    static void writeOrNull(@Nullable Place place, CborWriter out) {
        if (place == null) {
            out.nil();
        } else {
            out.array(2).integer(place.latitude).integer(place.longitude);
        }
    }
}
