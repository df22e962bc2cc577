package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.Demand;
import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Whether it always ends: every state is reached and left, and no way leads back but one that happens a bounded number
/// of times.
final class FlowCheck {
    /// Deadlines are at least this long: the ledger's clock stands still for up to this long between blocks.
    static final long SHORTEST_DEADLINE_MS = 60_000;

    private final Contract contract;
    private final Values values;
    private final Spots spots;
    private final List<Finding> findings = new ArrayList<>();

    FlowCheck(Contract contract, Values values, Spots spots) {
        this.contract = contract;
        this.values = values;
        this.spots = spots;
    }

    /// A way from one state to another.
    ///
    /// @param bounded whether it happens a bounded number of times
    record Edge(String target, boolean bounded, String path) {}

    static List<Edge> edges(State state) {
        List<Edge> edges = new ArrayList<>();
        if (state.otherwise() != null) {
            edges.add(new Edge(state.otherwise().target(), false, "states." + state.name() + ".otherwise.go"));
        }
        for (Transition transition : state.transitions()) {
            edges.add(
                    new Edge(transition.outcome().target(), transition.times() > 0, NameCheck.way(state, transition)));
        }
        for (Demand demand : state.demands()) {
            edges.add(new Edge(demand.missing().target(), false, "states." + state.name() + ".demand"));
        }
        return edges;
    }

    List<Finding> findings() {
        bounded();
        reached();
        cycles();
        for (State state : contract.states()) {
            if (state.deadline() != null) {
                deadline(state);
            }
        }
        if (contract.pause() != null && values.number(contract, contract.pause().atMost()) < SHORTEST_DEADLINE_MS) {
            tooShort(contract.pause().atMost(), "pause.at_most");
        }
        return findings;
    }

    /// Where it stands and what it costs to check it must stay small on every member.
    private void bounded() {
        if (isTooComplex()) {
            findings.add(Finding.error(
                    "check.too-complex",
                    spots.at("states"),
                    "more than " + Contract.MAX_COUNTED + " ways on with “times”, or more than " + Contract.MAX_GUARDS
                            + " different guards",
                    "Split it into several contracts."));
        }
    }

    boolean isTooComplex() {
        Set<String> guards = new LinkedHashSet<>();
        int counted = 0;
        for (State state : contract.states()) {
            for (Transition transition : state.transitions()) {
                counted += transition.times() > 0 ? 1 : 0;
                if (transition.trigger() instanceof Trigger.Evidence(String stream, String guard, var _, var _)) {
                    guards.add(stream + " " + guard);
                }
            }
        }
        return counted > Contract.MAX_COUNTED || guards.size() > Contract.MAX_GUARDS;
    }

    private void reached() {
        Set<String> reached = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(contract.start()));
        while (!open.isEmpty()) {
            String name = open.pop();
            if (reached.add(name)) {
                edges(contract.state(name)).forEach(edge -> open.push(edge.target()));
            }
        }
        for (State state : contract.states()) {
            if (!reached.contains(state.name())) {
                findings.add(Finding.error(
                        "check.unreachable",
                        spots.at("states." + state.name()),
                        "nothing ever leads to “" + state.name() + "”",
                        "Let a way on go there, or take it out."));
            }
        }
    }

    /// Without the bounded ways there is no way back: everything ends then, as each state but an end has a deadline.
    private void cycles() {
        Set<String> done = new LinkedHashSet<>();
        for (State state : contract.states()) {
            visit(state.name(), new ArrayList<>(), done);
        }
    }

    private void visit(String name, List<String> path, Set<String> done) {
        if (done.contains(name)) {
            return;
        }
        path.add(name);
        for (Edge edge : edges(contract.state(name))) {
            if (edge.bounded()) {
                continue;
            }
            int back = path.indexOf(edge.target());
            if (back >= 0) {
                findings.add(Finding.error(
                        "check.endless",
                        spots.at(edge.path()),
                        "this leads back: " + String.join(" → ", path.subList(back, path.size())) + " → "
                                + edge.target() + ", so that it might never end",
                        "Say how often it happens at most (times: 12), or let it go to another state."));
            } else {
                visit(edge.target(), path, done);
            }
        }
        path.removeLast();
        done.add(name);
    }

    private void deadline(State state) {
        if (state.deadline() != null && values.number(contract, state.deadline()) < SHORTEST_DEADLINE_MS) {
            tooShort(state.deadline(), "states." + state.name() + ".deadline");
        }
        for (int i = 0; i < state.demands().size(); i++) {
            String within = state.demands().get(i).within();
            if (values.number(contract, within) < SHORTEST_DEADLINE_MS) {
                tooShort(within, "states." + state.name() + ".demand." + i + ".within");
            }
        }
    }

    private void tooShort(String term, String path) {
        findings.add(Finding.error(
                "check.too-short",
                spots.at(path),
                "“" + term + "” is shorter than a minute, the finest that the ledger's clock can keep",
                "Give it at least 1 min."));
    }
}
