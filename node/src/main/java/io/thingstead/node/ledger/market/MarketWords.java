package io.thingstead.node.ledger.market;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.model.Amounts;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.money.MoneyWords;

/// Events about offers in plain words.
public final class MarketWords {
    private MarketWords() {}

    /// @param in an event's body after its head
    public static String of(EventType type, CborReader in) {
        return switch (type) {
            case OFFER_PUBLISHED -> {
                long number = in.readUint();
                int decimals = in.readUint(Amounts.MAX_DECIMALS);
                Offer offer = Offer.read(in);
                yield offer.account().inWords() + " offers " + offer.kind()
                        + (offer.device() == null ? "" : " by " + offer.device()) + " for "
                        + Amounts.text(offer.price(), decimals) + " " + offer.asset() + " per " + offer.per()
                        + " (offer " + number + ")";
            }
            case OFFER_ENDED -> {
                long number = in.readUint();
                String who = MoneyWords.account(in).inWords();
                String kind = in.readText(Offer.MAX_KIND);
                yield "Offer " + number + " of " + kind
                        + (in.readUint() == 1 ? " was taken back by " + who : " of " + who + " came to its time");
            }
            case OFFER_TAKEN -> {
                long number = in.readUint();
                long contract = in.readUint();
                String party = in.readText(32);
                yield "Contract " + contract + " takes offer " + number + ": by it "
                        + MoneyWords.account(in).inWords() + " has signed as “" + party + "”";
            }
            default -> throw new IllegalArgumentException("not about the market: " + type);
        };
    }
}
