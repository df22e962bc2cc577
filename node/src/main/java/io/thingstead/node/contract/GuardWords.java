package io.thingstead.node.contract;

import dev.cel.common.ast.CelExpr;
import java.util.List;

/// A guard that was checked, in plain words: `temperature is over too_warm (8.0 Cel)`.
final class GuardWords {
    private final Contract contract;
    private final Values values;
    private final String stream;

    GuardWords(Contract contract, Values values, String stream) {
        this.contract = contract;
        this.values = values;
        this.stream = stream;
    }

    String of(CelExpr at) {
        return switch (at.getKind()) {
            case CALL -> call(at.call());
            case IDENT -> name(at.ident().name());
            case CONSTANT ->
                switch (at.constant().getKind()) {
                    case BOOLEAN_VALUE -> at.constant().booleanValue() ? "it is so in any case" : "it is never so";
                    default -> Long.toString(at.constant().int64Value());
                };
            default -> throw new IllegalStateException("not in a guard that was checked");
        };
    }

    private String name(String name) {
        return name.equals(stream) ? name : name + " (" + PlainText.value(contract, values, name) + ")";
    }

    private String call(CelExpr.CelCall call) {
        String first = of(call.args().getFirst());
        if (call.args().size() == 1) {
            return call.function().equals("!_") ? "it is not so that (" + first + ")" : "minus " + first;
        }
        String second = of(call.args().get(1));
        return switch (call.function()) {
            case "_&&_" ->
                bracketed(call.args().get(0), first, "_||_") + " and "
                        + bracketed(call.args().get(1), second, "_||_");
            case "_||_" -> first + " or " + second;
            case "_<_" -> first + " is under " + second;
            case "_<=_" -> first + " is at most " + second;
            case "_>_" -> first + " is over " + second;
            case "_>=_" -> first + " is at least " + second;
            case "_==_" -> first + " is " + second;
            case "_!=_" -> first + " is not " + second;
            case "_+_" -> first + " plus " + second;
            default -> first + " minus " + bracketed(call.args().get(1), second, "_+_", "_-_");
        };
    }

    private static String bracketed(CelExpr part, String words, String... functions) {
        return part.getKind() == CelExpr.ExprKind.Kind.CALL
                        && List.of(functions).contains(part.call().function())
                ? "(" + words + ")"
                : words;
    }
}
