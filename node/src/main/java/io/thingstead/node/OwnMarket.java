package io.thingstead.node;

import io.thingstead.node.api.MarketRoutes;
import io.thingstead.node.api.OfferRoutes;
import io.thingstead.node.api.Routes;

/// The market over HTTP: looked at, and acted on with this member's authority.
record OwnMarket(MemberCore core) {
    void register(Routes routes) {
        new MarketRoutes(core.ledger()).register(routes);
        new OfferRoutes(core.member(), core.ledger(), new OfferSigner(core.registrar())).register(routes);
    }
}
