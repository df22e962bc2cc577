package io.thingstead.node.api;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.model.Amounts;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.till.Till;
import java.util.List;
import java.util.Optional;

/// What this member was paid by the request and has not collected yet.
public record TakingsRoute(LedgerReader ledger, Till till) {
    private static final Operation TAKINGS = Operation.of(
                    "Market", "The highest voucher of each channel by which requests were paid, until it is settled")
            .details("The node closes a channel with it by itself when the payer closes, or ten minutes before its time"
                    + " is over; `POST /api/channels/{number}/close` does before.")
            .answers(TakingsJson.class);

    record TakingJson(
            long channel,
            String payer,
            String asset,
            @Says("what it has given in all") String amount,
            @Says("to close with, base64url") String voucher) {}

    record TakingsJson(List<TakingJson> takings) {}

    public void register(Routes routes) {
        routes.get("/api/takings", TAKINGS, context -> Json.send(context, takings()));
    }

    private TakingsJson takings() {
        var money = ledger.money();
        return new TakingsJson(till.kept().stream()
                .flatMap(kept -> money
                        .channel(kept.channel())
                        .flatMap(channel -> Optional.of(new TakingJson(
                                kept.channel(),
                                channel.payer().value(),
                                channel.asset().value(),
                                Amounts.text(
                                        kept.amount(),
                                        money.asset(channel.asset())
                                                .orElseThrow()
                                                .decimals()),
                                Base64Url.encode(kept.voucher()))))
                        .stream())
                .toList());
    }
}
