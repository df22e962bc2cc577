package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferRecord;
import io.thingstead.node.ledger.market.OfferWay;
import io.thingstead.node.ledger.market.Place;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The market to be looked at: what is offered, where, for how much, and what is known of who offers.
///
/// @param self whose node it is
public record MarketRoutes(MemberId self, LedgerReader ledger) {
    private static final String DEGREES = "-?[0-9]{1,3}([.][0-9]{1,9})?";
    private static final Parameter<String> KIND = Parameter.matching(
                    "kind", Offer.KIND, "a kind such as energy.charging", "Only this kind, and what is more special.")
            .example("energy.charging");
    private static final Parameter<String> NEAR = Parameter.matching(
                    "near", DEGREES + "," + DEGREES, "latitude,longitude in degrees", "Only those with a place near.")
            .example("48.14,11.56");
    private static final Parameter<Long> RADIUS = Parameter.number(
                    "radius", 1, 20_100_000, "How far from there at most, in metres.")
            .or(50_000L);
    private static final Parameter<String> ASSET = Parameter.matching(
                    "asset", MoneyParams.ASSET, "an asset, member:CODE", "Only for this asset.")
            .example("home:EUR");
    private static final Parameter<String> AT_MOST = Parameter.matching(
            "atMost", MoneyParams.AMOUNT, "a decimal amount", "Only up to this price; with `asset`.");
    private static final Parameter<String> ACCOUNT = Parameter.matching(
                    "account", MoneyParams.ACCOUNT, "an account, member/…, device/… or key/…", "Only of this account.")
            .example("member/home");
    private static final Parameter<Boolean> OWN =
            Parameter.flag("own", "Only those of this member and of its devices.");
    private static final Parameter<Boolean> FREE =
            Parameter.flag("free", "Only those from which a contract may begin now.");
    private static final Parameter<String> SORT = Parameter.matching(
            "sort",
            "newest|price|distance",
            "newest, price or distance",
            "What comes first; left out: the nearest where `near` is given, else the newest.");
    private static final Parameter<Long> SKIP =
            Parameter.number("skip", 0, 100_000, "How many to leave out.").or(0L);
    private static final Parameter<Long> LIMIT = Parameter.limit(50, 200);
    private static final Operation LIST = Operation.of("Market", "What is offered, by kind, place and price")
            .takes(KIND, NEAR, RADIUS, ASSET, AT_MOST, ACCOUNT, OWN, FREE, SORT, SKIP, LIMIT)
            .answers(OfferJson.OffersJson.class)
            .refuses(Refusal.ASSET_UNKNOWN);
    static final Parameter<Long> NUMBER = Parameter.number(
                    "number", 1, EventRoutes.MAX_NUMBER, "Its number on the ledger.")
            .inPath();
    private static final Operation SHOW = Operation.of("Market", "An offer, with the contract by which it is taken")
            .takes(NUMBER)
            .answers(OfferJson.OfferFullJson.class)
            .refuses(Refusal.OFFER_UNKNOWN);

    public void register(Routes routes) {
        routes.get("/api/offers", LIST, this::list).get("/api/offers/{number}", SHOW, this::show);
    }

