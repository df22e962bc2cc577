package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.Amount;
import io.thingstead.node.contract.Contract.Demand;
import io.thingstead.node.contract.Contract.Deposit;
import io.thingstead.node.contract.Contract.Effect;
import io.thingstead.node.contract.Contract.Outcome;
import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// States with what leads out of them.
final class StateReader {
    private static final List<String> EFFECTS =
            List.of("pay", "refund", "penalise", "release", "start", "stop", "grant", "notify");
    private static final int NAME = 40;

    private final Form form;
    private final List<Deposit> deposits;
    private final Source.@Nullable Entry terminate;

    /// @param terminate how it ends from every state, or null
    StateReader(Form form, List<Deposit> deposits, Source.@Nullable Entry terminate) {
        this.form = form;
        this.deposits = deposits;
        this.terminate = terminate;
    }

    State state(String name, Source.Entry entry) {
        String path = "states." + name;
        Map<String, Source.Entry> parts = form.fields(
                entry.value(), entry.at(), path, "A state", "means", "end", "deadline", "otherwise", "on", "demand");
        String means =
                form.text(parts, "means", entry.at(), "What it means to be in " + name, ContractTextReader.MAX_WORDS);
        String end = form.textOr(parts, "end", "end", 5, "false");
        if (end.equals("true")) {
            for (String key : List.of("deadline", "otherwise", "on", "demand")) {
                if (parts.containsKey(key)) {
                    form.wrong(
                            "check.end",
                            form.spots().at(path + "." + key),
                            "“" + name + "” is an end, and nothing leads on from there",
                            "Take out “" + key + "”, or “end: true”.");
                }
            }
            return new State(name, means, null, null, List.of(), List.of());
        }
        if (!parts.containsKey("deadline")) {
            form.wrong(
                    "check.no-deadline",
                    entry.at(),
                    "“" + name + "” has no deadline: it could stay like this for ever",
                    "Add “deadline:” with a term of type duration, and “otherwise:” with what happens then; "
                            + "or “end: true”.");
        }
        String deadline =
                parts.containsKey("deadline") ? form.text(parts, "deadline", entry.at(), "deadline", NAME) : "";
        Source.Entry otherwise = parts.get("otherwise");
        if (otherwise == null && parts.containsKey("deadline")) {
            form.wrong(
                    "check.missing",
                    entry.at(),
                    "what happens at the deadline of “" + name + "” is missing",
                    "Add “otherwise: {effects: […], go: STATE}”.");
        }
        Outcome atDeadline = otherwise == null
                ? new Outcome(List.of(), "")
                : outcome(
                        form.fields(
                                otherwise.value(), otherwise.at(), path + ".otherwise", "otherwise", "effects", "go"),
                        otherwise.at(),
                        path + ".otherwise");
        List<Transition> transitions = new ArrayList<>();
        form.named(
                parts.get("on"),
                path + ".on",
                "ways on",
                Contract.MAX_TRANSITIONS,
                (way, at) -> transitions.add(transition(way, at, path + ".on." + way)));
        if (terminate != null) {
            transitions.add(transition("terminate", terminate, "terminate"));
        }
        return new State(name, means, deadline, atDeadline, transitions, demands(parts.get("demand"), path));
    }

    private Transition transition(String name, Source.Entry entry, String path) {
        Map<String, Source.Entry> parts = form.fields(
                entry.value(),
                entry.at(),
                path,
                "A way on",
                "signature",
                "payment",
                "evidence",
                "amount",
                "when",
                "for",
                "since",
                "times",
                "effects",
                "go");
        String times = form.textOr(parts, "times", "times", 4, "0");
        int most = times.matches("[0-9]{1,4}") ? Integer.parseInt(times) : -1;
        if (most < 0 || most > Contract.MAX_TIMES) {
            form.wrong(
                    "check.value",
                    form.spots().at(path + ".times"),
                    "times is 1 to " + Contract.MAX_TIMES,
                    "Write how often this may happen at most.");
            most = 0;
        }
        return new Transition(name, trigger(name, parts, entry.at(), path), outcome(parts, entry.at(), path), most);
    }

