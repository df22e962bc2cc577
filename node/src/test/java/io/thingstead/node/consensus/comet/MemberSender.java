package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.consensus.EngineStopped;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.TransactionResult;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// The node's own sender of batches, for an engine in a test that calls it round by round.
public final class MemberSender {
    private final Sender sender;

    /// @param way brings a batch to the engine; false when the engine does not take it now
    public MemberSender(
            StoredLedger ledger,
            Predicate<byte[]> way,
            MemberId member,
            Signer nodeKey,
            LongSupplier clockMs,
            LongSupplier nanos) {
        sender = new Sender(
                ledger, batch -> way.test(batch) ? null : "not now", member, nodeKey, clockMs, nanos, trouble -> {
                    throw new AssertionError(trouble);
                });
    }

    public CompletableFuture<TransactionResult> submit(byte[] transaction) {
        return sender.submit(transaction);
    }

    public void round() {
        try {
            sender.round(0);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public void committed(DecidedBlock block, Finalized what) {
        sender.committed(block, what);
    }

    /// Nothing more is taken; what is on its way may still land.
    public void stopTaking(Refused why) {
        sender.stopTaking(why);
        sender.refuseWaiting(why);
    }

    public boolean isLanded() {
        try {
            return sender.isLanded();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public void fail(Throwable trouble) {
        sender.fail(
                new Refused(Refusal.STORE_UNAVAILABLE, "the ledger has stopped: " + trouble.getMessage()),
                new EngineStopped("the ledger stopped while this was on its way into a block", trouble));
    }
}
