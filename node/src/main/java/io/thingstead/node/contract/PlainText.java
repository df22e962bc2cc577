package io.thingstead.node.contract;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.node.contract.Contract.Amount;
import io.thingstead.node.contract.Contract.Demand;
import io.thingstead.node.contract.Contract.Deposit;
import io.thingstead.node.contract.Contract.Effect;
import io.thingstead.node.contract.Contract.Outcome;
import io.thingstead.node.contract.Contract.Party;
import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.Term;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A contract in plain words, made from nothing but the contract: what parties read, and whose hash they sign. The same
/// contract gives the same text, for ever; a change of the words is a new version.
public final class PlainText {
    /// The version of the words.
    public static final int RENDERER = 1;

    private final Contract contract;
    private final Values values;
    private final Map<String, String> accounts;
    private final StringBuilder out = new StringBuilder(4_096);

    private PlainText(Contract contract, Values values, Map<String, String> accounts) {
        this.contract = contract;
        this.values = values;
        this.accounts = accounts;
    }

    /// @param accounts of the parties by name; who has none yet is named without
    public static String of(Contract contract, Values values, Map<String, String> accounts) {
        return new PlainText(contract, values, accounts).text();
    }

    public static byte[] hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// What makes a way on happen: “When carrier signs …”.
    public static String happens(Contract contract, Values values, Transition transition) {
        return new PlainText(contract, values, new LinkedHashMap<>()).trigger(transition);
    }

    /// What happens then, and how it stands from then on.
    public static String follows(Contract contract, Values values, Outcome outcome) {
        return new PlainText(contract, values, new LinkedHashMap<>()).outcome(outcome);
    }

    private void line(String words) {
        out.append(words).append('\n');
    }

    private String text() {
        line(contract.title());
        line("");
        line(contract.about());
        line("");
        line("PARTIES");
        for (Party party : contract.parties()) {
            String account = accounts.get(party.name());
            line("- " + party.name() + " " + party.role() + (account == null ? "" : " (account " + account + ")")
                    + ".");
        }
        line("");
        line("TERMS");
        for (Term term : contract.terms()) {
            line("- " + term.name() + ": " + termInWords(term) + ".");
        }
        if (!contract.deposits().isEmpty()) {
            line("");
            line("MONEY LOCKED UP BY SIGNING");
            for (Deposit deposit : contract.deposits()) {
                line("- " + deposit.party() + " locks up " + amount(new Amount.OfTerm(deposit.amount())) + " (“"
                        + deposit.name() + "”).");
            }
        }
        line("");
        line("WHAT HAPPENS");
        line("It begins in “" + contract.start() + "” as soon as all parties have signed.");
        contract.states().forEach(this::state);
        line("");
        line("RULES FOR ALL OF IT");
        rules();
        return out.toString();
    }

    private String termInWords(Term term) {
        return switch (term.type()) {
            case TermType.Device(String heldBy) ->
                "the device " + values.text(contract, term.name()) + ", whose readings " + heldBy + " takes";
            case TermType.Stream(String device, String reading, String unit, int scale) ->
                "the readings “" + reading + "” of " + device + ", in " + unit + " with " + scale
                        + (scale == 1 ? " decimal" : " decimals");
            case TermType.Text() -> "“" + values.text(contract, term.name()) + "”";
            default -> value(contract, values, term.name());
        };
    }

    /// The value of a term that is a number, with its unit.
    public static String value(Contract contract, Values values, String term) {
        long number = values.number(contract, term);
        return switch (contract.typeOf(term).orElseThrow()) {
            case TermType.Money(String asset, int decimals) -> money(number, asset, decimals);
            case TermType.Quantity(String unit, int scale) -> Numbers.decimalInWords(number, scale) + " " + unit;
            default -> Numbers.durationInWords(number);
        };
    }

    public static String money(long amount, String asset, int decimals) {
        return Numbers.decimalInWords(amount, decimals) + " " + asset;
    }

    private void state(State state) {
        line("");
        line("In “" + state.name() + "”: " + state.means());
        if (state.deadline() == null || state.otherwise() == null) {
            line("- It has ended.");
            return;
        }
        for (Transition transition : state.transitions()) {
            line("- " + trigger(transition) + ": " + outcome(transition.outcome())
                    + (transition.times() > 0 ? " This happens at most " + transition.times() + " times." : ""));
        }
        for (Demand demand : state.demands()) {
            line("- Any party may demand the readings “" + demand.stream() + "” of a span of time, without a gap. Who"
                    + " takes the device’s readings (" + holder(demand.stream()) + ") delivers them within "
                    + value(contract, values, demand.within()) + "; where it does not: " + outcome(demand.missing()));
        }
        line("- When nothing of this has happened " + value(contract, values, state.deadline()) + " ("
                + state.deadline() + ") after it began to be so: " + outcome(state.otherwise()));
    }

