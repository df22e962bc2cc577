package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.contract.Contracts;
import java.util.List;

/// A party takes a draft back that not all have signed.
public record WithdrawContract(long contract) implements Action {
    static final int TYPE = 42;

    static WithdrawContract read(CborReader in) {
        in.readArrayOf(1);
        return new WithdrawContract(Actions.number(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "withdraw-contract";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(1).integer(contract);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.contract(contract));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        return Outcome.of(Contracts.withdraw(draft, request.transaction(), request.signers(), contract));
    }

    @Override
    public String inWords() {
        return "Take back the draft of contract " + contract;
    }
}
