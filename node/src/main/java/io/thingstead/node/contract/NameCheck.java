package io.thingstead.node.contract;

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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Whether every name that is used is there, stands for what is wanted at that place, and is used at all.
final class NameCheck {
    private final Contract contract;
    private final Spots spots;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> usedParties = new LinkedHashSet<>();

    NameCheck(Contract contract, Spots spots) {
        this.contract = contract;
        this.spots = spots;
    }

    List<Finding> findings() {
        if (contract.parties().isEmpty()) {
            wrong("check.missing", "parties", "there are no parties", "Name those who sign.");
        }
        if (contract.states().isEmpty()) {
            wrong("check.missing", "states", "there are no states", "Name the states, and how it ends.");
        }
        oneOfEachName();
        for (Term term : contract.terms()) {
            term(term, "terms." + term.name());
        }
        for (Deposit deposit : contract.deposits()) {
            String path = "deposits." + deposit.name();
            party(deposit.party(), path + ".by");
            money(deposit.amount(), path + ".amount");
        }
        contract.states().forEach(this::state);
        if (contract.pause() != null) {
            contract.pause().parties().forEach(p -> party(p, "pause.by"));
            duration(contract.pause().atMost(), "pause.at_most");
        }
        for (Party party : contract.parties()) {
            if (!usedParties.contains(party.name())) {
                wrong(
                        "check.idle-party",
                        "parties." + party.name(),
                        "“" + party.name() + "” neither signs a step, nor pays, nor gets anything",
                        "Take it out, or say what it does.");
            }
        }
        return findings;
    }

    private void wrong(String code, String path, String text, String mend) {
        findings.add(Finding.error(code, spots.at(path), text, mend));
    }

    /// In one contract a name means one thing; a text cannot say the same name twice, bytes can.
    private void oneOfEachName() {
        Set<String> seen = new LinkedHashSet<>();
        contract.parties().forEach(p -> once(seen, p.name(), "parties." + p.name()));
        contract.terms().forEach(t -> once(seen, t.name(), "terms." + t.name()));
        contract.deposits().forEach(d -> once(seen, d.name(), "deposits." + d.name()));
        Set<String> states = new LinkedHashSet<>();
        contract.states().forEach(s -> once(states, s.name(), "states." + s.name()));
        for (State state : contract.states()) {
            Set<String> ways = new LinkedHashSet<>();
            state.transitions().forEach(t -> once(ways, t.name(), way(state, t)));
        }
    }

    private void once(Set<String> seen, String name, String path) {
        if (!seen.add(name)) {
            wrong(
                    "check.name-twice",
                    path,
                    "“" + name + "” is the name of two things",
                    "Parties, terms and deposits have names of their own each.");
        }
    }

    static String way(State state, Transition transition) {
        return transition.name().equals("terminate")
                ? "terminate"
                : "states." + state.name() + ".on." + transition.name();
    }

    private void term(Term term, String path) {
        switch (term.type()) {
            case TermType.Device(String heldBy) -> party(heldBy, path + ".held_by");
            case TermType.Stream(String device, var _, var _, var _) -> device(device, path + ".device");
            case TermType.Money(String asset, var _) -> {
                if (!asset.matches("[a-z0-9-]{1,32}:[A-Z0-9]{1,12}")) {
                    wrong(
                            "check.value",
                            path + ".asset",
                            "“" + asset + "” is not an asset",
                            "Write member:CODE, as in bank:EUR.");
                }
            }
            default -> {}
        }
    }

    private void state(State state) {
        String path = "states." + state.name();
        if (state.deadline() == null || state.otherwise() == null) {
            return;
        }
        duration(state.deadline(), path + ".deadline");
        outcome(state.otherwise(), path + ".otherwise");
        for (Transition transition : state.transitions()) {
            String way = way(state, transition);
            trigger(transition.trigger(), way);
            outcome(transition.outcome(), way);
        }
        for (int i = 0; i < state.demands().size(); i++) {
            Demand demand = state.demands().get(i);
            stream(demand.stream(), path + ".demand." + i + ".stream");
            duration(demand.within(), path + ".demand." + i + ".within");
            outcome(demand.missing(), path + ".demand." + i + ".missing");
        }
    }

    private void trigger(Trigger trigger, String path) {
        switch (trigger) {
            case Trigger.Signature(List<String> parties) -> {
                parties.forEach(p -> party(p, path + ".signature"));
                if (parties.isEmpty() || new LinkedHashSet<>(parties).size() < parties.size()) {
                    wrong("check.trigger", path, "it is signed by nobody, or by one twice", "Name who signs, once.");
                }
            }
            case Trigger.Payment(String deposit, String amount) -> {
                deposit(deposit, path + ".payment");
                money(amount, path + ".amount");
                sameAsset(deposit, amount, path + ".amount");
            }
            case Trigger.Evidence(String stream, var _, String lasting, var _) -> {
                stream(stream, path + ".evidence");
                if (lasting != null) {
                    duration(lasting, path + ".for");
                }
            }
        }
    }