    private void list(Context context) {
        var params = new Params(context);
        var kind = params.find(KIND);
        Place near = params.find(NEAR).map(text -> place(params, text)).orElse(null);
        long radius = params.number(RADIUS);
        var asset = params.find(ASSET).flatMap(AssetId::parse);
        var atMost = params.find(AT_MOST);
        var account = params.find(ACCOUNT).flatMap(AccountId::parse);
        boolean own = params.find(OWN).orElse(false);
        boolean free = params.find(FREE).orElse(false);
        var sort = params.find(SORT);
        int skip = (int) params.number(SKIP);
        int limit = (int) params.number(LIMIT);
        if (atMost.isPresent() && asset.isEmpty()) params.refuse("atMost needs the asset that it is an amount of");
        if (sort.isPresent() && sort.get().equals("distance") && near == null)
            params.refuse("sort by distance needs near");
        if (params.sendRefusal()) return;
        var order = sort.map(OfferSearch.Order::of)
                .orElse(near == null ? OfferSearch.Order.NEWEST : OfferSearch.Order.DISTANCE);
        var read = new MoneyParams(ledger);
        long most = atMost.isEmpty()
                ? 0
                : read.amount(atMost.get(), read.asset(asset.orElseThrow().value()));
        if (read.refused().isPresent()) {
            Problem.of(read.refused().get()).send(context);
            return;
        }
        var market = ledger.market();
        // Nothing costs nothing: a price of at most 0 finds none.
        var outcome = atMost.isPresent() && most == 0
                ? new OfferSearch.Outcome(List.of(), false)
                : new OfferSearch(
                                kind.orElse(null),
                                near,
                                radius,
                                asset.orElse(null),
                                account.orElse(null),
                                own ? self : null,
                                most,
                                free,
                                order)
                        .in(market);
        List<OfferSearch.Found> found = outcome.found();
        int from = Math.min(skip, found.size());
        int to = Math.min(found.size(), from + limit);
        Json.send(
                context,
                new OfferJson.OffersJson(
                        market.timeMs(),
                        found.subList(from, to).stream()
                                .map(each -> OfferJson.of(each, ledger, self))
                                .toList(),
                        found.size(),
                        outcome.isPartial(),
                        to < found.size() ? (long) to : null));
    }

    private static @Nullable Place place(Params params, String text) {
        int comma = text.indexOf(',');
        var place = place(new BigDecimal(text.substring(0, comma)), new BigDecimal(text.substring(comma + 1)));
        if (place.isEmpty()) params.refuse("near is latitude,longitude in degrees, from -90,-180 to 90,180");
        return place.orElse(null);
    }

    /// Rounded to millionths of a degree; empty where it is no place on earth.
    static Optional<Place> place(BigDecimal latitude, BigDecimal longitude) {
        long north = micro(latitude);
        long east = micro(longitude);
        return Math.abs(north) <= Place.MAX_LATITUDE && Math.abs(east) <= Place.MAX_LONGITUDE
                ? Optional.of(new Place(north, east))
                : Optional.empty();
    }

    private static long micro(BigDecimal degrees) {
        return degrees.movePointRight(6).setScale(0, RoundingMode.HALF_EVEN).longValue();
    }

    /// The offer of the path; where there is none that is answered.
    static Optional<OfferRecord> find(Context context, LedgerReader ledger) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return Optional.empty();
        var record = ledger.market().offer(number);
        if (record.isEmpty()) {
            Problem.send(context, Refusal.OFFER_UNKNOWN, "there is no offer " + number + ", or its time is over");
        }
        return record;
    }

    private void show(Context context) {
        find(context, ledger).ifPresent(record -> Json.send(context, full(record)));
    }

    private OfferJson.OfferFullJson full(OfferRecord record) {
        long timeMs = ledger.market().timeMs();
        var offered = OfferJson.of(new OfferSearch.Found(record, -1), ledger, self);
        if (!(record.offer().way() instanceof OfferWay.ByContract(byte[] hash, String party))) {
            return new OfferJson.OfferFullJson(timeMs, offered, null, List.of(), List.of(), List.of(), null);
        }
        var terms = ledger.market().terms(record.number()).orElseThrow();
        var offeredContract = OfferedContract.of(ledger, hash, terms);
        var contract = offeredContract.contract();
        return new OfferJson.OfferFullJson(
                timeMs,
                offered,
                contract.title(),
                contract.parties().stream().map(p -> p.name()).toList(),
                contract.parties().stream()
                        .map(each -> new ContractJson.RoleJson(
                                each.name(),
                                each.role(),
                                each.name().equals(party)
                                        ? record.offer().account().value()
                                        : null))
                        .toList(),
                OfferJson.terms(contract, offeredContract.values(), terms.open()),
                PlainText.of(
                        contract,
                        offeredContract.values(),
                        Map.of(party, record.offer().account().value())));
    }
}
