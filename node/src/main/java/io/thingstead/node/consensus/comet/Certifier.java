package io.thingstead.node.consensus.comet;

import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.StoredLedger.Uncertified;
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

    private final StoredLedger ledger;
    private final CometRpc rpc;
    private final Consumer<Throwable> onFailure;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private @Nullable CometCertificate last;
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

    void wake() {
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

    private @Nullable CometCertificate certificate(long height) {
        CometCertificate known = last;
        if (known != null && known.height() == height) {
            return known;
        }
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
