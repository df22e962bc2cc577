package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import java.util.List;

/// A party signs or pays a way on of a running contract, or lets its time stand still, or go on.
public record StepContract(long contract, String party, Kind kind, String way) implements Action {
    static final int TYPE = 43;

    private static final int MAX_NAME = 32;

    /// What the party does.
    public enum Kind {
        SIGN(1, " signs"),
        PAY(2, " pays"),
        PAUSE(3, " pauses the time"),
        RESUME(4, " resumes the time");

        private final int number;
        private final String words;

        Kind(int number, String words) {
            this.number = number;
            this.words = words;
        }

        static Kind of(long number) {
            for (Kind kind : values()) {
                if (kind.number == number) {
                    return kind;
                }
            }
            throw new CborMalformed("an unknown kind of step");
        }
    }

    static StepContract read(CborReader in) {
        in.readArrayOf(4);
        return new StepContract(
                Actions.number(in), in.readText(MAX_NAME), Kind.of(in.readUint()), in.readText(MAX_NAME));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "step-contract";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(4).integer(contract).text(party).integer(kind.number).text(way);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.contract(contract));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        return Outcome.of(ContractSteps.step(draft, request, contract, party, kind, way));
    }

    @Override
    public String inWords() {
        return "Contract " + contract + ": " + party + kind.words + (way.isEmpty() ? "" : " “" + way + "”");
    }
}
