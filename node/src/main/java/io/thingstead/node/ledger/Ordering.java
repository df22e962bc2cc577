package io.thingstead.node.ledger;

import io.thingstead.kit.model.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the engine of an era orders: transactions as they are, or members' batches of them.
sealed interface Ordering permits PlainOrdering, BatchOrdering {
    /// Why the engine's pool does not keep this, or null.
    @Nullable
    Refused objection(byte[] engineTransaction, Draft draft);

    /// Of the pool, what a block takes.
    List<byte[]> propose(List<byte[]> pool, Draft draft, int maxBytes);

    /// Whether members accept a block of these. Marks in the draft how far they lead.
    boolean acceptable(List<byte[]> engineTransactions, Draft draft);

    /// For each of a decided block's, the transactions to execute; none for one that is not acceptable there.
    List<List<byte[]>> open(List<byte[]> engineTransactions, Draft draft);
}
