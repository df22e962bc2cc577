package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.Demand;
import io.thingstead.node.contract.Contract.Deposit;
import io.thingstead.node.contract.Contract.Effect;
import io.thingstead.node.contract.Contract.Outcome;
import io.thingstead.node.contract.Contract.Party;
import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Whether silence favours the one who holds the data: what it gets at the deadline beside what it gets when the
/// readings are shown. And who can leave whom waiting, for how long.
final class SilenceCheck {
    private final Contract contract;
    private final Values values;
    private final Spots spots;
    private final Ways ways;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> told = new LinkedHashSet<>();
    private final Map<String, Gain> brings = new LinkedHashMap<>();

    /// What a party has in the end, beside what it has now: at least and at most.
    private record Gain(long least, long most) {
        Gain or(Gain other) {
            return new Gain(Math.min(least, other.least), Math.max(most, other.most));
        }

        Gain and(long lessMore, long mostMore) {
            return new Gain(least + lessMore, most + mostMore);
        }
    }

    SilenceCheck(Contract contract, Values values, Spots spots, Ways ways) {
        this.contract = contract;
        this.values = values;
        this.spots = spots;
        this.ways = ways;
    }

    List<Finding> findings() {
        if (!ways.tooMany()) {
            Set<String> assets = new LinkedHashSet<>();
            contract.deposits().forEach(d -> assets.add(asset(d.name())));
            contract.parties().forEach(party -> assets.forEach(asset -> look(party, asset)));
            contract.states().forEach(this::waiting);
        }
        return findings;
    }

    private boolean holds(Party party, String stream) {
        return contract.typeOf(stream).orElseThrow() instanceof TermType.Stream(String device, var _, var _, var _)
                && contract.typeOf(device).orElseThrow() instanceof TermType.Device(String heldBy)
                && heldBy.equals(party.name());
    }

    private String asset(String deposit) {
        return contract.typeOf(contract.deposit(deposit).amount()).orElseThrow()
                        instanceof TermType.Money(String asset, var _)
                ? asset
                : "";
    }

    private void look(Party party, String asset) {
        boolean holder = contract.states().stream()
                .flatMap(s -> s.transitions().stream())
                .anyMatch(t -> t.trigger() instanceof Trigger.Evidence evidence && holds(party, evidence.stream()));
        if (!holder) {
            return;
        }
        Map<Ways.Node, Gain> gains = new LinkedHashMap<>();
        for (Ways.Node node : ways.forward().reversed()) {
            Gain gain = node.steps.stream()
                    .filter(step -> !isOwnSilence(party, node, step))
                    .map(step -> through(party, asset, step, gains))
                    .reduce(Gain::or)
                    .orElse(new Gain(0, 0));
            gains.put(node, gain);
            for (Ways.Step step : node.steps) {
                if (step.trigger() instanceof Trigger.Evidence(String stream, var _, var _, var _)
                        && holds(party, stream)) {
                    silence(party, asset, node, step, stream, gains);
                }
            }
        }
    }

    /// Whether the step is what this party's own silence on a demand leads to: it chooses whether that happens.
    private boolean isOwnSilence(Party party, Ways.Node node, Ways.Step step) {
        List<Demand> demands = node.state.demands();
        for (int i = 0; i < demands.size(); i++) {
            if (step.path().equals(missing(node.state, i)) && holds(party, demands.get(i).stream())) {
                return true;
            }
        }
        return false;
    }

    private static String missing(State state, int demand) {
        return "states." + state.name() + ".demand." + demand + ".missing";
    }

    private Gain through(Party party, String asset, Ways.Step step, Map<Ways.Node, Gain> gains) {
        Gain after = gains.getOrDefault(step.target(), new Gain(0, 0));
        long paid = step.trigger() instanceof Trigger.Payment(String deposit, String amount)
                        && contract.deposit(deposit).party().equals(party.name())
                        && asset(deposit).equals(asset)
                ? values.number(contract, amount)
                : 0;
        Gain brought = effects(party, asset, step);
        return after.and(brought.least - paid, brought.most - paid);
    }

