package io.thingstead.node.consensus.comet;

import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.ledger.EraRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// A member's ledger with a wrong tongue: it says to its own engine what the member wants the others to believe.
/// Everything else is the real ledger's.
final class Liar implements Application {
    final AtomicInteger told = new AtomicInteger();
    private final Application honest;
    private final UnaryOperator<List<byte[]>> proposals;
    private final UnaryOperator<Finalized> results;
    private volatile boolean lies = true;

    /// @param proposals what it proposes in place of the honest choice
    /// @param results what it says came of a block; it also takes every proposal, its own to begin with
    Liar(Application honest, UnaryOperator<List<byte[]>> proposals, UnaryOperator<Finalized> results) {
        this.honest = honest;
        this.proposals = proposals;
        this.results = results;
    }

    void repent() {
        lies = false;
    }

    @Override
    public List<byte[]> propose(List<byte[]> pool, long time, int maxBytes) {
        List<byte[]> chosen = honest.propose(pool, time, maxBytes);
        if (!lies) {
            return chosen;
        }
        told.incrementAndGet();
        return proposals.apply(chosen);
    }

    @Override
    public boolean process(DecidedBlock proposal) {
        return lies || honest.process(proposal);
    }

    @Override
    public Finalized finalizeBlock(DecidedBlock block) {
        Finalized what = honest.finalizeBlock(block);
        return lies ? results.apply(what) : what;
    }

    @Override
    public Info info() {
        return honest.info();
    }

    @Override
    public EraStart eraStart() {
        return honest.eraStart();
    }

    @Override
    public Optional<Refused> check(byte[] transaction) {
        return honest.check(transaction);
    }

    @Override
    public void commit(long height, byte[] header, byte[] headerHash) {
        honest.commit(height, header, headerHash);
    }

    @Override
    public void show(long height) {
        honest.show(height);
    }

    @Override
    public void certify(long height, byte[] certificate) {
        honest.certify(height, certificate);
    }

    @Override
    public void startEra(io.thingstead.node.ledger.EraRecord era) {
        honest.startEra(era);
    }

    @Override
    public SnapshotOffer snapshot() {
        return honest.snapshot();
    }

    @Override
    public byte[] chunk(int number) {
        return honest.chunk(number);
    }

    @Override
    public Optional<Refused> offer(
            SnapshotOffer offer, TrustedHead trusted, Predicate<List<EraRecord.EraMember>> voucher) {
        return honest.offer(offer, trusted, voucher);
    }

    @Override
    public Optional<Refused> apply(int number, byte[] chunk) {
        return honest.apply(number, chunk);
    }
}
