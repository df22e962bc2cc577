package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.Term;
import io.thingstead.node.contract.Contract.TermType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A term with its value as people write it, for a form to fill in.
///
/// @param type as it is called in the text
/// @param value null: a term of this type has none of its own
/// @param unit the asset of money, the unit of a quantity or stream; else empty
/// @param device of a stream: the term of its device
/// @param reading of a stream: its name, as the device sends it
public record FilledTerm(
        String name,
        String type,
        @Nullable String value,
        String unit,
        @Nullable String device,
        @Nullable String reading) {
    private FilledTerm(String name, String type, String value, String unit) {
        this(name, type, value, unit, null, null);
    }

    /// All terms, in their order; also of a contract that is not sound.
    public static List<FilledTerm> of(ContractFile file) {
        List<FilledTerm> all = new ArrayList<>();
        for (int i = 0; i < file.contract().terms().size(); i++) {
            all.add(of(file.contract().terms().get(i), file.values().list().get(i)));
        }
        return all;
    }

    private static FilledTerm of(Term term, Values.Value value) {
        return switch (term.type()) {
            case TermType.Money(String asset, int decimals) ->
                new FilledTerm(term.name(), "money", number(value, decimals), asset);
            case TermType.Quantity(String unit, int scale) ->
                new FilledTerm(term.name(), "quantity", number(value, scale), unit);
            case TermType.Duration() ->
                new FilledTerm(
                        term.name(),
                        "duration",
                        value instanceof Values.Value.Number(long ms) ? Numbers.durationInWords(ms) : "",
                        "");
            case TermType.Device _ -> new FilledTerm(term.name(), "device", text(value), "");
            case TermType.Stream(String device, String reading, String unit, var _) ->
                new FilledTerm(term.name(), "stream", null, unit, device, reading);
            case TermType.Text _ -> new FilledTerm(term.name(), "text", text(value), "");
        };
    }

    private static String number(Values.Value value, int scale) {
        return value instanceof Values.Value.Number(long number) ? Numbers.decimalInWords(number, scale) : "";
    }

    private static String text(Values.Value value) {
        return value instanceof Values.Value.Text(String text) ? text : "";
    }
}
