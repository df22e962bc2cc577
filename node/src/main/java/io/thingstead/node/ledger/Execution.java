package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Outcome;
import java.util.ArrayList;
import java.util.List;

/// One taken transaction, executed in a block. Its identity is remembered whatever becomes of it; an action that is
/// declined changes nothing but leaves an event; in an atomic transaction it undoes the actions before it and ends.
final class Execution {
    private static final byte[] EMPTY_ARRAY = new CborWriter().array(0).toBytes();

    private final Transaction transaction;
    private final byte[] identity;
    private final Draft block;
    private final List<Refused> refusals = new ArrayList<>();

    Execution(Transaction transaction, Draft block) {
        this.transaction = transaction;
        this.identity = transaction.identity();
        this.block = block;
    }

    TransactionResult result() {
        Draft whole = block.onTop();
        whole.put(StateKeys.seen(transaction.validUntil(), identity), EMPTY_ARRAY);
        Draft done = whole.onTop();
        List<Action> actions = transaction.actions();
        for (int number = 0; number < actions.size(); number++) {
            Draft draft = done.onTop();
            switch (actions.get(number).apply(new Action.Request(identity, transaction.signers()), draft)) {
                case Outcome.Happened() -> done.take(draft);
                case Outcome.Declined(Refused refused) -> {
                    refusals.add(refused);
                    if (transaction.atomic()) {
                        done = whole.onTop();
                    }
                    tellRefusal(done, number, refused);
                }
            }
            if (transaction.atomic() && !refusals.isEmpty()) {
                break;
            }
        }
        whole.take(done);
        block.take(whole);
        return new TransactionResult(true, block.block().height(), identity, whole.events(), refusals);
    }

    private void tellRefusal(Draft draft, int number, Refused refused) {
        draft.happened(
                identity,
                EventType.REFUSED,
                transaction.actions().get(number).subjects(),
                new CborWriter().array(2).integer(number).text(refused.code().code()));
    }
}
