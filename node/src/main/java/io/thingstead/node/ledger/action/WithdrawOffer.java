package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.market.OfferRecord;
import io.thingstead.node.ledger.market.Offers;
import io.thingstead.node.ledger.money.Balances;
import java.util.List;

/// Who offers takes an offer back; contracts that took it go on.
public record WithdrawOffer(long offer) implements Action {
    static final int TYPE = 51;

    static WithdrawOffer read(CborReader in) {
        in.readArrayOf(1);
        return new WithdrawOffer(Actions.number(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "withdraw-offer";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(1).integer(offer);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.offer(offer));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        OfferRecord record = OfferRecord.of(draft, offer);
        if (record == null) {
            return Outcome.declined(Refusal.OFFER_UNKNOWN, "no offer " + offer + ", or its time is over");
        }
        if (!Balances.isSignedByOwner(request.signers(), record.offer().account(), draft)) {
            return Outcome.declined(
                    Refusal.ACTION_NOT_ALLOWED,
                    "offer " + offer + " is taken back by " + record.offer().account());
        }
        Offers.withdraw(draft, request.transaction(), record);
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Take back offer number " + offer;
    }
}
