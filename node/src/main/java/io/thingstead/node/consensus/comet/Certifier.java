package io.thingstead.node.consensus.comet;

import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.StoredLedger.Uncertified;
import io.thingstead.node.consensus.WaitingLink;
import io.thingstead.node.ledger.EraRecord;
import java.io.IOException;
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
final class Certifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Certifier.class);
    private static final long RETRY_MS = 100;
    /// The engine tells of which block it has the commit, and is asked in vain for the next one. It may have gone on
    /// before this process listened, though.
    private static final long ASK_ANYWAY_MS = 1_000;

    private final StoredLedger ledger;
    private final CometRpc rpc;
    private final Consumer<Throwable> onFailure;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private @Nullable CometCertificate last;
    private long askedNanos;
    private volatile long decided;
    private volatile boolean closed;

    Certifier(StoredLedger ledger, CometRpc rpc, Consumer<Throwable> onFailure) {
        this.ledger = ledger;
        this.rpc = rpc;
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
            return false;
        }
        synchronized (ledger) {
            ledger.certify(next.height(), certificate.encode());
        }
        return true;
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
