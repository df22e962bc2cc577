package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.Finding;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Values;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferRecord;
import io.thingstead.node.ledger.market.OfferTerms;
import io.thingstead.node.ledger.market.OfferWay;
import io.thingstead.node.ledger.market.Place;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What this member offers, takes back and takes, with the authority of its node.
///
/// @param self whose node it is
public record OfferRoutes(MemberId self, LedgerReader ledger, Offering offering) {
    private static Operation acting(String summary, Refusal... refusals) {
        return Operation.of("Market", summary)
                .answers(MoneyJson.Done.class)
                .refuses(refusals)
                .asksTheLedger();
    }

    private static final Operation PUBLISH = acting(
                    "Offers a service of this member or of one of its devices",
                    Refusal.ASSET_UNKNOWN,
                    Refusal.AMOUNT_RANGE,
                    Refusal.ACCOUNT_UNKNOWN,
                    Refusal.DEVICE_UNKNOWN,
                    Refusal.DEVICE_FOREIGN,
                    Refusal.TIME_RANGE,
                    Refusal.OFFER_FULL,
                    Refusal.CONTRACT_UNKNOWN,
                    Refusal.CONTRACT_MALFORMED,
                    Refusal.CONTRACT_UNSOUND,
                    Refusal.CONTRACT_PARTY)
            .details("Taken by a contract: `text`, `party`, and in `open` the terms that who takes it may choose. Or"
                    + " paid by the request: `url`. Where that is a GET of this node, whoever is not let in there may"
                    + " pay for it (HTTP 402).")
            .takes(
                    NewOffer.class,
                    "{\"kind\": \"data.weather\", \"asset\": \"home:EUR\", \"price\": \"0.01\", \"per\":"
                            + " \"{request}\", \"forMs\": 86400000, \"url\":"
                            + " \"https://node.home.example/api/series?device=home:box-1\"}");
    private static final Operation WITHDRAW =
            acting("Takes an offer of this member back", Refusal.OFFER_UNKNOWN).takes(MarketRoutes.NUMBER);
    private static final Refusal[] TAKING = {
        Refusal.OFFER_UNKNOWN,
        Refusal.OFFER_OTHER,
        Refusal.OFFER_FULL,
        Refusal.CONTRACT_PARTY,
        Refusal.CONTRACT_FULL,
        Refusal.CONTRACT_UNSOUND,
        Refusal.CONTRACT_MALFORMED,
        Refusal.CONTRACT_SIGNED,
        Refusal.ACCOUNT_UNKNOWN,
        Refusal.ASSET_UNKNOWN,
        Refusal.DEVICE_UNKNOWN,
        Refusal.FUNDS_INSUFFICIENT
    };
    private static final String TAKING_EXAMPLE = "{\"values\": {\"car\": \"home:car\"}}";
    private static final Operation TAKE = acting(
                    "Takes an offer: its contract is drafted and signed, and begins once all parties have signed",
                    TAKING)
            .takes(MarketRoutes.NUMBER)
            .takes(Taking.class, TAKING_EXAMPLE);
    private static final Operation PREPARE = Operation.of(
                    "Market", "What who takes an offer would sign: the contract's words and its values' bytes")
            .details("For wallets and devices, which sign `take-offer` themselves and hand it in as a transaction.")
            .takes(MarketRoutes.NUMBER)
            .takes(Taking.class, TAKING_EXAMPLE)
            .answers(OfferJson.TakeableJson.class)
            .refuses(Refusal.OFFER_UNKNOWN, Refusal.OFFER_OTHER, Refusal.CONTRACT_PARTY);

    private record NewOffer(
            @Says(value = "of service", pattern = Offer.KIND, needed = true) @Nullable
            String kind,

            @Says(value = "who offers; this member when left out", pattern = MoneyParams.ACCOUNT) @Nullable
            String account,

            @Says("that does it or measures it: one of this member's") @Nullable
            String device,

            @Says(value = "in degrees; with `longitude`", least = -90, most = 90) @Nullable
            Double latitude,

            @Says(value = "in degrees; with `latitude`", least = -180, most = 180) @Nullable
            Double longitude,

            @Says(value = "member:CODE", pattern = MoneyParams.ASSET, needed = true) @Nullable
            String asset,

            @Says(value = "of one unit, decimal", pattern = MoneyParams.AMOUNT, needed = true) @Nullable
            String price,

            @Says(value = "the unit, a UCUM code", pattern = "[!-~]{1,32}", needed = true) @Nullable
            String per,

            @Says(value = "how many contracts may run at once; any number when left out", least = 0, most = 1_000_000)
            @Nullable
            Long places,

            @Says(value = "for how long, ledger time", least = 1, most = Amounts.MAX / 2, needed = true) @Nullable
            Long forMs,

            @Says(value = "where it is asked for and paid by the request", longest = OfferWay.MAX_URL) @Nullable
            String url,

            @Says("the contract by which it is taken, YAML or JSON") @Nullable
            String text,

            @Says("values of the contract's terms that take the place of the text's, by name") @Nullable
            Map<String, String> values,

            @Says("which of the contract's parties offers") @Nullable
            String party,

            @Says("names of terms that who takes it may choose, at most 16") @Nullable
            List<String> open) {}