    private Trigger trigger(String name, Map<String, Source.Entry> parts, Spot at, String path) {
        List<String> kinds = List.of("signature", "payment", "evidence").stream()
                .filter(parts::containsKey)
                .toList();
        if (kinds.size() != 1) {
            form.wrong(
                    "check.trigger",
                    at,
                    "“" + name + "” happens by one of signature, payment, evidence; here are " + kinds.size(),
                    "Write for example “signature: PARTY”. What happens with time alone is “otherwise”.");
            return new Trigger.Signature(List.of());
        }
        return switch (kinds.getFirst()) {
            case "signature" -> {
                unwanted(parts, path, "amount", "when", "for", "since");
                yield new Trigger.Signature(form.names(parts, "signature", at, "Who signs"));
            }
            case "payment" -> {
                unwanted(parts, path, "when", "for", "since");
                yield new Trigger.Payment(
                        form.text(parts, "payment", at, "The deposit that is paid into", NAME),
                        form.text(parts, "amount", at, "The amount that is paid", NAME));
            }
            default -> {
                unwanted(parts, path, "amount");
                yield new Trigger.Evidence(
                        form.text(parts, "evidence", at, "The stream", NAME),
                        form.text(parts, "when", at, "What the readings show (when)", Guard.MAX_CHARS),
                        parts.containsKey("for") ? form.text(parts, "for", at, "How long it lasts", NAME) : null,
                        isSinceState(parts, path));
            }
        };
    }

    private boolean isSinceState(Map<String, Source.Entry> parts, String path) {
        String since = form.textOr(parts, "since", "since", NAME, "begin");
        if (!List.of("begin", "state").contains(since)) {
            form.wrong(
                    "check.value",
                    form.spots().at(path + ".since"),
                    "since is begin or state",
                    "Write “since: state” where only readings count that came in after the state was entered.");
        }
        return since.equals("state");
    }

    private void unwanted(Map<String, Source.Entry> parts, String path, String... keys) {
        for (String key : keys) {
            if (parts.containsKey(key)) {
                form.wrong(
                        "check.trigger",
                        form.spots().at(path + "." + key),
                        "“" + key + "” says nothing here",
                        "Take it out, or choose another of signature, payment, evidence.");
            }
        }
    }

    private List<Demand> demands(Source.@Nullable Entry entry, String state) {
        List<Demand> demands = new ArrayList<>();
        if (entry == null) {
            return demands;
        }
        List<Source> items =
                entry.value() instanceof Source.Items(var _, List<Source> list) ? list : List.of(entry.value());
        for (int i = 0; i < Math.min(items.size(), Contract.MAX_TRANSITIONS); i++) {
            String path = state + ".demand." + i;
            Map<String, Source.Entry> parts =
                    form.fields(items.get(i), entry.at(), path, "A demand", "stream", "within", "missing");
            Source.Entry missing = parts.get("missing");
            if (missing == null) {
                form.wrong(
                        "check.missing",
                        items.get(i).at(),
                        "what happens when nothing is delivered is missing",
                        "Add “missing: {effects: […], go: STATE}”.");
                continue;
            }
            demands.add(new Demand(
                    form.text(parts, "stream", items.get(i).at(), "The stream that may be demanded", NAME),
                    form.text(parts, "within", items.get(i).at(), "How long its holder has (within)", NAME),
                    outcome(
                            form.fields(missing.value(), missing.at(), path + ".missing", "missing", "effects", "go"),
                            missing.at(),
                            path + ".missing")));
        }
        return demands;
    }

    private Outcome outcome(Map<String, Source.Entry> parts, Spot at, String path) {
        List<Effect> effects = new ArrayList<>();
        Source.Entry entry = parts.get("effects");
        if (entry != null) {
            if (entry.value() instanceof Source.Items(var _, List<Source> items)
                    && items.size() <= Contract.MAX_EFFECTS) {
                for (int i = 0; i < items.size(); i++) {
                    effect(items.get(i), path + ".effects." + i, effects);
                }
            } else {
                form.wrong(
                        "check.form",
                        entry.value().at(),
                        "effects are a list of at most " + Contract.MAX_EFFECTS,
                        "Begin each with “- ”: “- pay: price”.");
            }
        }
        return new Outcome(effects, form.text(parts, "go", at, "The state that follows (go)", NAME));
    }

