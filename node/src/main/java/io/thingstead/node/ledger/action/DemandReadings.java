package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import java.util.List;

/// A party demands the readings of a span, as the contract lets it.
public record DemandReadings(long contract, String party, String stream, long fromMs, long toMs) implements Action {
    static final int TYPE = 45;

    private static final int MAX_NAME = 32;

    static DemandReadings read(CborReader in) {
        in.readArrayOf(5);
        return new DemandReadings(
                Actions.number(in),
                in.readText(MAX_NAME),
                in.readText(MAX_NAME),
                Actions.number(in),
                Actions.number(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "demand-readings";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(5).integer(contract).text(party).text(stream).integer(fromMs).integer(toMs);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.contract(contract));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        return Outcome.of(ContractSteps.demand(draft, request, contract, party, stream, fromMs, toMs));
    }

    @Override
    public String inWords() {
        return "Contract " + contract + ": " + party + " demands readings of “" + stream + "”";
    }
}
