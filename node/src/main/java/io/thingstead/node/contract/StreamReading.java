package io.thingstead.node.contract;

import io.thingstead.kit.frame.Summary;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import io.thingstead.node.contract.Contract.TermType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A device's readings as a contract reckons with them.
public final class StreamReading {
    private StreamReading() {}

    /// Those of a stream in a frame: first what a summary stands for, where there is one, then each reading. Refused
    /// where one of them is not of the stream's unit, not a number, out of range, or has no time of its own.
    public static Result<List<Shown.At>> of(TermType.Stream stream, List<Reading> frame) {
        return summary(stream, frame).flatMap(summary -> {
            List<Shown.At> all = new ArrayList<>();
            summary.ifPresent(all::add);
            for (Reading reading : frame) {
                if (reading.name().equals(stream.reading())) {
                    Optional<Shown.At> at = of(stream, reading);
                    if (at.isEmpty()) {
                        return Result.no(
                                Refusal.EVIDENCE_UNFIT,
                                "a reading “" + reading.name()
                                        + "” without a time of its own, in another unit, or out of range");
                    }
                    all.add(at.get());
                }
            }
            return Result.ok(all);
        });
    }

    /// Empty where it is not of the stream's unit, not a number, out of range, or has no time of its own.
    static Optional<Shown.At> of(TermType.Stream stream, Reading reading) {
        if (reading.relativeTime() || !fits(reading.unit(), stream.unit())) {
            return Optional.empty();
        }
        OptionalLong number = switch (reading.value()) {
            case Value.Number(double value) -> Numbers.measured(value, stream.scale());
            case Value.Flag(boolean value) -> Numbers.measured(value ? 1 : 0, stream.scale());
            default -> OptionalLong.empty();
        };
        return number.isPresent() ? Optional.of(new Shown.At(reading.timeMs(), number.getAsLong())) : Optional.empty();
    }

    /// What a summary in a frame stands for. Rounding keeps the order of numbers: the least and the greatest of the
    /// rounded readings are what its minimum and its maximum are rounded to.
    static Result<Optional<Shown.At>> summary(TermType.Stream stream, List<Reading> frame) {
        return Summary.in(frame, stream.reading())
                .flatMap(found -> found.isEmpty() ? Result.ok(Optional.empty()) : summary(stream, found.get()));
    }

    private static Result<Optional<Shown.At>> summary(TermType.Stream stream, Summary summary) {
        OptionalLong least = Numbers.measured(summary.min(), stream.scale());
        OptionalLong most = Numbers.measured(summary.max(), stream.scale());
        return fits(summary.unit(), stream.unit()) && least.isPresent() && most.isPresent()
                ? Result.ok(Optional.of(Shown.At.of(summary, least.getAsLong(), most.getAsLong())))
                : Result.no(
                        Refusal.EVIDENCE_UNFIT,
                        "a summary of “" + summary.name() + "” in another unit, or out of range");
    }

    /// A number without a unit is one of `1`.
    private static boolean fits(@Nullable String unit, String wanted) {
        String given = unit == null ? "" : unit;
        return given.equals(wanted) || (given.isEmpty() && wanted.equals("1"));
    }
}
