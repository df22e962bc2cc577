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
        int firstEvent = block.events().size();
        block.put(StateKeys.seen(transaction.validUntil(), identity), EMPTY_ARRAY);
        block.mark();
        Action.Request request = new Action.Request(identity, transaction.signers(), transaction.attachments());
        List<Action> actions = transaction.actions();
        for (int number = 0; number < actions.size(); number++) {
            if (!transaction.atomic()) {
                block.mark();
            }
            if (actions.get(number).apply(request, block) instanceof Outcome.Declined(Refused refused)) {
                block.undo();
                refusals.add(refused);
                tellRefusal(number, refused);
                if (transaction.atomic()) {
                    break;
                }
            }
        }
        List<Event> caused = block.events().subList(firstEvent, block.events().size());
        return new TransactionResult(true, block.block().height(), identity, caused, refusals);
    }

    private void tellRefusal(int number, Refused refused) {
        block.happened(
                identity,
                EventType.REFUSED,
                transaction.actions().get(number).subjects(),
                new CborWriter().array(2).integer(number).text(refused.code().code()));
    }
}
