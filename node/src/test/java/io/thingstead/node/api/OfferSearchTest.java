package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.market.MarketReader;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferRecord;
import io.thingstead.node.ledger.market.OfferTerms;
import io.thingstead.node.ledger.market.OfferWay;
import io.thingstead.node.ledger.market.Place;
import io.thingstead.node.ledger.market.RatingRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is found among offers of several members.
class OfferSearchTest {
    private static final MemberId HOME = new MemberId("home");
    private static final AssetId EUR = AssetId.of("home:EUR");
    private static final Place HERE = new Place(48_140_000, 11_560_000);

    private static final List<OfferRecord> OFFERS = List.of(
            offer(1, "member/home", "parking.bay", HERE, 120, 0),
            offer(2, "member/acme", "parking.street", new Place(48_150_000, 11_560_000), 80, 1),
            offer(3, "device/home:bay", "parking", null, 300, 0),
            offer(4, "key/" + "ab".repeat(32), "parking-house", HERE, 10, 0));

    private static OfferRecord offer(
            long number, String account, String kind, @Nullable Place place, long price, long running) {
        return new OfferRecord(
                number,
                new Offer(
                        AccountId.of(account),
                        kind,
                        account.equals("device/home:bay") ? DeviceId.of("home:bay") : null,
                        place,
                        EUR,
                        price,
                        "h",
                        1,
                        1_000,
                        new OfferWay.ByRequest("https://home.example/")),
                running,
                number);
    }

    private record Market() implements MarketReader {
        @Override
        public Optional<OfferRecord> offer(long number) {
            return Optional.empty();
        }

        @Override
        public Optional<OfferTerms> terms(long offer) {
            return Optional.empty();
        }

        @Override
        public List<OfferRecord> offers(@Nullable String kind, int limit) {
            return OFFERS;
        }

        @Override
        public List<OfferRecord> offersOf(AccountId account) {
            return OFFERS.stream()
                    .filter(record -> record.offer().account().equals(account))
                    .toList();
        }

        @Override
        public OptionalLong takenBy(long contract) {
            return OptionalLong.empty();
        }

        @Override
        public List<RatingRecord> ratings(AccountId account) {
            return List.of();
        }

        @Override
        public long timeMs() {
            return 0;
        }
    }

    private static List<Long> found(OfferSearch search) {
        return search.in(new Market()).found().stream()
                .map(found -> found.record().number())
                .toList();
    }

    @Test
    void a_kind_holds_what_is_more_special_and_nothing_that_only_begins_like_it() {
        assertThat(found(new OfferSearch("parking", null, 0, null, null, null, 0, false, OfferSearch.Order.NEWEST)))
                .containsExactly(3L, 2L, 1L);
    }

    @Test
    void a_members_own_are_its_and_its_devices() {
        assertThat(found(new OfferSearch(null, null, 0, null, null, HOME, 0, false, OfferSearch.Order.NEWEST)))
                .containsExactly(3L, 1L);
        assertThat(found(new OfferSearch(
                        null, null, 0, null, AccountId.of(HOME), HOME, 0, false, OfferSearch.Order.NEWEST)))
                .containsExactly(1L);
    }

    @Test
    void the_cheapest_and_the_nearest_come_first_and_what_is_full_or_dear_is_left_out() {
        assertThat(found(new OfferSearch(null, null, 0, EUR, null, null, 120, true, OfferSearch.Order.PRICE)))
                .containsExactly(4L, 1L);
        assertThat(found(new OfferSearch(null, HERE, 2_000, null, null, null, 0, false, OfferSearch.Order.DISTANCE)))
                .containsExactly(4L, 1L, 2L);
        assertThat(found(new OfferSearch(null, HERE, 500, null, null, null, 0, false, OfferSearch.Order.DISTANCE)))
                .containsExactly(4L, 1L);
    }
}
