package io.thingstead.node.ledger;

import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The order of an era with one member: its transactions as they come.
final class PlainOrdering implements Ordering {
    private final Admission admission;

    PlainOrdering(Admission admission) {
        this.admission = admission;
    }

    @Override
    public @Nullable Refused objection(byte[] transaction, Draft draft) {
        return switch (Transaction.decode(transaction)) {
            case Result.No<Transaction>(Refused refused) -> refused;
            case Result.Ok<Transaction>(Transaction decoded) -> admission.objection(decoded, draft);
        };
    }

    @Override
    public List<byte[]> propose(List<byte[]> pool, Draft draft, int maxBytes) {
        List<byte[]> chosen = new ArrayList<>();
        TreeSet<byte[]> once = new TreeSet<>(Arrays::compareUnsigned);
        int bytes = 0;
        for (byte[] transaction : pool) {
            if (bytes + transaction.length <= maxBytes
                    && !once.contains(transaction)
                    && objection(transaction, draft) == null) {
                once.add(transaction);
                chosen.add(transaction);
                bytes += transaction.length;
            }
        }
        return chosen;
    }

    @Override
    public boolean acceptable(List<byte[]> transactions, Draft draft) {
        TreeSet<byte[]> once = new TreeSet<>(Arrays::compareUnsigned);
        return transactions.stream()
                .allMatch(transaction -> once.add(transaction) && objection(transaction, draft) == null);
    }

    @Override
    public List<List<byte[]>> open(List<byte[]> transactions, Draft draft) {
        return transactions.stream().map(List::of).toList();
    }
}
