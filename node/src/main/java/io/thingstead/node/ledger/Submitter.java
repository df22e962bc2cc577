package io.thingstead.node.ledger;

import java.util.concurrent.CompletableFuture;

/// Takes transactions for the ledger. The future completes when the block that holds it is certified, or when the
/// transaction is refused.
public interface Submitter {
    CompletableFuture<TransactionResult> submit(byte[] transaction);
}
