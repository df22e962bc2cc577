package io.thingstead.node;

import io.thingstead.kit.model.AccountId;
import io.thingstead.node.api.Contracting;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.DemandReadings;
import io.thingstead.node.ledger.action.DraftContract;
import io.thingstead.node.ledger.action.SignContract;
import io.thingstead.node.ledger.action.StepContract;
import io.thingstead.node.ledger.action.WithdrawContract;
import java.util.List;

/// What people of this member do with contracts, as transactions that its node signs.
record ContractSigner(Registrar registrar) implements Contracting {
    private TransactionResult ask(Action action) {
        return registrar.submit(List.of(action));
    }

    @Override
    public TransactionResult draft(
            byte[] contract, byte[] values, List<AccountId> accounts, long renderer, byte[] text, long replaces) {
        return ask(new DraftContract(contract, values, accounts, renderer, text, replaces));
    }

    @Override
    public TransactionResult sign(long contract, byte[] agreement) {
        return ask(new SignContract(contract, agreement));
    }

    @Override
    public TransactionResult withdraw(long contract) {
        return ask(new WithdrawContract(contract));
    }

    @Override
    public TransactionResult signWay(long contract, String party, String way) {
        return ask(new StepContract(contract, party, StepContract.Kind.SIGN, way));
    }

    @Override
    public TransactionResult payWay(long contract, String party, String way) {
        return ask(new StepContract(contract, party, StepContract.Kind.PAY, way));
    }

    @Override
    public TransactionResult pause(long contract, String party) {
        return ask(new StepContract(contract, party, StepContract.Kind.PAUSE, ""));
    }

    @Override
    public TransactionResult resume(long contract, String party) {
        return ask(new StepContract(contract, party, StepContract.Kind.RESUME, ""));
    }

    @Override
    public TransactionResult demand(long contract, String party, String stream, long fromMs, long toMs) {
        return ask(new DemandReadings(contract, party, stream, fromMs, toMs));
    }
}
