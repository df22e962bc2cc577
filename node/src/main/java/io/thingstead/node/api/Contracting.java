package io.thingstead.node.api;

import io.thingstead.kit.model.AccountId;
import io.thingstead.node.ledger.TransactionResult;
import java.util.List;

/// What this member does with contracts, with the authority of its node key: for its own account and those of its
/// devices. Each waits until the ledger has decided.
public interface Contracting {
    /// @param replaces the running contract in whose place it comes; 0: none
    TransactionResult draft(
            byte[] contract, byte[] values, List<AccountId> accounts, long renderer, byte[] text, long replaces);

    TransactionResult sign(long contract, byte[] agreement);

    TransactionResult withdraw(long contract);

    TransactionResult signWay(long contract, String party, String way);

    TransactionResult payWay(long contract, String party, String way);

    TransactionResult pause(long contract, String party);

    TransactionResult resume(long contract, String party);

    TransactionResult demand(long contract, String party, String stream, long fromMs, long toMs);
}
