package io.thingstead.node.consensus.comet;

import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.StoredLedger.Uncertified;
import io.thingstead.node.consensus.WaitingLink;
import io.thingstead.node.ledger.EraRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches the members' precommits for committed blocks from the engine and certifies the blocks with them. The state
/// after a block that changed something is certified by the next block's header, which holds its app hash; the engine
/// makes that block at once. What the engine gives is verified here once more.
///
/// A member that was stopped between two blocks, and removed before it came back, is given no next block by anybody.
/// Its
/// own engine does not have those signatures; the other members show them.
final class Certifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Certifier.class);
    private static final long RETRY_MS = 100;
    /// The engine tells of which block it has the commit, and is asked in vain for the next one. It may have gone on
    /// before this process listened, though.
    private static final long ASK_ANYWAY_MS = 1_000;
    /// So long a block waits for the own engine before others are asked, and then from one time to the next.
    private static final long ASK_OTHERS_MS = 5_000;

    private final StoredLedger ledger;
    private final CometRpc rpc;
    private final @Nullable CatchUp others;
    private final Consumer<Throwable> onFailure;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private @Nullable CometCertificate last;
    private long askedNanos;
    private long othersAskedNanos = System.nanoTime();
    private volatile long decided;
    private volatile boolean closed;

    /// @param others who are asked for what the own engine does not have; null where there are none to ask
    Certifier(StoredLedger ledger, CometRpc rpc, @Nullable CatchUp others, Consumer<Throwable> onFailure) {
        this.ledger = ledger;
        this.rpc = rpc;
        this.others = others;
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name("comet-certifier").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// The engine has the commit of the block of this height.
    void decided(long height) {
        decided = height;
        news.release();
    }

    private void run() {
        try {
            while (!closed) {
                // Looks from time to time without news, too: the engine may have been away.
                if (news.tryAcquire(RETRY_MS, TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
                while (!closed && certifyNext()) {
                    Thread.onSpinWait();
                }
                keepLinks();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!closed) {
                onFailure.accept(e);
            }
        }
    }

    /// False when nothing waits, or what it waits for is not there yet.
    private boolean certifyNext() {
        List<Uncertified> waiting;
        synchronized (ledger) {
            waiting = ledger.uncertified();
        }
        if (waiting.isEmpty()) {
            return false;
        }
        Uncertified next = waiting.getFirst();
        CometCertificate certificate = certificate(next.height() + (next.changesAppHash() ? 1 : 0));
        if (certificate == null) {
            certificate = shownByOthers(next);
        }
        if (certificate == null) {
            return false;
        }
        othersAskedNanos = System.nanoTime();
        synchronized (ledger) {
            ledger.certify(next.height(), certificate.encode());
        }
        return true;
    }

    private @Nullable CometCertificate shownByOthers(Uncertified next) {
        long now = System.nanoTime();
        if (others == null || now - othersAskedNanos < TimeUnit.MILLISECONDS.toNanos(ASK_OTHERS_MS)) {
            return null;
        }
        othersAskedNanos = now;
        long height = next.height() + (next.changesAppHash() ? 1 : 0);
        byte[] state =
                ledger.blocks().block(next.height()).map(BlockRecord::appHash).orElse(null);
        return others.certificate(height, votersAt(height))
                .filter(certificate -> Arrays.equals(certificate.appHash(), state))
                .orElse(null);
    }

    /// Completes the links of changes among the members with the commits of their two blocks, once those are there.
    private void keepLinks() {
        if (ledger.links().neededFrom() == Long.MAX_VALUE) {
            return;
        }
        String chainId;
        long newest;
        synchronized (ledger) {
            chainId = ledger.info().era().chainId();
            newest = ledger.info().height();
        }
        for (WaitingLink link : ledger.links().waiting()) {
            if (closed || newest < link.height()) {
                return;
            }
            try {
                CometCertificate last = rpc.commit(link.height() - 1);
                CometCertificate first = rpc.commit(link.height());
                if (last != null && first != null) {
                    link.with(last, first, chainId).ifPresent(ledger.links()::keep);
                }
            } catch (IOException e) {
                LOG.debug("no commits for the link at block {} yet: {}", link.height(), e.getMessage());
            }
        }
    }

    private @Nullable CometCertificate certificate(long height) {
        CometCertificate known = last;
        if (known != null && known.height() == height) {
            return known;
        }
        long now = System.nanoTime();
        if (known != null && height > decided && now - askedNanos < TimeUnit.MILLISECONDS.toNanos(ASK_ANYWAY_MS)) {
            return null;
        }
        askedNanos = now;
        try {
            CometCertificate fetched = rpc.commit(height);
            if (fetched != null) {
                CometCertificate sound = votersAt(height).withoutWrongVotes(fetched);
                last = sound;
                return sound;
            }
        } catch (IOException e) {
            LOG.debug("no commit for block {} yet: {}", height, e.getMessage());
        }
        return null;
    }

    private MemberSet votersAt(long height) {
        synchronized (ledger) {
            return new MemberSet(ledger.votersAt(height).stream()
                    .map(EraRecord.EraMember::forTrust)
                    .toList());
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
