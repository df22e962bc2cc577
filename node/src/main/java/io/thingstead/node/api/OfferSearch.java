package io.thingstead.node.api;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.market.MarketReader;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferRecord;
import io.thingstead.node.ledger.market.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks for offers: by kind, place and price.
///
/// @param kind and what is more special than it; null: all
/// @param near null: anywhere
/// @param radiusM around it
/// @param of the member that offers, or whose device does; null: anybody
/// @param atMost of the price, in the asset's smallest unit; 0: any
/// @param free only those from which a contract may begin now
record OfferSearch(
        @Nullable String kind,
        @Nullable Place near,
        double radiusM,
        @Nullable AssetId asset,
        @Nullable AccountId account,
        @Nullable MemberId of,
        long atMost,
        boolean free,
        Order order) {
    /// How many are looked at for one answer.
    static final int MOST_LOOKED_AT = 20_000;

    private static final double EARTH_RADIUS_M = 6_371_008.8;
    private static final double MICRODEGREES = 1e6;

    /// What comes first.
    enum Order {
        NEWEST("newest"),
        PRICE("price"),
        DISTANCE("distance");

        private final String label;

        Order(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }

        static Order of(String label) {
            for (Order order : values()) {
                if (order.label.equals(label)) return order;
            }
            return NEWEST;
        }
    }

    /// @param distanceM from where it was asked for; negative: the offer has no place, or none was asked for
    record Found(OfferRecord record, double distanceM) {}

    /// @param isPartial whether there were more than are looked at
    record Outcome(List<Found> found, boolean isPartial) {}

    Outcome in(MarketReader market) {
        List<OfferRecord> all = account == null ? market.offers(kind, MOST_LOOKED_AT + 1) : market.offersOf(account);
        List<Found> found = new ArrayList<>();
        for (OfferRecord record : all) {
            if (!fits(record)) continue;
            Place place = record.offer().place();
            double distance = near == null || place == null ? -1 : distanceM(near, place);
            if (near != null && (distance < 0 || distance > radiusM)) continue;
            found.add(new Found(record, distance));
        }
        found.sort(comparator().thenComparingLong(f -> -f.record.number()));
        return new Outcome(found, all.size() > MOST_LOOKED_AT);
    }

    private boolean fits(OfferRecord record) {
        Offer offer = record.offer();
        return (kind == null || offer.kind().equals(kind) || offer.kind().startsWith(kind + "."))
                && (of == null || offer.account().isOf(of))
                && (asset == null || offer.asset().equals(asset))
                && (atMost == 0 || offer.price() <= atMost)
                && !(free && record.isFull());
    }

    /// Prices of different assets stand apart: nobody here knows what one is worth in another.
    private Comparator<Found> comparator() {
        return switch (order) {
            case NEWEST -> Comparator.comparingInt(_ -> 0);
            case PRICE ->
                Comparator.<Found, String>comparing(
                                f -> f.record.offer().asset().value())
                        .thenComparingLong(f -> f.record.offer().price());
            case DISTANCE -> Comparator.comparingDouble(f -> f.distanceM < 0 ? Double.MAX_VALUE : f.distanceM);
        };
    }

    /// Along the great circle.
    static double distanceM(Place one, Place other) {
        double latitude = Math.toRadians((other.latitude() - one.latitude()) / MICRODEGREES);
        double longitude = Math.toRadians((other.longitude() - one.longitude()) / MICRODEGREES);
        double half = Math.pow(Math.sin(latitude / 2), 2)
                + Math.cos(Math.toRadians(one.latitude() / MICRODEGREES))
                        * Math.cos(Math.toRadians(other.latitude() / MICRODEGREES))
                        * Math.pow(Math.sin(longitude / 2), 2);
        return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)));
    }
}
