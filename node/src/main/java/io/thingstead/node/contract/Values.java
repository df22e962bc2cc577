package io.thingstead.node.contract;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import java.util.ArrayList;
import java.util.List;

/// The values of a contract's terms, in the terms' order.
public record Values(List<Value> list) {
    /// A term's value.
    public sealed interface Value {
        /// Money in the asset's smallest unit, a quantity at its scale, a duration in milliseconds.
        record Number(long value) implements Value {}

        /// A device's name, or a text.
        record Text(String value) implements Value {}

        /// Of a stream.
        record None() implements Value {}
    }

    public static final Value NONE = new Value.None();

    public Values {
        list = List.copyOf(list);
    }

    public Value of(Contract contract, String term) {
        return list.get(contract.indexOfTerm(term).orElseThrow(() -> new IllegalArgumentException("no term " + term)));
    }

    /// The number of a term that has one.
    public long number(Contract contract, String term) {
        return ((Value.Number) of(contract, term)).value();
    }

    public String text(Contract contract, String term) {
        return ((Value.Text) of(contract, term)).value();
    }

    /// An array of a number, a text, or null for each term.
    public void write(CborWriter out) {
        out.array(list.size());
        for (Value value : list) {
            switch (value) {
                case Value.Number(long number) -> out.integer(number);
                case Value.Text(String text) -> out.text(text);
                case Value.None() -> out.nil();
            }
        }
    }

    /// @throws CborMalformed where these are no values for the contract's terms
    public static Values read(Contract contract, CborReader in) {
        in.readArrayOf(contract.terms().size());
        List<Value> values = new ArrayList<>();
        for (Contract.Term term : contract.terms()) {
            values.add(
                    switch (term.type()) {
                        case Contract.TermType.Money _, Contract.TermType.Duration _ -> positive(in);
                        case Contract.TermType.Quantity _ -> new Value.Number(bounded(in.readInteger()));
                        case Contract.TermType.Device _ -> new Value.Text(in.readText(97));
                        case Contract.TermType.Text _ -> new Value.Text(in.readText(ContractTextReader.MAX_WORDS));
                        case Contract.TermType.Stream _ -> {
                            in.readNull();
                            yield NONE;
                        }
                    });
        }
        return new Values(values);
    }

    private static Value positive(CborReader in) {
        long number = bounded(in.readInteger());
        if (number < 1) {
            throw new CborMalformed("money and durations are over 0");
        }
        return new Value.Number(number);
    }

    private static long bounded(long number) {
        if (Math.absExact(number) > Numbers.MAX) {
            throw new CborMalformed("a number over 2^53 - 1");
        }
        return number;
    }
}
