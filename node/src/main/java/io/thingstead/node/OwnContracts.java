package io.thingstead.node;

import io.thingstead.node.api.ContractDryRunRoute;
import io.thingstead.node.api.ContractEvidenceRoute;
import io.thingstead.node.api.ContractRoutes;
import io.thingstead.node.api.Routes;
import io.thingstead.node.command.Commands;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.view.series.SeriesStore;
import java.security.SecureRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This member's contracts: over HTTP, and watched, so that what its devices measured is shown by itself, and what a
/// contract tells its devices reaches them.
final class OwnContracts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnContracts.class);
    private static final long EVERY_MS = 1_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final MemberCore core;
    private final ContractWatch watch;
    private final ContractOrders orders;
    private final SeriesStore series;
    private final LongSupplier clockMs;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("contracts").daemon().factory());

    OwnContracts(MemberCore core, Commands commands, SeriesStore series, LongSupplier clockMs) {
        this.core = core;
        this.series = series;
        this.clockMs = clockMs;
        orders = new ContractOrders(core.member(), core.ledger(), commands);
        watch = new ContractWatch(
                core.member(),
                core.ledger(),
                core.log().reader(),
                core.registrar()::askWith,
                OwnContracts::salt,
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    void register(Routes routes) {
        new ContractRoutes(core.member(), core.ledger(), new ContractSigner(core.registrar())).register(routes);
        new ContractEvidenceRoute(core.member(), core.ledger(), new KeptEvidence(core.blocks())).register(routes);
        new ContractDryRunRoute(core.member(), series, clockMs).register(routes);
    }

    OwnContracts start() {
        var _ = clock.scheduleWithFixedDelay(this::tick, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
        return this;
    }

    private static byte[] salt() {
        byte[] salt = new byte[Attachment.SALT_BYTES];
        RANDOM.nextBytes(salt);
        return salt;
    }

    private void tick() {
        try {
            watch.look();
            orders.look();
        } catch (RuntimeException e) {
            LOG.warn("contracts are watched again in a second", e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        watch.close();
        orders.close();
    }
}
