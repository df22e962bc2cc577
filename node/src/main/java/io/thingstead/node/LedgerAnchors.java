package io.thingstead.node;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.Submitter;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.AnchorCheckpoint;
import io.thingstead.node.log.AnchorTarget;
import io.thingstead.node.log.SignedCheckpoint;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Makes a log's checkpoints final on the ledger: the log's anchor target.
///
/// @param nonces makes each transaction another one
public record LedgerAnchors(
        LogId log,
        LedgerReader ledger,
        Submitter submitter,
        Signer logKey,
        LongSupplier clockMs,
        Supplier<byte[]> nonces)
        implements AnchorTarget {
    private static final long VALID_MS = 120_000;

    @Override
    public Anchored anchored() {
        LogRecord record = ledger.log(log);
        if (record == null) {
            throw new IllegalStateException("log " + log + " is not open on the ledger");
        }
        return new Anchored(record.size(), record.root());
    }

    @Override
    public CompletionStage<Optional<Refused>> anchor(long from, SignedCheckpoint to, List<byte[]> proof) {
        var action = new AnchorCheckpoint(log, from, to.size(), to.root(), proof);
        long validUntil = Math.max(clockMs.getAsLong(), ledger.head().blockTime()) + VALID_MS;
        byte[] transaction =
                Transactions.sign(ledger.head().ledger(), nonces.get(), validUntil, List.of(action), List.of(logKey));
        return submitter.submit(transaction).thenApply(TransactionResult::firstRefusal);
    }
}
