package io.thingstead.node.ledger.market;

import io.thingstead.kit.model.AccountId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The market as the rest of the node sees it: all answers of one reader are as of one block.
public interface MarketReader {
    Optional<OfferRecord> offer(long number);

    /// What is laid down for the contract of an offer that is taken by one.
    Optional<OfferTerms> terms(long offer);

    /// Offers of a kind, or of what is more special than it; at most `limit`, in no order that matters.
    ///
    /// @param kind null: all
    List<OfferRecord> offers(@Nullable String kind, int limit);

    /// Offers of an account, by number.
    List<OfferRecord> offersOf(AccountId account);

    /// The offer that a contract took, while the contract is drafted or runs.
    OptionalLong takenBy(long contract);

    /// How contracts ended that took offers of the account.
    List<RatingRecord> ratings(AccountId account);

    /// The ledger time of that block.
    long timeMs();
}
