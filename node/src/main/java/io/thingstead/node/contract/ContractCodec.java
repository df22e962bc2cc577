package io.thingstead.node.contract;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.contract.Contract.Amount;
import io.thingstead.node.contract.Contract.Demand;
import io.thingstead.node.contract.Contract.Deposit;
import io.thingstead.node.contract.Contract.Effect;
import io.thingstead.node.contract.Contract.Outcome;
import io.thingstead.node.contract.Contract.Party;
import io.thingstead.node.contract.Contract.Pause;
import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.Term;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A contract as bytes, the form that is hashed and that the ledger keeps: det-CBOR arrays (`docs/formats.md` §11).
/// What is read names things that may not be there: [Shape] looks.
public final class ContractCodec {
    /// The version of the language.
    public static final int LANGUAGE = 1;

    public static final int MAX_BYTES = 32_768;

    static final int MAX_NAME = 32;
    private static final int MAX_WORDS = ContractTextReader.MAX_WORDS;

    private ContractCodec() {}

    static byte[] encode(Contract contract) {
        CborWriter out = new CborWriter(2_048)
                .array(8)
                .integer(LANGUAGE)
                .text(contract.title())
                .text(contract.about());
        out.array(contract.parties().size());
        contract.parties().forEach(p -> out.array(2).text(p.name()).text(p.role()));
        out.array(contract.terms().size());
        contract.terms().forEach(t -> writeTerm(out, t));
        out.array(contract.deposits().size());
        contract.deposits()
                .forEach(d -> out.array(3).text(d.name()).text(d.party()).text(d.amount()));
        out.array(contract.states().size());
        contract.states().forEach(s -> writeState(out, s));
        Pause pause = contract.pause();
        if (pause == null) {
            out.nil();
        } else {
            out.array(2);
            writeNames(out, pause.parties());
            out.text(pause.atMost());
        }
        return out.toBytes();
    }

    private static void writeNames(CborWriter out, List<String> names) {
        out.array(names.size());
        names.forEach(out::text);
    }

    private static void writeTerm(CborWriter out, Term term) {
        switch (term.type()) {
            case TermType.Money(String asset, int decimals) ->
                out.array(4).text(term.name()).integer(1).text(asset).integer(decimals);
            case TermType.Quantity(String unit, int scale) ->
                out.array(4).text(term.name()).integer(2).text(unit).integer(scale);
            case TermType.Duration() -> out.array(2).text(term.name()).integer(3);
            case TermType.Device(String heldBy) ->
                out.array(3).text(term.name()).integer(4).text(heldBy);
            case TermType.Stream(String device, String reading, String unit, int scale) ->
                out.array(6)
                        .text(term.name())
                        .integer(5)
                        .text(device)
                        .text(reading)
                        .text(unit)
                        .integer(scale);
            case TermType.Text() -> out.array(2).text(term.name()).integer(6);
        }
    }

    private static void writeState(CborWriter out, State state) {
        if (state.deadline() == null || state.otherwise() == null) {
            out.array(2).text(state.name()).text(state.means());
            return;
        }
        out.array(6).text(state.name()).text(state.means()).text(state.deadline());
        writeOutcome(out, state.otherwise());
        out.array(state.transitions().size());
        for (Transition transition : state.transitions()) {
            out.array(4).text(transition.name());
            writeTrigger(out, transition.trigger());
            writeOutcome(out, transition.outcome());
            out.integer(transition.times());
        }
        out.array(state.demands().size());
        for (Demand demand : state.demands()) {
            out.array(3).text(demand.stream()).text(demand.within());
            writeOutcome(out, demand.missing());
        }
    }

