package io.thingstead.node.contract;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Walks a guard: compares only what has the same unit, and takes out the comparisons as sums.
final class GuardUnits {
    private static final int MAX_NODES = 50;

    private final CelAbstractSyntaxTree tree;
    private final Map<String, String> units;
    private final String stream;
    private int nodes;

    /// @param unit the unit, or empty: a number that fits any, 0
    private record Sum(Linear linear, String unit) {}

    /// A fault on its way out of the walk.
    private static final class Found extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Guard.Fault fault;

        Found(Guard.Fault fault) {
            super(fault.text());
            this.fault = fault;
        }
    }

    GuardUnits(CelAbstractSyntaxTree tree, Map<String, String> units, String stream) {
        this.tree = tree;
        this.units = units;
        this.stream = stream;
    }

    /// Puts each comparison's left side less its right side into the list.
    Optional<Guard.Fault> collect(List<Linear> comparisons) {
        try {
            truth(tree.getExpr(), comparisons);
            return Optional.empty();
        } catch (Found e) {
            return Optional.of(e.fault);
        }
    }

    private Found found(CelExpr at, String code, String text, String mend) {
        int offset = tree.getSource().getPositionsMap().getOrDefault(at.id(), 0);
        return new Found(new Guard.Fault(code, offset, text, mend));
    }

    private void count(CelExpr at) throws Found {
        if (++nodes > MAX_NODES) {
            throw found(at, "check.guard-cost", "a guard with more than " + MAX_NODES + " parts", "Say it shorter.");
        }
    }

    private void truth(CelExpr at, List<Linear> comparisons) throws Found {
        count(at);
        switch (at.getKind()) {
            case CALL -> {
                CelExpr.CelCall call = at.call();
                switch (call.function()) {
                    case "_&&_", "_||_", "!_" -> {
                        for (CelExpr part : call.args()) {
                            truth(part, comparisons);
                        }
                    }
                    case "_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_" ->
                        comparisons.add(
                                comparison(at, call.args().get(0), call.args().get(1)));
                    default -> throw found(at, "check.guard", "this is not true or false", "Compare two numbers.");
                }
            }
            case CONSTANT -> {
                // true or false: CEL has seen to it
            }
            default -> throw found(at, "check.guard", "this is not taken in guards", "Compare numbers with < or >.");
        }
    }

    private Linear comparison(CelExpr at, CelExpr left, CelExpr right) throws Found {
        Sum one = sum(left);
        Sum other = sum(right);
        sameUnit(at, one, other);
        return one.linear.plus(other.linear, -1);
    }

    private String sameUnit(CelExpr at, Sum one, Sum other) throws Found {
        if (!one.unit.isEmpty() && !other.unit.isEmpty() && !one.unit.equals(other.unit)) {
            throw found(
                    at,
                    "check.guard-unit",
                    "this sets " + one.unit + " against " + other.unit,
                    "Use terms of the same unit on both sides.");
        }
        return one.unit.isEmpty() ? other.unit : one.unit;
    }

    private Sum sum(CelExpr at) throws Found {
        count(at);
        return switch (at.getKind()) {
            case IDENT -> name(at, at.ident().name());
            case CONSTANT -> number(at, at.constant());
            case CALL -> call(at, at.call());
            default -> throw found(at, "check.guard", "this is not taken in guards", "Use names of terms, + and -.");
        };
    }

    private Sum name(CelExpr at, String name) throws Found {
        String unit = units.get(name);
        if (unit == null) {
            throw found(at, "check.guard", "“" + name + "” is no number", "Use " + stream + " or a term.");
        }
        return new Sum(Linear.name(name), unit);
    }

    private Sum number(CelExpr at, CelConstant constant) throws Found {
        if (constant.getKind() == CelConstant.Kind.INT64_VALUE && constant.int64Value() == 0) {
            return new Sum(Linear.constant(0), "");
        }
        throw found(
                at,
                "check.guard-number",
                "a bare number has no unit, and nobody reads it among the terms",
                "Make it a term of type quantity, and write the term's name here.");
    }

    private Sum call(CelExpr at, CelExpr.CelCall call) throws Found {
        return switch (call.function()) {
            case "_+_" -> added(at, call, 1);
            case "_-_" -> added(at, call, -1);
            case "-_" -> {
                Sum of = sum(call.args().getFirst());
                yield new Sum(Linear.constant(0).plus(of.linear, -1), of.unit);
            }
            default -> throw found(at, "check.guard", "this is no number", "Use names of terms, + and -.");
        };
    }

    private Sum added(CelExpr at, CelExpr.CelCall call, long sign) throws Found {
        Sum one = sum(call.args().get(0));
        Sum other = sum(call.args().get(1));
        return new Sum(one.linear.plus(other.linear, sign), sameUnit(at, one, other));
    }
}
