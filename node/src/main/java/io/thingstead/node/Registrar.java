package io.thingstead.node;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.Submitter;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Asks the ledger for what the member itself decides, with its node key: devices, their keys, its logs.
public final class Registrar {
    private static final long VALID_MS = 120_000;

    private final MemberId member;
    private final BooleanSupplier removed;
    private final LedgerReader ledger;
    private final Submitter submitter;
    private final Signer nodeKey;
    private final LongSupplier clockMs;

    /// @param removed whether the others removed the member
    Registrar(
            MemberId member,
            BooleanSupplier removed,
            LedgerReader ledger,
            Submitter submitter,
            Signer nodeKey,
            LongSupplier clockMs) {
        this.member = member;
        this.removed = removed;
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
        return ask(actions, nodeKey);
    }

    /// The same for what another key of the member decides.
    Optional<Refused> ask(List<? extends Action> actions, Signer key) {
        return submit(actions, List.of(key)).firstRefusal();
    }

    /// Asks with the node key, and waits until the ledger has decided.
    public TransactionResult submit(List<? extends Action> actions) {
        return submit(actions, List.of(nodeKey));
    }

    /// Asks with these keys of the member, and waits until the ledger has decided.
    public TransactionResult submit(List<? extends Action> actions, List<? extends Signer> keys) {
        long validUntil = Math.max(clockMs.getAsLong(), ledger.head().blockTime()) + VALID_MS;
        return handIn(
                Transactions.sign(ledger(), Founding.nonce(), validUntil, List.copyOf(actions), List.copyOf(keys)));
    }

    /// Asks with the node key, with what the actions speak of attached; does not wait.
    public CompletableFuture<TransactionResult> askWith(List<Attachment> attachments, List<? extends Action> actions) {
        if (removed.getAsBoolean()) {
            return CompletableFuture.completedFuture(TransactionResult.ignored(removal()));
        }
        long validUntil = Math.max(clockMs.getAsLong(), ledger.head().blockTime()) + VALID_MS;
        return submitter.submit(Transactions.sign(
                ledger(), Founding.nonce(), validUntil, actions, false, List.of(nodeKey), attachments));
    }

    /// Hands in a signed transaction, whose ever it is, and waits until the ledger has decided.
    TransactionResult handIn(byte[] transaction) {
        if (removed.getAsBoolean()) {
            return TransactionResult.ignored(removal());
        }
        try {
            return submitter.submit(transaction).get(VALID_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the ledger decides", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the ledger does not decide", e);
        }
    }

    private Refused removal() {
        return new Refused(
                Refusal.MEMBER_REMOVED, member + " was removed from the ledger: it hands in nothing any more");
    }
}