    private static void writeTrigger(CborWriter out, Trigger trigger) {
        switch (trigger) {
            case Trigger.Signature(List<String> parties) -> {
                out.array(2).integer(1);
                writeNames(out, parties);
            }
            case Trigger.Payment(String deposit, String amount) ->
                out.array(3).integer(2).text(deposit).text(amount);
            case Trigger.Evidence(String stream, String guard, @Nullable String lasting, boolean isSinceState) -> {
                out.array(5).integer(3).text(stream).text(guard);
                if (lasting == null) {
                    out.nil();
                } else {
                    out.text(lasting);
                }
                out.integer(isSinceState ? 1 : 0);
            }
        }
    }

    private static void writeOutcome(CborWriter out, Outcome outcome) {
        out.array(2).array(outcome.effects().size());
        outcome.effects().forEach(effect -> writeEffect(out, effect));
        out.text(outcome.target());
    }

    private static void writeEffect(CborWriter out, Effect effect) {
        switch (effect) {
            case Effect.Pay(Amount amount, String deposit, String party, Effect.Pay.Why why) -> {
                out.array(4)
                        .integer(
                                switch (why) {
                                    case PAY -> 1;
                                    case REFUND -> 2;
                                    case PENALISE -> 3;
                                });
                writeAmount(out, amount);
                out.text(deposit).text(party);
            }
            case Effect.Release(String deposit, String party) ->
                out.array(3).integer(4).text(deposit).text(party);
            case Effect.Start(String device) -> out.array(2).integer(5).text(device);
            case Effect.Stop(String device) -> out.array(2).integer(6).text(device);
            case Effect.Grant(String device, String party) ->
                out.array(3).integer(7).text(device).text(party);
            case Effect.Notify(String party, String text) ->
                out.array(3).integer(8).text(party).text(text);
        }
    }

    private static void writeAmount(CborWriter out, Amount amount) {
        switch (amount) {
            case Amount.OfTerm(String term) -> out.array(2).integer(1).text(term);
            case Amount.Percent(int hundredths, String term) ->
                out.array(3).integer(2).integer(hundredths).text(term);
            case Amount.Metered(String rate, String per, String atMost) ->
                out.array(4).integer(3).text(rate).text(per).text(atMost);
        }
    }

