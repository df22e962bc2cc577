package io.thingstead.node.contract;

import java.util.LinkedHashMap;
import java.util.Map;

/// A contract with its guards, whatever the values of its terms. A guard costs much more to make ready than to use: it
/// is made once for all contracts of a kind, when it is asked for first. Confined to its owner.
public final class Code {
    private final Contract contract;
    private final Map<String, Guard.Scope> scopes = new LinkedHashMap<>();
    private final Map<String, Guard.Compiled> guards = new LinkedHashMap<>();

    public Code(Contract contract) {
        this.contract = contract;
    }

    public Contract contract() {
        return contract;
    }

    /// A guard's code, or why it is none.
    Guard.Compiled compiled(String stream, String guard) {
        return guards.computeIfAbsent(stream + " " + guard, _ -> Guard.compile(scope(stream), guard));
    }

    private Guard.Scope scope(String stream) {
        return scopes.computeIfAbsent(stream, _ -> Guard.Scope.of(contract, stream));
    }

    /// A guard of a contract that was checked.
    Guard guard(String stream, String guard, Values values) {
        return compiled(stream, guard)
                .code()
                .orElseThrow(() -> new IllegalStateException("a guard that is none"))
                .with(contract, values);
    }
}
