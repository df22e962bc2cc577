package io.thingstead.node;

import io.thingstead.node.api.MarketRoutes;
import io.thingstead.node.api.OfferRoutes;
import io.thingstead.node.api.Routes;
import io.thingstead.node.api.TakingsRoute;
import io.thingstead.node.ledger.action.CloseChannel;
import io.thingstead.node.till.Collector;
import io.thingstead.node.till.Till;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Money and the market over HTTP, looked at and acted on with this member's authority; and that what it was paid by
/// the request is collected in time.
final class OwnMarket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnMarket.class);
    private static final long EVERY_MS = 5_000;

    private final MemberCore core;
    private final Till till;
    private final LongSupplier clockMs;
    private final Collector collector;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("till").daemon().factory());

    OwnMarket(MemberCore core, Till till, LongSupplier clockMs) {
        this.core = core;
        this.till = till;
        this.clockMs = clockMs;
        collector = new Collector(
                till,
                core.ledger(),
                (channel, voucher) -> core.registrar().ask(List.of(new CloseChannel(channel, voucher))));
    }

    void register(Routes routes) {
        new OwnMoney(core, clockMs).register(routes);
        new MarketRoutes(core.member(), core.ledger()).register(routes);
        new OfferRoutes(core.member(), core.ledger(), new OfferSigner(core.registrar())).register(routes);
        new TakingsRoute(core.ledger(), till).register(routes);
    }

    OwnMarket start() {
        var _ = clock.scheduleWithFixedDelay(this::tick, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
        return this;
    }

    private void tick() {
        try {
            var _ = collector.look();
        } catch (RuntimeException e) {
            LOG.warn("channels are collected with the next look", e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
