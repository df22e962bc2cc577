package io.thingstead.node.contract;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// A sum of names and a constant, as `3 * temperature - limit + 5`.
///
/// @param factors of the names; none is 0
record Linear(Map<String, Long> factors, long constant) {
    static Linear constant(long constant) {
        return new Linear(new TreeMap<>(), constant);
    }

    static Linear name(String name) {
        Map<String, Long> one = new TreeMap<>();
        one.put(name, 1L);
        return new Linear(one, 0);
    }

    /// This and `times` of the other.
    Linear plus(Linear other, long times) {
        Map<String, Long> sum = new TreeMap<>(factors);
        other.factors.forEach((name, factor) -> {
            long now = sum.getOrDefault(name, 0L) + times * factor;
            if (now == 0) {
                sum.remove(name);
            } else {
                sum.put(name, now);
            }
        });
        return new Linear(sum, constant + times * other.constant);
    }

    /// With numbers in the place of names.
    Linear with(Map<String, Object> numbers) {
        Linear left = constant(constant);
        for (var factor : factors.entrySet()) {
            Linear part =
                    numbers.get(factor.getKey()) instanceof Long number ? constant(number) : name(factor.getKey());
            left = left.plus(part, factor.getValue());
        }
        return left;
    }

    /// Where it is 0, rounded down, when it is a sum of that name alone.
    OptionalLong rootOf(String name) {
        Long factor = factors.get(name);
        return factor == null || factors.size() > 1
                ? OptionalLong.empty()
                : OptionalLong.of(Math.floorDiv(-constant, factor));
    }
}
