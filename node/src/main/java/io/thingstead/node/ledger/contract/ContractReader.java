package io.thingstead.node.ledger.contract;

import io.thingstead.kit.model.AccountId;
import io.thingstead.node.ledger.EventRoots;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Contracts on the ledger as the rest of the node sees them: all answers of one reader are as of one block.
public interface ContractReader {
    Optional<ContractRecord> contract(long number);

    /// The contract of this hash, without values.
    Optional<byte[]> code(byte[] hash);

    /// Contracts of which the account is a party, or a device of the account's member, whatever became of them, the
    /// newest first; at most `limit`.
    List<ContractRecord> contracts(AccountId account, int limit);

    /// Gives all of them, one after the other, in no order that means anything.
    void each(AccountId account, Consumer<ContractRecord> visitor);

    /// The newest root of the tree of events that the state keeps.
    Optional<EventRoots.Kept> keptRoot();

    /// The ledger time of that block: deadlines are in it.
    long timeMs();
}
