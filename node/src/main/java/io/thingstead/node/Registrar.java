package io.thingstead.node;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.Submitter;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/// Asks the ledger for what the member itself decides, with its node key: devices, their keys, its logs.
public final class Registrar {
    private static final long VALID_MS = 120_000;

    private final LedgerReader ledger;
    private final Submitter submitter;
    private final Signer nodeKey;
    private final LongSupplier clockMs;

    Registrar(LedgerReader ledger, Submitter submitter, Signer nodeKey, LongSupplier clockMs) {
        this.ledger = ledger;
        this.submitter = submitter;
        this.nodeKey = nodeKey;
        this.clockMs = clockMs;
    }

    public LedgerId ledger() {
        return ledger.head().ledger();
    }

    /// Waits until the ledger has decided; empty when everything happened, else the first refusal.
    public Optional<Refused> ask(List<? extends Action> actions) {
        long validUntil = Math.max(clockMs.getAsLong(), ledger.head().blockTime()) + VALID_MS;
        byte[] transaction = Transactions.sign(ledger(), Founding.nonce(), validUntil, actions, List.of(nodeKey));
        try {
            TransactionResult result = submitter.submit(transaction).get(VALID_MS, TimeUnit.MILLISECONDS);
            return result.firstRefusal();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the ledger decides", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the ledger does not decide", e);
        }
    }
}