    private record Taking(
            @Says("accounts of parties, by name; who takes it is this member when left out, as the one that is left")
            @Nullable
            Map<String, String> accounts,

            @Says("values of open terms, by name") @Nullable Map<String, String> values,

            @Says(value = "who takes it; this member when left out", pattern = MoneyParams.ACCOUNT) @Nullable
            String taker) {}

    public void register(Routes routes) {
        routes.post("/api/offers", PUBLISH, this::publish)
                .post("/api/offers/{number}/withdraw", WITHDRAW, this::withdraw)
                .post("/api/offers/{number}/take", TAKE, this::take)
                .post("/api/offers/{number}/prepare", PREPARE, this::prepare);
    }

    private void send(Context context, Result<TransactionResult> asked) {
        switch (asked) {
            case Result.No<TransactionResult>(Refused refused) ->
                Problem.of(refused).send(context);
            case Result.Ok<TransactionResult>(TransactionResult result) ->
                TransactionRoute.answer(context, result, ledger);
        }
    }

    private void publish(Context context) {
        send(context, Json.read(context.bodyAsBytes(), NewOffer.class).flatMap(this::publish));
    }

    private Result<TransactionResult> publish(NewOffer wanted) {
        var read = new MoneyParams(ledger);
        var account = read.account(wanted.account, "account", AccountId.of(self));
        var asset = read.asset(wanted.asset);
        long price = read.amount(wanted.price, asset);
        long until = read.until(wanted.forMs);
        String kind = wanted.kind == null ? "" : wanted.kind;
        if (!Offer.isKind(kind)) {
            read.refuse(
                    Refusal.REQUEST_MALFORMED, "a kind is up to four words of a-z, 0-9 and '-', with points between");
        }
        String per = wanted.per == null ? "" : wanted.per;
        if (!Offer.isPer(per)) read.refuse(Refusal.REQUEST_MALFORMED, "per is the unit: 1 to 32 printable characters");
        long places = wanted.places == null ? 0 : wanted.places;
        if (places < 0 || places > Offer.MAX_PLACES) {
            read.refuse(Refusal.REQUEST_MALFORMED, "places are 0 to " + Offer.MAX_PLACES);
        }
        Optional<DeviceId> device = Optional.ofNullable(wanted.device).flatMap(DeviceId::parse);
        if (wanted.device != null && device.isEmpty()) {
            read.refuse(Refusal.REQUEST_MALFORMED, "a device is member:name");
        }
        Place place = place(wanted, read);
        Result<Way> way = way(wanted);
        if (way instanceof Result.No<Way>(Refused refused)) read.refuse(refused.code(), refused.text());
        if (read.refused().isPresent()) return new Result.No<>(read.refused().get());
        Way taken = way.orThrow();
        return Result.ok(offering.publish(
                new Offer(
                        account, kind, device.orElse(null), place, asset.asset(), price, per, places, until, taken.way),
                taken.terms));
    }

    private static @Nullable Place place(NewOffer wanted, MoneyParams read) {
        if (wanted.latitude == null && wanted.longitude == null) return null;
        if (wanted.latitude == null
                || wanted.longitude == null
                || !Double.isFinite(wanted.latitude)
                || !Double.isFinite(wanted.longitude)) {
            read.refuse(Refusal.REQUEST_MALFORMED, "a place has latitude and longitude");
            return null;
        }
        var place = MarketRoutes.place(BigDecimal.valueOf(wanted.latitude), BigDecimal.valueOf(wanted.longitude));
        if (place.isEmpty()) read.refuse(Refusal.REQUEST_MALFORMED, "no place on earth");
        return place.orElse(null);
    }

    private record Way(OfferWay way, @Nullable OfferTerms terms) {}

