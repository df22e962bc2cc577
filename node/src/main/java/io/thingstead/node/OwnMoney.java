package io.thingstead.node;

import io.thingstead.node.api.AccountRoutes;
import io.thingstead.node.api.MoneyRoutes;
import io.thingstead.node.api.PaymentRoutes;
import io.thingstead.node.api.Routes;
import io.thingstead.node.api.TransactionRoute;
import java.util.function.LongSupplier;

/// Money over HTTP: looked at, and moved with this member's authority.
record OwnMoney(MemberCore core, LongSupplier clockMs) {
    void register(Routes routes) {
        var payments = new Payments(core.member(), core.registrar());
        new AccountRoutes(core.member(), core.ledger()).register(routes);
        new MoneyRoutes(core.ledger(), clockMs).register(routes);
        new PaymentRoutes(core.member(), core.ledger(), payments).register(routes);
        new TransactionRoute(core.member(), core.ledger(), payments).register(routes);
    }
}