    /// Many courses go the same way: what it brings is reckoned once.
    private Gain effects(Party party, String asset, Ways.Step step) {
        return brings.computeIfAbsent(
                party.name() + " " + asset + " " + step.path() + " "
                        + step.outcome().target(),
                _ -> new Gain(
                        ofEffects(party, asset, step.outcome(), true), ofEffects(party, asset, step.outcome(), false)));
    }

    /// What a party gets by these effects. What a release comes to is taken as all or nothing of the deposit, less what
    /// the same effects paid from it before.
    private long ofEffects(Party party, String asset, Outcome outcome, boolean least) {
        long sum = 0;
        Map<String, Long> paid = new LinkedHashMap<>();
        for (Effect effect : outcome.effects()) {
            switch (effect) {
                case Effect.Pay(Contract.Amount amount, String deposit, String to, var _) -> {
                    long most = MoneyCheck.most(contract, values, amount);
                    paid.merge(deposit, most, Long::sum);
                    if (to.equals(party.name()) && asset(deposit).equals(asset)) {
                        sum += least ? MoneyCheck.least(contract, values, amount) : most;
                    }
                }
                case Effect.Release(String deposit, String to)
                when to.equals(party.name()) && asset(deposit).equals(asset) ->
                    sum += Math.max(
                            0,
                            values.number(contract, contract.deposit(deposit).amount())
                                    - paid.getOrDefault(deposit, 0L));
                default -> {}
            }
        }
        return sum;
    }

    private void silence(
            Party party, String asset, Ways.Node node, Ways.Step shown, String stream, Map<Ways.Node, Gain> gains) {
        State state = node.state;
        Gain whenShown = through(party, asset, shown, gains);
        Ways.Step atDeadline = node.steps.getLast();
        if (through(party, asset, atDeadline, gains).most() <= whenShown.least()) {
            return;
        }
        int demanded = -1;
        for (int i = 0; i < state.demands().size(); i++) {
            Demand demand = state.demands().get(i);
            if (demand.stream().equals(stream)) {
                demanded = i;
            }
        }
        if (demanded < 0) {
            tell(
                    "check.silence",
                    shown.path(),
                    "“" + party.name() + "” holds the readings of “" + stream + "” and does better when “"
                            + shown.name() + "” is never shown: it could win by silence",
                    "Add to “" + state.name() + "”: “demand: [{stream: " + stream
                            + ", within: DURATION, missing: {effects: […], go: STATE}}]”.");
            return;
        }
        String missingPath = missing(state, demanded);
        for (Ways.Step step : node.steps) {
            if (step.path().equals(missingPath)
                    && through(party, asset, step, gains).most() > whenShown.least()) {
                tell(
                        "check.silence-pays",
                        missingPath,
                        "“" + party.name() + "” does better by delivering nothing than when “" + shown.name()
                                + "” is shown",
                        "Let what is missing cost it at least as much as what is shown.");
            }
        }
    }

    private void waiting(State state) {
        if (state.deadline() == null || state.otherwise() == null) {
            return;
        }
        Set<String> signers = new LinkedHashSet<>();
        for (Transition transition : state.transitions()) {
            if (transition.trigger() instanceof Trigger.Signature(List<String> parties)
                    && !transition.name().equals("terminate")) {
                signers.addAll(parties);
            }
            if (transition.trigger() instanceof Trigger.Payment(String deposit, var _)) {
                signers.add(contract.deposit(deposit).party());
            }
        }
        if (!signers.isEmpty()
                && contract.deposits().stream()
                        .map(Deposit::party)
                        .anyMatch(p -> signers.size() > 1 || !signers.contains(p))) {
            findings.add(Finding.note(
                    "check.waiting",
                    spots.at("states." + state.name()),
                    "in “" + state.name() + "” the others may have to wait for " + String.join(" or ", signers)
                            + ", at most " + Numbers.durationInWords(values.number(contract, state.deadline()))
                            + "; then it goes on to “" + state.otherwise().target() + "”",
                    ""));
        }
    }

    private void tell(String code, String path, String text, String mend) {
        if (told.add(code + " " + path)) {
            findings.add(Finding.error(code, spots.at(path), text, mend));
        }
    }
}
