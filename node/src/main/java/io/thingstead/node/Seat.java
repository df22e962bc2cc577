package io.thingstead.node;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.action.TakeSeat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes this member's seat among those that vote, by itself, as soon as it has caught up: a seat of somebody who lags
/// would only weaken the others.
final class Seat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Seat.class);
    private static final long PAUSE_MS = 1_000;

    /// Blocks come every 10 s at least; who sees one that is not older has caught up.
    private static final long CAUGHT_UP_MS = 30_000;

    private final MemberCore core;
    private final Thread thread;
    private String said = "";

    private Seat(MemberCore core) {
        this.core = core;
        this.thread = Thread.ofVirtual().name("seat").unstarted(this::run);
    }

    static Seat start(MemberCore core) {
        Seat seat = new Seat(core);
        seat.thread.start();
        return seat;
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted() && !isDone()) {
            try {
                if (hasCaughtUp()) {
                    take();
                }
            } catch (RuntimeException e) {
                LOG.debug("the ledger does not decide now; trying again", e);
            }
            try {
                Thread.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// A member that votes has its seat; one that was removed gets none.
    private boolean isDone() {
        LedgerReader ledger = core.ledger();
        EraRecord era = ledger.era(ledger.head().era());
        return era.isSolo() || ledger.validators().has(core.member()) || ledger.isRemoved(core.member());
    }

    private boolean hasCaughtUp() {
        return core.ledger()
                .certified()
                .filter(certified ->
                        core.clockMs().getAsLong() - certified.head().blockTime() < CAUGHT_UP_MS)
                .isPresent();
    }

    private void take() {
        Optional<Refused> refused = core.registrar()
                .submit(
                        List.of(new TakeSeat(core.member())),
                        List.of(core.keys().of(KeyRole.NODE), core.engineKeys().current()))
                .firstRefusal();
        if (refused.isEmpty()) {
            LOG.info("{} votes from now on", core.member());
        } else if (!said.equals(refused.get().toString())) {
            said = refused.get().toString();
            LOG.info("the seat is not taken yet: {}", said);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