    private void outcome(Outcome outcome, String path) {
        for (int i = 0; i < outcome.effects().size(); i++) {
            effect(outcome.effects().get(i), path + ".effects." + i);
        }
        if (contract.indexOfState(outcome.target()).isEmpty()) {
            wrong(
                    "check.unknown-state",
                    path + ".go",
                    "there is no state “" + outcome.target() + "”",
                    ContractTextReader.meant(
                            outcome.target(),
                            contract.states().stream().map(State::name).toList()));
        }
    }

    private void effect(Effect effect, String path) {
        switch (effect) {
            case Effect.Pay(Amount amount, String deposit, String party, var _) -> {
                deposit(deposit, path + ".from");
                party(party, path + ".to");
                amount(amount, deposit, path);
            }
            case Effect.Release(String deposit, String party) -> {
                deposit(deposit, path + ".release");
                party(party, path + ".to");
            }
            case Effect.Start(String device) -> device(device, path + ".start");
            case Effect.Stop(String device) -> device(device, path + ".stop");
            case Effect.Grant(String device, String party) -> {
                device(device, path + ".grant");
                party(party, path + ".to");
            }
            case Effect.Notify(String party, var _) -> party(party, path + ".notify");
        }
    }

    private void amount(Amount amount, String deposit, String path) {
        switch (amount) {
            case Amount.OfTerm(String term) -> moneyOf(deposit, term, path);
            case Amount.Percent(var _, String term) -> moneyOf(deposit, term, path);
            case Amount.Metered(String rate, String per, String atMost) -> {
                moneyOf(deposit, rate, path);
                duration(per, path);
                moneyOf(deposit, atMost, path);
            }
        }
    }

    private void moneyOf(String deposit, String term, String path) {
        money(term, path);
        sameAsset(deposit, term, path);
    }

    private void sameAsset(String deposit, String term, String path) {
        if (contract.indexOfDeposit(deposit).isPresent()
                && contract.typeOf(term).orElse(null) instanceof TermType.Money(String asset, int decimals)
                && contract.typeOf(contract.deposit(deposit).amount()).orElse(null)
                        instanceof TermType.Money(String held, int heldDecimals)
                && (!asset.equals(held) || decimals != heldDecimals)) {
            wrong(
                    "check.asset",
                    path,
                    "“" + deposit + "” holds " + held + ", and “" + term + "” is an amount of " + asset
                            + (asset.equals(held) ? " with other decimals" : ""),
                    "Use a term of the same asset, written with the same decimals.");
        }
    }

    private void party(String name, String path) {
        usedParties.add(name);
        if (contract.indexOfParty(name).isEmpty()) {
            wrong(
                    "check.unknown-party",
                    path,
                    "there is no party “" + name + "”",
                    ContractTextReader.meant(
                            name, contract.parties().stream().map(Party::name).toList()));
        }
    }

    private void deposit(String name, String path) {
        if (contract.indexOfDeposit(name).isEmpty()) {
            wrong(
                    "check.unknown-deposit",
                    path,
                    "there is no deposit “" + name + "”",
                    ContractTextReader.meant(
                            name,
                            contract.deposits().stream().map(Deposit::name).toList()));
        }
    }

    private void money(String name, String path) {
        typed(name, path, "an amount of money", TermType.Money.class::isInstance);
    }

    private void duration(String name, String path) {
        typed(name, path, "a duration", TermType.Duration.class::isInstance);
    }

    private void device(String name, String path) {
        typed(name, path, "a device", TermType.Device.class::isInstance);
    }

    private void stream(String name, String path) {
        typed(name, path, "a stream", TermType.Stream.class::isInstance);
    }

    private void typed(String name, String path, String what, Predicate<TermType> fits) {
        if (contract.typeOf(name).filter(fits).isEmpty()) {
            wrong(
                    "check.unknown-term",
                    path,
                    contract.typeOf(name).isPresent()
                            ? "“" + name + "” is not " + what
                            : "there is no term “" + name + "”",
                    "Here stands the name of a term that is " + what + ". "
                            + ContractTextReader.meant(
                                    name,
                                    contract.terms().stream()
                                            .filter(t -> fits.test(t.type()))
                                            .map(Term::name)
                                            .toList()));
        }
    }
}
