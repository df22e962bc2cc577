package io.thingstead.node.ledger.contract;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.contract.Act;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.Step;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.contract.ContractRecord.Status;
import io.thingstead.node.ledger.market.Offers;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.Timers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An amendment: a contract that all parties of a running one sign anew, and that comes in its place with the last
/// signature. What the old one holds goes back to who locked it up, in the same moment.
final class Replacement {
    private Replacement() {}

    /// Why a draft of these parties cannot come in place of a contract, or null.
    static @Nullable Refused objection(Draft draft, long replaced, List<AccountId> accounts) {
        return switch (Contracts.find(draft, replaced, Status.RUNNING)) {
            case Result.No<Contracts.Running>(Refused refused) -> refused;
            case Result.Ok<Contracts.Running>(Contracts.Running running) ->
                accounts.containsAll(running.record().accounts())
                        ? null
                        : new Refused(
                                Refusal.CONTRACT_PARTY,
                                "every party of contract " + replaced + " is a party of what comes in its place");
        };
    }

    /// Ends the contract in whose place this one comes.
    static @Nullable Refused end(Draft draft, byte[] transaction, ContractRecord by) {
        return switch (Contracts.find(draft, by.replaces(), Status.RUNNING)) {
            case Result.No<Contracts.Running>(Refused refused) -> refused;
            case Result.Ok<Contracts.Running>(Contracts.Running running) ->
                end(draft, transaction, running, by.number());
        };
    }

    private static @Nullable Refused end(Draft draft, byte[] transaction, Contracts.Running running, long by) {
        ContractRecord record = running.record();
        Contract contract = running.contract();
        List<Long> held = record.standsAt().held();
        List<Act> acts = new ArrayList<>();
        for (int i = 0; i < held.size(); i++) {
            Contract.Deposit deposit = contract.deposits().get(i);
            if (held.get(i) > 0) {
                Refused objection = Balances.move(
                        draft,
                        new AccountId.Contract(record.number()),
                        record.account(contract, deposit.party()),
                        Contracts.asset(contract, deposit.name()),
                        held.get(i));
                if (objection != null) {
                    return objection;
                }
                acts.add(new Act.Released(deposit.name(), deposit.party(), held.get(i)));
            }
        }
        Timers.cancel(draft, record.timer(), Timers.CONTRACT, record.number());
        Offers.replaced(draft, record.number());
        Step step = new Step(
                Machine.REPLACED + by,
                record.standsAt().state(),
                running.machine().emptied(record.standsAt()),
                acts);
        record.standing(step.after(), 0)
                .ended(Status.REPLACED, Timers.now(draft), draft.nextEventNo())
                .put(draft);
        draft.happened(
                transaction,
                EventType.CONTRACT_ENDED,
                Contracts.subjects(record),
                ContractWords.step(running, step, null, null));
        return null;
    }
}
