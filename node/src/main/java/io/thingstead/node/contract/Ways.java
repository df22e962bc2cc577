package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.Outcome;
import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All courses that a contract can take: its states, apart by how often the bounded ways were gone, in an order in
/// which every step leads forward. Only for contracts that always end.
final class Ways {
    static final int MAX_NODES = 5_000;

    private final Contract contract;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<Node> forward = new ArrayList<>();
    private boolean tooMany;

    /// A state and how often the bounded ways out of states were gone.
    static final class Node {
        final State state;
        final Map<String, Integer> gone;
        final List<Step> steps = new ArrayList<>();

        Node(State state, Map<String, Integer> gone) {
            this.state = state;
            this.gone = gone;
        }
    }

    /// @param transition null: the deadline, or a demand that was not answered
    /// @param path in the contract's text
    record Step(String name, @Nullable Transition transition, Outcome outcome, String path, Node target) {
        @Nullable
        Trigger trigger() {
            return transition == null ? null : transition.trigger();
        }
    }

    Ways(Contract contract) {
        this.contract = contract;
        order(node(contract.start(), new TreeMap<>()));
    }

    /// Whether there are more courses than can be looked at.
    boolean tooMany() {
        return tooMany;
    }

    /// The start first; who leads to whom stands before it.
    List<Node> forward() {
        return forward;
    }

    private Node node(String state, Map<String, Integer> gone) {
        return nodes.computeIfAbsent(state + " " + gone, _ -> new Node(contract.state(state), gone));
    }

    /// Depth first, without recursion; who is left last stands first.
    private void order(Node start) {
        Deque<Node> open = new ArrayDeque<>();
        Deque<Integer> at = new ArrayDeque<>();
        Map<Node, Boolean> seen = new LinkedHashMap<>();
        open.push(start);
        at.push(0);
        seen.put(start, true);
        lead(start);
        while (!open.isEmpty()) {
            Node node = open.peek();
            int next = at.pop();
            if (next == node.steps.size()) {
                forward.addFirst(node);
                open.pop();
                continue;
            }
            at.push(next + 1);
            Node target = node.steps.get(next).target;
            if (seen.put(target, true) == null) {
                if (seen.size() > MAX_NODES) {
                    tooMany = true;
                    return;
                }
                lead(target);
                open.push(target);
                at.push(0);
            }
        }
    }

    private void lead(Node node) {
        State state = node.state;
        if (state.otherwise() == null) {
            return;
        }
        String path = "states." + state.name();
        for (Transition transition : state.transitions()) {
            Map<String, Integer> gone = node.gone;
            if (transition.times() > 0) {
                String key = state.name() + "." + transition.name();
                int times = gone.getOrDefault(key, 0) + 1;
                if (times > transition.times()) {
                    continue;
                }
                gone = new TreeMap<>(gone);
                gone.put(key, times);
            }
            node.steps.add(new Step(
                    transition.name(),
                    transition,
                    transition.outcome(),
                    NameCheck.way(state, transition),
                    node(transition.outcome().target(), gone)));
        }
        for (int i = 0; i < state.demands().size(); i++) {
            Outcome missing = state.demands().get(i).missing();
            node.steps.add(new Step(
                    "nothing delivered",
                    null,
                    missing,
                    path + ".demand." + i + ".missing",
                    node(missing.target(), node.gone)));
        }
        node.steps.add(new Step(
                "deadline",
                null,
                state.otherwise(),
                path + ".otherwise",
                node(state.otherwise().target(), node.gone)));
    }
}