    private String holder(String stream) {
        return contract.typeOf(stream).orElseThrow() instanceof TermType.Stream(String device, var _, var _, var _)
                        && contract.typeOf(device).orElseThrow() instanceof TermType.Device(String heldBy)
                ? heldBy
                : "nobody";
    }

    private String trigger(Transition transition) {
        return switch (transition.trigger()) {
            case Trigger.Signature(List<String> parties) ->
                "When " + list(parties) + (parties.size() > 1 ? " sign" : " signs") + " “" + transition.name() + "”";
            case Trigger.Payment(String deposit, String amount) ->
                "When " + contract.deposit(deposit).party() + " pays " + amount(new Amount.OfTerm(amount)) + " into “"
                        + deposit + "” (“" + transition.name() + "”)";
            case Trigger.Evidence(String stream, String guard, String lasting, boolean isSinceState) ->
                "When signed readings “" + stream + "” of the device"
                        + (isSinceState ? " that came in since then" : "") + " show that "
                        + Guard.inWords(contract, values, stream, guard)
                        + (lasting == null
                                ? ""
                                : ", for at least " + value(contract, values, lasting) + " (" + lasting
                                        + ") without a gap")
                        + ", and any party shows them (“" + transition.name() + "”)";
        };
    }

    private String outcome(Outcome outcome) {
        List<String> parts = new ArrayList<>();
        outcome.effects().forEach(effect -> parts.add(effect(effect)));
        parts.add("it is “" + outcome.target() + "” from then on");
        return String.join("; ", parts) + ".";
    }

    private String effect(Effect effect) {
        return switch (effect) {
            case Effect.Pay(Amount amount, String deposit, String party, Effect.Pay.Why why) ->
                switch (why) {
                    case PAY -> party + " is paid " + amount(amount) + " from “" + deposit + "”";
                    case REFUND -> party + " gets back " + amount(amount) + " from “" + deposit + "”";
                    case PENALISE ->
                        contract.deposit(deposit).party() + " pays a penalty of " + amount(amount) + " to " + party
                                + " from “" + deposit + "”";
                };
            case Effect.Release(String deposit, String party) ->
                "what is left of “" + deposit + "” goes "
                        + (contract.deposit(deposit).party().equals(party) ? "back " : "") + "to " + party;
            case Effect.Start(String device) -> "the device " + device + " is told to start";
            case Effect.Stop(String device) -> "the device " + device + " is told to stop";
            case Effect.Grant(String device, String party) ->
                party + " may read the device " + device + " from the contract’s begin on";
            case Effect.Notify(String party, String text) -> party + " is told: “" + text + "”";
        };
    }

    private String amount(Amount amount) {
        return switch (amount) {
            case Amount.OfTerm(String term) -> value(contract, values, term) + " (" + term + ")";
            case Amount.Percent(int hundredths, String term) ->
                Numbers.decimalInWords(hundredths, 2) + " % of " + value(contract, values, term) + " (" + term
                        + "), that is " + percentInWords(hundredths, term) + " rounded down";
            case Amount.Metered(String rate, String per, String atMost) ->
                value(contract, values, rate) + " (" + rate + ") for each begun " + value(contract, values, per)
                        + " for which it was so, at most " + value(contract, values, atMost) + " (" + atMost + ")";
        };
    }

    private String percentInWords(int hundredths, String term) {
        return contract.typeOf(term).orElseThrow() instanceof TermType.Money(String asset, int decimals)
                ? money(MoneyCheck.percent(values.number(contract, term), hundredths), asset, decimals)
                : "";
    }

    static String list(List<String> names) {
        return names.size() < 2
                ? String.join("", names)
                : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }

    private void rules() {
        if (contract.pause() != null) {
            line("- " + list(contract.pause().parties()) + " may pause it, each once, for at most "
                    + value(contract, values, contract.pause().atMost()) + "; deadlines move by as much.");
        }
        line("- Time is the ledger’s. While the ledger stands still, deadlines stand still.");
        line(
                "- A reading counts when its device signed it, when its member’s log became final after this contract began,"
                        + " and once. It is rounded to its decimals, half to even. Nothing here proves that a sensor told the"
                        + " truth.");
        line("- Deposits are paid out by these rules alone. What is changed later is signed by all parties again.");
        line("- It ends after at most " + Numbers.durationInWords(longest()) + ", pauses and demands apart.");
    }

    /// The longest that it may take, by its deadlines.
    private long longest() {
        Ways ways = new Ways(contract);
        Map<Ways.Node, Long> left = new LinkedHashMap<>();
        long longest = 0;
        for (Ways.Node node : ways.forward().reversed()) {
            String deadline = node.state.deadline();
            long after = node.steps.stream()
                    .mapToLong(s -> left.getOrDefault(s.target(), 0L))
                    .max()
                    .orElse(0);
            longest = after + (deadline == null ? 0 : values.number(contract, deadline));
            left.put(node, longest);
        }
        return longest;
    }
}
