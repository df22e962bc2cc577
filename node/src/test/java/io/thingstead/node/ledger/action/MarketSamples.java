package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.action.MoneySamples.BOX;
import static io.thingstead.node.ledger.action.MoneySamples.EUR;
import static io.thingstead.node.ledger.action.MoneySamples.MEMBER;
import static io.thingstead.node.ledger.action.MoneySamples.UNTIL;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferTerms;
import io.thingstead.node.ledger.market.OfferWay;
import io.thingstead.node.ledger.market.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An action of each kind about offers. Offer 1 of the member is taken by a contract that its device pays for, offer 2
/// is paid by the request.
public final class MarketSamples {
    private static final String TEXT = """
        thingstead: contract/1
        title: Wash
        about: Whoever washes is paid.
        parties: {guest: {role: pays}, host: {role: is paid}}
        terms:
          price: {type: money, asset: "acme:EUR", value: "%s"}
          time: {type: duration, value: %s}
          programme: {type: text, value: "%s"}
        deposits:
          pot: {by: guest, amount: price}
        start: open
        states:
          open:
            means: The machine is kept.
            deadline: time
            otherwise: {effects: [{release: pot}], go: unused}
            on:
              washed: {signature: guest, effects: [{pay: price, from: pot, to: host}], go: done}
              off: {signature: host, effects: [{refund: price, from: pot, to: guest}], go: unused}
          done: {means: Washed., end: true}
          unused: {means: Not washed., end: true}
        """;

    private static final Place STATION = new Place(48_140_000, -11_560_000);

    private MarketSamples() {}

    static ContractFile file(String price, String time, String programme) {
        ContractFile file = ContractFile.read(TEXT.formatted(price, time, programme), Map.of());
        if (!file.isSound()) {
            throw new IllegalStateException(file.findings().toString());
        }
        return file;
    }

    static byte[] values(ContractFile file) {
        CborWriter out = new CborWriter();
        file.values().write(out);
        return out.toBytes();
    }

    static Offer offer(AccountId who, OfferWay way, long places) {
        return new Offer(
                who, "laundry.washing", DeviceId.of("acme:box"), STATION, EUR, 250, "{wash}", places, UNTIL, way);
    }

    /// One wash at a time for 2.50, with the programme to be chosen.
    static PublishOffer byContract(AccountId who, long places) {
        ContractFile file = file("2.50", "1 h", "warm");
        return new PublishOffer(
                offer(who, new OfferWay.ByContract(file.contract().encode(), "host"), places),
                new OfferTerms(values(file), List.of("programme")));
    }

    static PublishOffer byRequest(AccountId who) {
        return new PublishOffer(offer(who, new OfferWay.ByRequest("https://acme.example/api/series"), 0), null);
    }

    static TakeOffer take(long offer, AccountId guest, AccountId host, ContractFile file) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("guest", guest.value());
        names.put("host", host.value());
        return new TakeOffer(
                offer,
                values(file),
                List.of(guest, host),
                PlainText.RENDERER,
                PlainText.hash(PlainText.of(file.contract(), file.values(), names)));
    }

    static void prepare(TestLedger ledger) {
        var result = ledger.submit(key(KeyRole.NODE), byContract(MEMBER, 1), byRequest(MEMBER));
        if (!result.refusals().isEmpty()) {
            throw new IllegalStateException(result.refusals().toString());
        }
    }

    static List<MoneySamples.Sample> all() {
        var node = key(KeyRole.NODE);
        var box = key("box");
        return List.of(
                new MoneySamples.Sample(byContract(new AccountId.Member(ACME), 3), node),
                new MoneySamples.Sample(byRequest(BOX), box),
                new MoneySamples.Sample(
                        new PublishOffer(
                                new Offer(
                                        MEMBER,
                                        "data",
                                        null,
                                        null,
                                        EUR,
                                        1,
                                        "1",
                                        0,
                                        UNTIL,
                                        new OfferWay.ByRequest("http://acme.example/x")),
                                null),
                        node),
                new MoneySamples.Sample(new WithdrawOffer(1), node),
                new MoneySamples.Sample(take(1, BOX, MEMBER, file("2.50", "1 h", "cold")), box));
    }
}
