package io.thingstead.node.contract;

import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import io.thingstead.node.contract.Contract.TermType;
import java.util.Optional;
import java.util.OptionalLong;

/// A device's reading as a contract reckons with it.
public final class StreamReading {
    private StreamReading() {}

    /// Empty where it is not of the stream's unit, not a number, out of range, or has no time of its own.
    public static Optional<Shown.At> of(TermType.Stream stream, Reading reading) {
        String unit = reading.unit();
        if (reading.relativeTime() || !fits(unit == null ? "" : unit, stream.unit())) {
            return Optional.empty();
        }
        OptionalLong number = switch (reading.value()) {
            case Value.Number(double value) -> Numbers.measured(value, stream.scale());
            case Value.Flag(boolean value) -> Numbers.measured(value ? 1 : 0, stream.scale());
            default -> OptionalLong.empty();
        };
        return number.isPresent() ? Optional.of(new Shown.At(reading.timeMs(), number.getAsLong())) : Optional.empty();
    }

    /// A number without a unit is one of `1`.
    static boolean fits(String unit, String wanted) {
        return unit.equals(wanted) || (unit.isEmpty() && wanted.equals("1"));
    }
}
