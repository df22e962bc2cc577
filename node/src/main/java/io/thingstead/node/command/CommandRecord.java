package io.thingstead.node.command;

import io.thingstead.kit.command.Command;
import io.thingstead.kit.command.CommandOutcome;
import io.thingstead.kit.model.TrustLevel;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A command with all that the log has about it.
///
/// @param steps what became of it, in the log's order
public record CommandRecord(Command command, Place queued, List<Step> steps) {
    public static final String QUEUED = "queued";

    public CommandRecord {
        steps = List.copyOf(steps);
    }

    /// Where in the member's logs, and since when.
    public record Place(long log, long index, long receivedMs) {}

    /// @param trust whose word it is: the device's, or the member's
    /// @param n the number of the frame that says it
    /// @param atMs by the signer's clock
    /// @param result a JSON text
    public record Step(
            CommandOutcome outcome,
            Place place,
            TrustLevel trust,
            long n,
            long atMs,
            @Nullable String result) {}

    /// What a device did counts before a deadline that the member saw pass, and its first word before later ones.
    public String state() {
        return steps.stream()
                .min(Comparator.comparingInt((Step step) -> rank(step.outcome()))
                        .thenComparingLong(step -> step.place().log())
                        .thenComparingLong(step -> step.place().index()))
                .map(step -> step.outcome().label())
                .orElse(QUEUED);
    }

    private static int rank(CommandOutcome outcome) {
        return switch (outcome) {
            case EXECUTED, FAILED, REFUSED -> 0;
            case EXPIRED -> 1;
            case DELIVERED -> 2;
        };
    }
}
