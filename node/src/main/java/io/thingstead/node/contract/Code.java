package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.util.LinkedHashMap;
import java.util.Map;

/// A contract with its guards made ready, whatever the values of its terms: made once for all contracts of a kind.
public final class Code {
    private final Contract contract;
    private final Map<String, Guard.Code> guards = new LinkedHashMap<>();

    /// Of a contract that was checked.
    public Code(Contract contract) {
        this.contract = contract;
        for (State state : contract.states()) {
            for (Transition transition : state.transitions()) {
                if (transition.trigger() instanceof Trigger.Evidence(String stream, String guard, var _, var _)) {
                    guards.computeIfAbsent(
                            key(stream, guard),
                            _ -> Guard.compile(contract, stream, guard)
                                    .code()
                                    .orElseThrow(() -> new IllegalArgumentException("a guard that is none")));
                }
            }
        }
    }

    private static String key(String stream, String guard) {
        return stream + " " + guard;
    }

    public Contract contract() {
        return contract;
    }

    Guard guard(String stream, String guard, Values values) {
        Guard.Code code = guards.get(key(stream, guard));
        if (code == null) {
            throw new IllegalStateException("every guard was made ready");
        }
        return code.with(contract, values);
    }
}
