package io.thingstead.node;

import io.thingstead.kit.model.AccountId;
import io.thingstead.node.api.Offering;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.action.PublishOffer;
import io.thingstead.node.ledger.action.TakeOffer;
import io.thingstead.node.ledger.action.WithdrawOffer;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferTerms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What this member offers and takes, as transactions that its node signs.
public record OfferSigner(Registrar registrar) implements Offering {
    @Override
    public TransactionResult publish(Offer offer, @Nullable OfferTerms terms) {
        return registrar.submit(List.of(new PublishOffer(offer, terms)));
    }

    @Override
    public TransactionResult withdraw(long offer) {
        return registrar.submit(List.of(new WithdrawOffer(offer)));
    }

    @Override
    public TransactionResult take(long offer, byte[] values, List<AccountId> accounts, long renderer, byte[] text) {
        return registrar.submit(List.of(new TakeOffer(offer, values, accounts, renderer, text)));
    }
}
