package io.thingstead.node.contract;

import dev.cel.checker.CelStandardDeclarations;
import dev.cel.checker.CelStandardDeclarations.StandardFunction;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.thingstead.node.contract.Contract.TermType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What readings must show, in CEL over whole numbers: comparisons, `+`, `-`, `&&`, `||`, `!`. No loops, no regular
/// expressions, no floating point, so that its cost is bounded by its length and it means the same to everybody.
final class Guard {
    static final int MAX_CHARS = 500;

    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(MAX_CHARS)
            .maxParseRecursionDepth(16)
            .maxParseErrorRecoveryLimit(4)
            .comprehensionMaxIterations(0)
            .enableHeterogeneousNumericComparisons(true)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS).build();
    private static final CelStandardDeclarations FUNCTIONS = CelStandardDeclarations.newBuilder()
            .includeFunctions(
                    StandardFunction.LOGICAL_AND,
                    StandardFunction.LOGICAL_OR,
                    StandardFunction.LOGICAL_NOT,
                    StandardFunction.LESS,
                    StandardFunction.LESS_EQUALS,
                    StandardFunction.GREATER,
                    StandardFunction.GREATER_EQUALS,
                    StandardFunction.EQUALS,
                    StandardFunction.NOT_EQUALS,
                    StandardFunction.ADD,
                    StandardFunction.SUBTRACT,
                    StandardFunction.NEGATE)
            .build();

    private final Code code;
    /// The numbers that other terms stand for.
    private final Map<String, Object> terms = new TreeMap<>();

    /// A guard without the values of the terms, which costs much more to make than to use.
    ///
    /// @param numbers the terms that it may speak of
    record Code(String stream, CelRuntime.Program program, List<Linear> comparisons, List<String> numbers) {
        Guard with(Contract contract, Values values) {
            return new Guard(this, contract, values);
        }
    }

    private Guard(Code code, Contract contract, Values values) {
        this.code = code;
        for (String term : code.numbers) {
            terms.put(term, values.number(contract, term));
        }
    }

    /// Why a guard is none.
    ///
    /// @param column from 0 on, within the guard
    record Fault(String code, int column, String text, String mend) {}

    /// A guard's code, or its fault.
    record Compiled(Optional<Code> code, Optional<Fault> fault) {
        static Compiled no(String code, int column, String text, String mend) {
            return new Compiled(Optional.empty(), Optional.of(new Fault(code, column, text, mend)));
        }
    }

    /// What guards over a stream may speak of. It costs more to make than a guard does: it is made once for all of a
    /// stream.
    ///
    /// @param units by term
    record Scope(String stream, CelCompiler compiler, Map<String, String> units) {
        static Scope of(Contract contract, String stream) {
            CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                    .setOptions(OPTIONS)
                    .setStandardMacros()
                    .setStandardEnvironmentEnabled(false)
                    .setStandardDeclarations(FUNCTIONS)
                    .setResultType(SimpleType.BOOL);
            Map<String, String> units = new TreeMap<>();
            for (Contract.Term term : contract.terms()) {
                String unit = switch (term.type()) {
                    case TermType.Quantity(String of, var _) -> of;
                    case TermType.Money(String asset, var _) -> asset;
                    case TermType.Duration _ -> "ms";
                    case TermType.Stream(var _, var _, String of, var _)
                    when term.name().equals(stream) -> of;
                    default -> "";
                };
                if (!unit.isEmpty()) {
                    builder.addVar(term.name(), SimpleType.INT);
                    units.put(term.name(), unit);
                }
            }
            return new Scope(stream, builder.build(), units);
        }

        private CelAbstractSyntaxTree parse(String text) throws CelValidationException {
            return compiler.compile(text).getAst();
        }
    }

    static Compiled compile(Scope scope, String text) {
        try {
            CelAbstractSyntaxTree tree = scope.parse(text);
            List<Linear> comparisons = new ArrayList<>();
            Optional<Fault> fault = new GuardUnits(tree, scope.units, scope.stream).collect(comparisons);
            if (fault.isPresent()) {
                return new Compiled(Optional.empty(), fault);
            }
            List<String> numbers = scope.units.keySet().stream()
                    .filter(term -> !term.equals(scope.stream))
                    .toList();
            return new Compiled(
                    Optional.of(new Code(scope.stream, RUNTIME.createProgram(tree), comparisons, numbers)),
                    Optional.empty());
        } catch (CelValidationException e) {
            CelIssue issue = e.getErrors().getFirst();
            return Compiled.no(
                    "check.guard",
                    issue.getSourceLocation().getColumn(),
                    words(issue.getMessage()),
                    "A guard compares the readings with terms, as in: temperature > limit && temperature < danger.");
        } catch (CelEvaluationException e) {
            throw new IllegalStateException("a program that was checked", e);
        }
    }

    /// A guard that was checked, in plain words.
    static String inWords(Contract contract, Values values, String stream, String text) {
        try {
            return new GuardWords(contract, values, stream)
                    .of(Scope.of(contract, stream).parse(text).getExpr());
        } catch (CelValidationException e) {
            return text;
        }
    }

    private static String words(String message) {
        int quote = message.indexOf("undeclared reference to '");
        if (quote < 0) {
            return "not a guard: " + message;
        }
        int from = quote + "undeclared reference to '".length();
        String name = message.substring(from, message.indexOf('\'', from));
        return name.startsWith("_") || name.startsWith("@")
                ? "the sign " + name.replace("_", "") + " is not taken in guards"
                : "“" + name + "” is neither this stream nor a number among the terms";
    }

    /// Whether one reading fits.
    boolean fits(long reading) {
        Map<String, Object> variables = new TreeMap<>(terms);
        variables.put(code.stream, reading);
        try {
            return (Boolean) code.program.eval(variables);
        } catch (CelEvaluationException e) {
            throw new IllegalStateException("a guard without any operation that fails", e);
        }
    }

    /// How many of the readings from one to another fit.
    enum Fit {
        ALL,
        SOME,
        NONE
    }

    /// Looks at both ends and at each corner between them: from one corner to the next all readings fit, or none does.
    Fit fits(long least, long most) {
        boolean first = fits(least);
        if (least == most) {
            return first ? Fit.ALL : Fit.NONE;
        }
        SortedSet<Long> between = corners().subSet(least + 1, most + 1);
        boolean same = fits(most) == first && between.stream().allMatch(corner -> fits(corner) == first);
        return !same ? Fit.SOME : first ? Fit.ALL : Fit.NONE;
    }

    /// Readings at which this or another guard of the stream may change its mind, and those between: what fits at none
    /// of them fits nowhere.
    SortedSet<Long> corners() {
        TreeSet<Long> corners = new TreeSet<>(List.of(-Numbers.MAX, 0L, Numbers.MAX));
        for (Linear comparison : code.comparisons) {
            comparison.with(terms).rootOf(code.stream).ifPresent(root -> {
                for (long near = -1; near <= 2; near++) {
                    long corner = root + near;
                    if (Math.abs(corner) <= Numbers.MAX) {
                        corners.add(corner);
                    }
                }
            });
        }
        return corners;
    }
}
