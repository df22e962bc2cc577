package io.thingstead.node.api;

import io.thingstead.kit.model.AccountId;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferTerms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The market with the member's own authority, that of its node key. Each waits until the ledger has decided.
public interface Offering {
    /// @param terms null where it is paid by the request
    TransactionResult publish(Offer offer, @Nullable OfferTerms terms);

    TransactionResult withdraw(long offer);

    TransactionResult take(long offer, byte[] values, List<AccountId> accounts, long renderer, byte[] text);
}
