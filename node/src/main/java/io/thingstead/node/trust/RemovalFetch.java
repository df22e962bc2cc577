package io.thingstead.node.trust;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.TrustLink;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.LedgerReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the others, while no block comes, whether they have gone on without this member: who was away when it was
/// removed is given no block any more that says so. It believes nobody: what counts are links, signed by more than two
/// thirds of those who voted with it. They are kept, so that no reading is taken after the next start.
public final class RemovalFetch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemovalFetch.class);
    private static final long LOOK_S = 3;
    private static final long END_MS = 5_000;

    /// Blocks come every 10 s at least.
    private static final long QUIET_MS = 30_000;

    private final TrustHistory history;
    private final LedgerReader ledger;
    private final OtherMembers others;
    private final Supplier<List<MemberId>> members;
    private final MemberId self;
    private final LongSupplier clockMs;
    private final Runnable onRemoved;
    private final Thread thread;
    private volatile boolean closed;

    /// @param members who may be asked
    /// @param onRemoved run once, when they have gone on without it
    public RemovalFetch(
            TrustHistory history,
            LedgerReader ledger,
            OtherMembers others,
            Supplier<List<MemberId>> members,
            MemberId self,
            LongSupplier clockMs,
            Runnable onRemoved) {
        this.history = history;
        this.ledger = ledger;
        this.others = others;
        this.members = members;
        this.self = self;
        this.clockMs = clockMs;
        this.onRemoved = onRemoved;
        this.thread = Thread.ofVirtual().name("removal-fetch").unstarted(this::run);
    }

    /// What is known from before a restart is told before this returns.
    public void start() {
        if (history.hasGoneOnWithout(self)) {
            onRemoved.run();
        } else {
            thread.start();
        }
    }

    private void run() {
        try {
            while (!closed && !ledger.isRemoved(self) && !found()) {
                TimeUnit.SECONDS.sleep(LOOK_S);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whatever goes wrong, it is tried again.
    private boolean found() {
        try {
            if (!isQuiet() || !fetch()) {
                return false;
            }
            onRemoved.run();
            return true;
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warn("whether this member was removed cannot be found out: {}", e.toString());
            }
            return false;
        }
    }

    private boolean isQuiet() {
        return clockMs.getAsLong() - ledger.head().blockTime() > QUIET_MS;
    }

    /// Asks one member after another; true once this one is known to be removed.
    boolean fetch() {
        for (MemberId member : members.get()) {
            try {
                List<TrustLink> given = LinkFetch.ask(others, member);
                if (history.leadOnWithout(self, given)) {
                    history.keepBeyond(given);
                    return true;
                }
            } catch (MemberUnreachable e) {
                LOG.debug("{} does not say whether this member was removed: {}", member, e.getMessage());
            } catch (RuntimeException e) {
                // Whatever one member answers, the others are asked.
                LOG.warn("what {} gives of the links of trust is of no use: {}", member, e.toString());
            }
        }
        return false;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        if (thread.getState() != Thread.State.NEW) {
            try {
                thread.join(END_MS); // what it writes must not meet a closed store
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