    /// @throws CborMalformed where it is not of this form
    public static Contract decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new CborMalformed("a contract has at most " + MAX_BYTES + " bytes");
        }
        CborReader in = CborReader.strict(bytes);
        in.readArrayOf(8);
        if (in.readUint() != LANGUAGE) {
            throw new CborMalformed("a version of the language that is not known");
        }
        Contract read = new Contract(
                in.readText(MAX_WORDS),
                in.readText(MAX_WORDS),
                list(in, Contract.MAX_PARTIES, ContractCodec::readParty),
                list(in, Contract.MAX_TERMS, ContractCodec::readTerm),
                list(in, Contract.MAX_DEPOSITS, ContractCodec::readDeposit),
                list(in, Contract.MAX_STATES, ContractCodec::readState),
                readPause(in));
        in.expectEnd();
        return read;
    }

    private static <T> List<T> list(CborReader in, int max, Function<CborReader, T> item) {
        int count = in.readArray(max);
        List<T> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(item.apply(in));
        }
        return items;
    }

    private static String name(CborReader in) {
        String name = in.readText(MAX_NAME);
        if (!ContractTextReader.isName(name)) {
            throw new CborMalformed("not a name");
        }
        return name;
    }

    private static @Nullable String nameOrNull(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        return name(in);
    }

    private static Party readParty(CborReader in) {
        in.readArrayOf(2);
        return new Party(name(in), in.readText(MAX_WORDS));
    }

    private static Term readTerm(CborReader in) {
        int length = in.readArray(6);
        String name = name(in);
        int kind = in.readUint(6);
        int[] lengths = {0, 4, 4, 2, 3, 6, 2};
        if (length != lengths[kind]) {
            throw new CborMalformed("a term of another length");
        }
        return new Term(
                name,
                switch (kind) {
                    case 1 -> new TermType.Money(in.readText(48), in.readUint(Numbers.MAX_SCALE));
                    case 2 -> new TermType.Quantity(in.readText(MAX_NAME), in.readUint(Numbers.MAX_SCALE));
                    case 3 -> new TermType.Duration();
                    case 4 -> new TermType.Device(name(in));
                    case 5 ->
                        new TermType.Stream(
                                name(in), in.readText(128), in.readText(MAX_NAME), in.readUint(Numbers.MAX_SCALE));
                    case 6 -> new TermType.Text();
                    default -> throw new CborMalformed("an unknown type of term");
                });
    }

    private static Deposit readDeposit(CborReader in) {
        in.readArrayOf(3);
        return new Deposit(name(in), name(in), name(in));
    }

    private static State readState(CborReader in) {
        int length = in.readArray(6);
        String name = name(in);
        String means = in.readText(MAX_WORDS);
        if (length == 2) {
            return new State(name, means, null, null, List.of(), List.of());
        }
        if (length != 6) {
            throw new CborMalformed("a state of another length");
        }
        return new State(
                name,
                means,
                name(in),
                readOutcome(in),
                list(in, Contract.MAX_TRANSITIONS, ContractCodec::readTransition),
                list(in, Contract.MAX_TRANSITIONS, ContractCodec::readDemand));
    }

    private static Transition readTransition(CborReader in) {
        in.readArrayOf(4);
        return new Transition(name(in), readTrigger(in), readOutcome(in), in.readUint(Contract.MAX_TIMES));
    }

    private static Demand readDemand(CborReader in) {
        in.readArrayOf(3);
        return new Demand(name(in), name(in), readOutcome(in));
    }

    private static Trigger readTrigger(CborReader in) {
        int length = in.readArray(5);
        return switch (in.readUint(3) * 10 + length) {
            case 12 -> new Trigger.Signature(list(in, Contract.MAX_PARTIES, ContractCodec::name));
            case 23 -> new Trigger.Payment(name(in), name(in));
            case 35 ->
                new Trigger.Evidence(name(in), in.readText(Guard.MAX_CHARS), nameOrNull(in), in.readUint(1) == 1);
            default -> throw new CborMalformed("an unknown trigger");
        };
    }

    private static Outcome readOutcome(CborReader in) {
        in.readArrayOf(2);
        return new Outcome(list(in, Contract.MAX_EFFECTS, ContractCodec::readEffect), name(in));
    }

    private static Effect readEffect(CborReader in) {
        int length = in.readArray(4);
        return switch (in.readUint(8) * 10 + length) {
            case 14 -> pay(in, Effect.Pay.Why.PAY);
            case 24 -> pay(in, Effect.Pay.Why.REFUND);
            case 34 -> pay(in, Effect.Pay.Why.PENALISE);
            case 43 -> new Effect.Release(name(in), name(in));
            case 52 -> new Effect.Start(name(in));
            case 62 -> new Effect.Stop(name(in));
            case 73 -> new Effect.Grant(name(in), name(in));
            case 83 -> new Effect.Notify(name(in), in.readText(MAX_WORDS));
            default -> throw new CborMalformed("an unknown effect");
        };
    }

    private static Effect pay(CborReader in, Effect.Pay.Why why) {
        return new Effect.Pay(readAmount(in), name(in), name(in), why);
    }

    private static Amount readAmount(CborReader in) {
        int length = in.readArray(4);
        return switch (in.readUint(3) * 10 + length) {
            case 12 -> new Amount.OfTerm(name(in));
            case 23 -> new Amount.Percent(in.readUint(10_000), name(in));
            case 34 -> new Amount.Metered(name(in), name(in), name(in));
            default -> throw new CborMalformed("an unknown amount");
        };
    }

    private static @Nullable Pause readPause(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        in.readArrayOf(2);
        return new Pause(list(in, Contract.MAX_PARTIES, ContractCodec::name), name(in));
    }
}
