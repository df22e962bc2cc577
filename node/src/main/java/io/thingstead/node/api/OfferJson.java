package io.thingstead.node.api;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.GivenValue;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Values;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.market.MarketReader;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferRecord;
import io.thingstead.node.ledger.market.OfferWay;
import io.thingstead.node.ledger.money.MoneyReader;
import io.thingstead.node.openapi.Says;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The market in the HTTP interface.
final class OfferJson {
    private static final double MICRODEGREES = 1e6;

    private OfferJson() {}

    record RatingJson(
            @Says("of service") String kind,
            String asset,
            @Says("the state in which contracts ended") String state,

            @Says("how many did, in which money went from one party to another")
            long count,

            @Says("what they brought who offered, in all") String earned,

            @Says("what they cost who offered, in all") String lost,

            @Says("that ended the last of them") long event) {}

    record OfferedJson(
            long number,
            @Says("who offers, and is paid") String account,
            @Says("the same, short, for people") String name,

            @Says("whether that is this member, or one of its devices")
            boolean own,

            @Says(value = "of service, from the general to the special", example = "energy.charging")
            String kind,

            @Says("that does it or measures it") @Nullable String device,
            @Says("in degrees") @Nullable Double latitude,
            @Says("in degrees") @Nullable Double longitude,

            @Says("how far it is from where was asked, in metres") @Nullable
            Double distanceM,

            @Says("member:CODE") String asset,
            @Says("how many decimals amounts of it have") int decimals,
            @Says("of one unit") String price,

            @Says(value = "the unit, a UCUM code", example = "min")
            String per,

            @Says("how many contracts may run from it at once; 0: any number")
            long places,

            @Says("how many run") long running,
            @Says("whether a further one may begin") boolean free,
            @Says("ledger time at which it ends") long untilMs,

            @Says("by a contract, or by the request (HTTP 402)")
            String by,

            @Says("where it is asked for and paid by the request") @Nullable
            String url,

            @Says("hash of the contract by which it is taken, hex") @Nullable
            String contract,

            @Says("which of the contract's parties offers") @Nullable
            String party,

            @Says("how contracts ended that took this account's offers of the kind: counted by the ledger, voted by"
                    + " nobody")
            List<RatingJson> rating) {}

    record OffersJson(
            @Says("the ledger's time: what is due then is done")
            long timeMs,

            List<OfferedJson> offers,
            @Says("how many there are that fit") long total,

            @Says("whether not all offers were looked at: ask for a kind")
            boolean partial,

            @Says("`skip` for what follows") @Nullable Long next) {}

    record TermJson(
            String name,

            @Says("money, quantity, duration, device, stream or text")
            String type,

            @Says("what is laid down, or proposed where it is open")
            String value,

            @Says("the asset of money, the unit of a quantity or stream; else empty")
            String unit,

            @Says("whether who takes the offer may change it")
            boolean open) {}

    record OfferFullJson(
            @Says("the ledger's time: what is due then is done")
            long timeMs,

            OfferedJson offer,

            @Says("of the contract by which it is taken") @Nullable
            String title,

            @Says("of that contract, in their order") List<String> parties,

            @Says("what each of them does, with the account of who offers")
            List<ContractJson.RoleJson> roles,

            @Says("of that contract") List<TermJson> terms,

            @Says("that contract in plain words, with what is laid down") @Nullable
            String words) {}

    record LockedJson(@Says("whose money") String account, String asset, String amount) {}

    /// What who takes an offer signs.
    record TakeableJson(
            long offer,

            @Says("the contract in plain words: what is signed")
            String words,

            @Says("SHA-256 of the words, hex") String textHash,

            @Says("the version of the words") int renderer,

            @Says("of the terms, as the ledger takes them: base64url")
            String values,

            @Says("of the parties, in their order") List<String> accounts,
            @Says("what is locked up when it begins") List<LockedJson> locks) {
        static TakeableJson of(long offer, Contract contract, Values values, byte[] bytes, List<AccountId> accounts) {
            String words = PlainText.of(contract, values, named(contract, accounts));
            return new TakeableJson(
                    offer,
                    words,
                    HexFormat.of().formatHex(PlainText.hash(words)),
                    PlainText.RENDERER,
                    Base64Url.encode(bytes),
                    accounts.stream().map(AccountId::value).toList(),
                    contract.deposits().stream()
                            .map(deposit -> locked(contract, values, accounts, deposit))
                            .toList());
        }

        private static LockedJson locked(
                Contract contract, Values values, List<AccountId> accounts, Contract.Deposit deposit) {
            var money =
                    (Contract.TermType.Money) contract.typeOf(deposit.amount()).orElseThrow();
            return new LockedJson(
                    accounts.get(contract.indexOfParty(deposit.party()).orElseThrow())
                            .value(),
                    money.asset(),
                    Amounts.text(values.number(contract, deposit.amount()), money.decimals()));
        }
    }