    private static Result<Way> way(NewOffer wanted) {
        if ((wanted.url == null) == (wanted.text == null)) {
            return Result.no(Refusal.REQUEST_MALFORMED, "an offer has a url, or the text of a contract");
        }
        if (wanted.url != null) {
            return Offer.isUrl(wanted.url)
                    ? Result.ok(new Way(new OfferWay.ByRequest(wanted.url), null))
                    : Result.no(Refusal.REQUEST_MALFORMED, "a url is http:// or https:// and printable ASCII");
        }
        if (wanted.party == null) {
            return Result.no(Refusal.REQUEST_MALFORMED, "party is missing: which of the contract's parties offers");
        }
        List<String> open = wanted.open == null ? List.of() : wanted.open;
        if (open.size() > OfferTerms.MAX_OPEN) {
            return Result.no(Refusal.REQUEST_MALFORMED, "at most " + OfferTerms.MAX_OPEN + " terms are open");
        }
        Map<String, String> values = wanted.values == null ? Map.of() : wanted.values;
        ContractFile file = ContractFile.read(wanted.text == null ? "" : wanted.text, values);
        var error = file.findings().stream().filter(Finding::isError).findFirst();
        if (error.isPresent()) {
            return Result.no(Refusal.CONTRACT_UNSOUND, error.get().toString());
        }
        if (file.contract().indexOfParty(wanted.party).isEmpty()) {
            return Result.no(Refusal.CONTRACT_PARTY, "the contract has no party “" + wanted.party + "”");
        }
        for (String name : open) {
            if (file.contract().indexOfTerm(name).isEmpty()) {
                return Result.no(Refusal.REQUEST_MALFORMED, "the contract has no term “" + name + "”");
            }
        }
        return Result.ok(new Way(
                new OfferWay.ByContract(file.contract().encode(), wanted.party),
                new OfferTerms(OfferedContract.bytes(file.values()), open)));
    }

    private void withdraw(Context context) {
        MarketRoutes.find(context, ledger)
                .ifPresent(record -> TransactionRoute.answer(context, offering.withdraw(record.number()), ledger));
    }

    private record Prepared(OfferedContract offered, Values values, List<AccountId> accounts) {}

    private Result<Prepared> prepared(OfferRecord record, Taking wanted) {
        if (!(record.offer().way() instanceof OfferWay.ByContract(byte[] hash, String party))) {
            return Result.no(
                    Refusal.OFFER_OTHER, "offer " + record.number() + " is paid by the request, without a contract");
        }
        var taker = AccountId.parse(wanted.taker == null ? AccountId.of(self).value() : wanted.taker);
        if (taker.isEmpty()) return Result.no(Refusal.REQUEST_MALFORMED, "taker is an account");
        var terms = ledger.market().terms(record.number());
        if (terms.isEmpty()) return Result.no(Refusal.OFFER_UNKNOWN, "offer " + record.number() + " is over");
        var offered = OfferedContract.of(ledger, hash, terms.get());
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        if (wanted.values != null) values.putAll(wanted.values);
        Map<String, @Nullable String> accounts = new LinkedHashMap<>();
        if (wanted.accounts != null) accounts.putAll(wanted.accounts);
        return offered.taken(values)
                .flatMap(chosen -> offered.accounts(party, record.offer().account(), accounts, taker.get())
                        .map(parties -> new Prepared(offered, chosen, parties)));
    }

    private void take(Context context) {
        MarketRoutes.find(context, ledger)
                .ifPresent(record -> send(
                        context,
                        Json.read(context.bodyAsBytes(), Taking.class)
                                .flatMap(wanted -> prepared(record, wanted))
                                .map(ready -> {
                                    var contract = ready.offered.contract();
                                    String words = PlainText.of(
                                            contract, ready.values, OfferJson.named(contract, ready.accounts));
                                    return offering.take(
                                            record.number(),
                                            OfferedContract.bytes(ready.values),
                                            ready.accounts,
                                            PlainText.RENDERER,
                                            PlainText.hash(words));
                                })));
    }

    private void prepare(Context context) {
        MarketRoutes.find(context, ledger).ifPresent(record -> {
            switch (Json.read(context.bodyAsBytes(), Taking.class).flatMap(wanted -> prepared(record, wanted))) {
                case Result.No<Prepared>(Refused refused) -> Problem.of(refused).send(context);
                case Result.Ok<Prepared>(Prepared ready) ->
                    Json.send(
                            context,
                            OfferJson.TakeableJson.of(
                                    record.number(),
                                    ready.offered.contract(),
                                    ready.values,
                                    OfferedContract.bytes(ready.values),
                                    ready.accounts));
            }
        });
    }
}
