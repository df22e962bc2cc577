package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.contract.Contracts;
import java.util.List;

/// A party signs a contract as it is drafted; with the last signature it begins, and the deposits are locked up.
public record SignContract(long contract, byte[] agreement) implements Action {
    static final int TYPE = 41;

    static SignContract read(CborReader in) {
        in.readArrayOf(2);
        return new SignContract(Actions.number(in), in.readBytesOf(32));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "sign-contract";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(2).integer(contract).bytes(agreement);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.contract(contract));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        return Outcome.of(Contracts.sign(draft, request.transaction(), request.signers(), contract, agreement));
    }

    @Override
    public String inWords() {
        return "Sign contract " + contract;
    }
}
