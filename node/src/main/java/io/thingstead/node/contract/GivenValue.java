package io.thingstead.node.contract;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.contract.Contract.TermType;
import java.util.Optional;
import java.util.OptionalLong;

/// The value of a term as people write it, where the contract itself is not at hand as a text.
public final class GivenValue {
    private static final int MAX_TEXT = 500;

    private GivenValue() {}

    /// What the text says for a term of this type, empty where it says nothing that may stand there.
    public static Optional<Values.Value> read(TermType type, String text) {
        return switch (type) {
            case TermType.Money(var _, int decimals) ->
                number(text, decimals).filter(value -> value > 0).map(GivenValue::of);
            case TermType.Quantity(var _, int scale) -> number(text, scale).map(GivenValue::of);
            case TermType.Duration() -> {
                OptionalLong ms = Numbers.duration(text);
                yield ms.isPresent() && ms.getAsLong() > 0 ? Optional.of(of(ms.getAsLong())) : Optional.empty();
            }
            case TermType.Device _ -> DeviceId.parse(text).map(device -> new Values.Value.Text(device.value()));
            case TermType.Text() ->
                text.isEmpty() || text.length() > MAX_TEXT
                        ? Optional.empty()
                        : Optional.of(new Values.Value.Text(text));
            case TermType.Stream _ -> Optional.empty();
        };
    }

    private static Optional<Long> number(String text, int scale) {
        OptionalLong exact = Numbers.decimal(text)
                .map(decimal -> Numbers.exactly(decimal, scale))
                .orElse(OptionalLong.empty());
        return exact.isPresent() ? Optional.of(exact.getAsLong()) : Optional.empty();
    }

    private static Values.Value of(long number) {
        return new Values.Value.Number(number);
    }

    /// A term's value in words, as people would write it again.
    public static String inWords(TermType type, Values.Value value) {
        return switch (value) {
            case Values.Value.Number(long number) ->
                switch (type) {
                    case TermType.Money(String asset, int decimals) -> PlainText.money(number, asset, decimals);
                    case TermType.Quantity(String unit, int scale) ->
                        Numbers.decimalInWords(number, scale) + " " + unit;
                    default -> Numbers.durationInWords(number);
                };
            case Values.Value.Text(String text) -> text;
            case Values.Value.None() ->
                type instanceof TermType.Stream(String device, String reading, var _, var _)
                        ? reading + " of " + device
                        : "";
        };
    }
}
