package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A party shows readings to a running contract: for a way on, or in answer to a demand. They travel beside the
/// transaction; the ledger looks at them and keeps their commitment.
public record ShowReadings(
        long contract, String party, @Nullable String way, byte[] commitment) implements Action {
    static final int TYPE = 44;

    private static final int MAX_NAME = 32;

    @Override
    public List<byte[]> attached() {
        return List.of(commitment);
    }

    static ShowReadings read(CborReader in) {
        in.readArrayOf(4);
        long contract = Actions.number(in);
        String party = in.readText(MAX_NAME);
        String way = null;
        if (in.nextIsNull()) {
            in.readNull();
        } else {
            way = in.readText(MAX_NAME);
        }
        return new ShowReadings(contract, party, way, in.readBytesOf(32));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "show-readings";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(4).integer(contract).text(party);
        if (way == null) {
            out.nil();
        } else {
            out.text(way);
        }
        out.bytes(commitment);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.contract(contract));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        return Outcome.of(ContractSteps.show(draft, request, contract, party, way, commitment));
    }

    @Override
    public String inWords() {
        return "Contract " + contract + ": " + party + " shows readings"
                + (way == null ? " that were demanded" : " for “" + way + "”");
    }
}