    static Map<String, String> named(Contract contract, List<AccountId> accounts) {
        Map<String, String> names = new java.util.LinkedHashMap<>();
        for (int i = 0; i < accounts.size(); i++) {
            names.put(contract.parties().get(i).name(), accounts.get(i).value());
        }
        return names;
    }

    static String typeOf(Contract.TermType type) {
        return switch (type) {
            case Contract.TermType.Money _ -> "money";
            case Contract.TermType.Quantity _ -> "quantity";
            case Contract.TermType.Duration _ -> "duration";
            case Contract.TermType.Device _ -> "device";
            case Contract.TermType.Stream _ -> "stream";
            case Contract.TermType.Text _ -> "text";
        };
    }

    private static String unitOf(Contract.TermType type) {
        return switch (type) {
            case Contract.TermType.Money(String asset, var _) -> asset;
            case Contract.TermType.Quantity(String unit, var _) -> unit;
            case Contract.TermType.Stream(var _, var _, String unit, var _) -> unit;
            case Contract.TermType.Duration _, Contract.TermType.Device _, Contract.TermType.Text _ -> "";
        };
    }

    static List<TermJson> terms(Contract contract, Values values, List<String> open) {
        return contract.terms().stream()
                .map(term -> new TermJson(
                        term.name(),
                        typeOf(term.type()),
                        GivenValue.inWords(term.type(), values.of(contract, term.name())),
                        unitOf(term.type()),
                        open.contains(term.name())))
                .toList();
    }

    private static int decimals(AssetId asset, MoneyReader money) {
        return money.asset(asset).orElseThrow().decimals();
    }

    /// @param self whose node says it
    static OfferedJson of(OfferSearch.Found found, LedgerReader ledger, MemberId self) {
        return of(found.record(), found.distanceM(), ledger.market(), ledger.money(), self);
    }

    private static OfferedJson of(
            OfferRecord record, double distanceM, MarketReader market, MoneyReader money, MemberId self) {
        Offer offer = record.offer();
        var place = offer.place();
        var device = offer.device();
        return new OfferedJson(
                record.number(),
                offer.account().value(),
                offer.account().inWords(),
                offer.account().isOf(self),
                offer.kind(),
                device == null ? null : device.value(),
                place == null ? null : place.latitude() / MICRODEGREES,
                place == null ? null : place.longitude() / MICRODEGREES,
                distanceM < 0 ? null : (double) Math.round(distanceM),
                offer.asset().value(),
                decimals(offer.asset(), money),
                Amounts.text(offer.price(), decimals(offer.asset(), money)),
                offer.per(),
                offer.places(),
                record.running(),
                !record.isFull(),
                offer.until(),
                offer.way() instanceof OfferWay.ByRequest ? "request" : "contract",
                offer.way() instanceof OfferWay.ByRequest(String url) ? url : null,
                offer.way() instanceof OfferWay.ByContract(byte[] hash, var _)
                        ? HexFormat.of().formatHex(hash)
                        : null,
                offer.way() instanceof OfferWay.ByContract(var _, String party) ? party : null,
                market.ratings(offer.account()).stream()
                        .filter(rating -> rating.kind().equals(offer.kind()))
                        .map(rating -> new RatingJson(
                                rating.kind(),
                                rating.asset().value(),
                                rating.state(),
                                rating.count(),
                                Amounts.text(rating.earned(), decimals(rating.asset(), money)),
                                Amounts.text(rating.lost(), decimals(rating.asset(), money)),
                                rating.event()))
                        .toList());
    }
}
