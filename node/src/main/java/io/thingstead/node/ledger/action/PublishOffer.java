package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferTerms;
import io.thingstead.node.ledger.market.OfferWay;
import io.thingstead.node.ledger.market.Offers;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.Counts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Offers a service to whoever takes it.
///
/// @param terms what is laid down for the contract by which it is taken; null where it is paid by the request
public record PublishOffer(Offer offer, @Nullable OfferTerms terms) implements Action {
    static final int TYPE = 50;

    static PublishOffer read(CborReader in) {
        in.readArrayOf(2);
        Offer offer = Offer.read(in);
        if (in.nextIsNull()) {
            in.readNull();
            return new PublishOffer(offer, null);
        }
        return new PublishOffer(offer, OfferTerms.read(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "publish-offer";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(2);
        offer.write(out);
        if (terms == null) {
            out.nil();
        } else {
            terms.write(out);
        }
    }

    @Override
    public List<String> subjects() {
        List<String> subjects = new ArrayList<>();
        subjects.add(offer.account().value());
        if (offer.device() != null && !subjects.contains(Draft.subject(offer.device()))) {
            subjects.add(Draft.subject(offer.device()));
        }
        subjects.add(StateKeys.asset(offer.asset()));
        return subjects;
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        if (!Balances.isSignedByOwner(request.signers(), offer.account(), draft)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "only its owner offers for " + offer.account());
        }
        Refused objection = malformed();
        if (objection == null) {
            objection = objection(draft);
        }
        if (objection == null) {
            objection = Offers.publish(draft, request.transaction(), offer, terms);
        }
        return Outcome.of(objection);
    }

    private @Nullable Refused malformed() {
        if (!Offer.isKind(offer.kind())) {
            return new Refused(Refusal.ACTION_MALFORMED, "a kind is up to four words of a-z, 0-9 and '-', with points");
        }
        if (!Offer.isPer(offer.per())) {
            return new Refused(Refusal.ACTION_MALFORMED, "a unit is 1 to 32 printable characters");
        }
        if (offer.way() instanceof OfferWay.ByContract != (terms != null)) {
            return new Refused(Refusal.ACTION_MALFORMED, "what is laid down goes with a contract, and only with one");
        }
        if (offer.way() instanceof OfferWay.ByRequest(String url) && !Offer.isUrl(url)) {
            return new Refused(Refusal.ACTION_MALFORMED, "an address is http:// or https:// and printable ASCII");
        }
        if (offer.places() > Offer.MAX_PLACES) {
            return new Refused(Refusal.ACTION_MALFORMED, "at most " + Offer.MAX_PLACES + " places");
        }
        return Amounts.isOne(offer.price())
                ? null
                : new Refused(Refusal.AMOUNT_RANGE, "a price is from 1 to 2^53 - 1 of the smallest unit");
    }

    private @Nullable Refused objection(Draft draft) {
        if (AssetRecord.of(draft, offer.asset()) == null) {
            return new Refused(Refusal.ASSET_UNKNOWN, "no asset " + offer.asset());
        }
        DeviceId device = offer.device();
        if (device != null && !draft.knows(device)) {
            return new Refused(Refusal.DEVICE_UNKNOWN, "no device " + device);
        }
        if (device != null && !offer.account().isOf(device.member())) {
            return new Refused(Refusal.DEVICE_FOREIGN, device + " is not a device of who offers");
        }
        Refused objection = Balances.notPayable(draft, offer.account());
        if (objection == null) {
            objection = Deadlines.tooSoon(draft, offer.until(), Deadlines.SHORTEST_MS);
        }
        if (objection == null
                && Counts.isFull(draft, Counts.Kind.OFFERS, offer.account().value())) {
            objection =
                    new Refused(Refusal.OFFER_FULL, offer.account() + " has " + Counts.Kind.OFFERS.most() + " offers");
        }
        return objection;
    }

    @Override
    public String inWords() {
        return "Offer " + offer.kind() + " of " + offer.account().inWords() + " for " + offer.price()
                + " of the smallest unit of " + offer.asset() + " per " + offer.per();
    }
}