    private void effect(Source source, String path, List<Effect> into) {
        Map<String, Source.Entry> parts = form.fields(
                source,
                source.at(),
                path,
                "An effect",
                "pay",
                "refund",
                "penalise",
                "release",
                "start",
                "stop",
                "grant",
                "notify",
                "from",
                "to",
                "text");
        List<String> kinds = EFFECTS.stream().filter(parts::containsKey).toList();
        if (kinds.size() != 1) {
            if (!parts.isEmpty()) {
                form.wrong(
                        "check.effect",
                        source.at(),
                        "an effect is one of " + String.join(", ", EFFECTS),
                        "Write each effect as an item of its own.");
            }
            return;
        }
        String kind = kinds.getFirst();
        Spot at = source.at();
        into.add(
                switch (kind) {
                    case "pay", "penalise" ->
                        new Effect.Pay(
                                amount(Objects.requireNonNull(parts.get(kind)), kind, path),
                                form.text(parts, "from", at, "The deposit that it comes from", NAME),
                                form.text(parts, "to", at, "The party that gets it", NAME),
                                kind.equals("pay") ? Effect.Pay.Why.PAY : Effect.Pay.Why.PENALISE);
                    case "refund" -> {
                        String from = form.text(parts, "from", at, "The deposit that it comes from", NAME);
                        yield new Effect.Pay(
                                amount(Objects.requireNonNull(parts.get(kind)), kind, path),
                                from,
                                payer(from),
                                Effect.Pay.Why.REFUND);
                    }
                    case "release" -> {
                        String deposit = form.text(parts, kind, at, "The deposit", NAME);
                        yield new Effect.Release(
                                deposit, form.textOr(parts, "to", "The party that gets it", NAME, payer(deposit)));
                    }
                    case "start" -> new Effect.Start(form.text(parts, kind, at, "The device", NAME));
                    case "stop" -> new Effect.Stop(form.text(parts, kind, at, "The device", NAME));
                    case "grant" ->
                        new Effect.Grant(
                                form.text(parts, kind, at, "The device", NAME),
                                form.text(parts, "to", at, "The party that may read it", NAME));
                    default ->
                        new Effect.Notify(
                                form.text(parts, kind, at, "The party", NAME),
                                form.text(parts, "text", at, "What it is told", ContractTextReader.MAX_WORDS));
                });
    }

    private String payer(String deposit) {
        return deposits.stream()
                .filter(d -> d.name().equals(deposit))
                .map(Deposit::party)
                .findFirst()
                .orElse("");
    }

    private Amount amount(Source.Entry entry, String kind, String path) {
        if (!(entry.value() instanceof Source.Fields)) {
            Map<String, Source.Entry> only = new TreeMap<>();
            only.put(kind, entry);
            return new Amount.OfTerm(form.text(only, kind, entry.at(), "The amount", NAME));
        }
        Map<String, Source.Entry> parts = form.fields(
                entry.value(), entry.at(), path + "." + kind, "An amount", "percent", "of", "rate", "per", "at_most");
        if (!parts.containsKey("percent")) {
            return new Amount.Metered(
                    form.text(parts, "rate", entry.at(), "The rate", NAME),
                    form.text(parts, "per", entry.at(), "The time that the rate is for (per)", NAME),
                    form.text(parts, "at_most", entry.at(), "The most that it comes to (at_most)", NAME));
        }
        String percent = form.text(parts, "percent", entry.at(), "The percentage", 10);
        Optional<BigDecimal> number = Numbers.decimal(percent);
        int hundredths = number.map(n -> n.movePointRight(2))
                .filter(n -> n.stripTrailingZeros().scale() <= 0
                        && n.signum() > 0
                        && n.compareTo(BigDecimal.valueOf(10_000)) <= 0)
                .map(BigDecimal::intValueExact)
                .orElse(0);
        if (hundredths == 0) {
            form.wrong(
                    "check.value",
                    form.spots().at(path + "." + kind + ".percent"),
                    "a percentage is over 0 and up to 100, with at most two decimals",
                    "Write it like 12.5.");
        }
        return new Amount.Percent(
                Math.max(1, hundredths), form.text(parts, "of", entry.at(), "What it is a part of (of)", NAME));
    }
}
