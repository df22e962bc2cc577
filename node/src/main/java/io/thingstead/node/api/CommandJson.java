package io.thingstead.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.node.command.CommandRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A command in the HTTP interface: what was asked, how it stands, and where the log says so.
///
/// @param state `queued`, `delivered`, `executed`, `failed`, `refused` or `expired`
/// @param nowMs the node's clock
record CommandJson(
        String device,
        long number,
        String name,
        JsonNode params,
        long issuedMs,
        long expiresMs,
        String state,
        long nowMs,
        List<Step> steps) {
    /// @param step `queued`, or an outcome
    /// @param trust whose word it is: `member`, or as a frame's
    /// @param n number of the frame that says it; absent for the command itself
    /// @param atMs by the signer's clock; absent where it told none
    /// @param anchored whether the ledger has made it final
    record Step(
            String step,
            String trust,
            long log,
            long index,
            long receivedMs,
            @Nullable Long n,
            @Nullable Long atMs,
            @Nullable JsonNode result,
            boolean anchored) {}

    interface Finality {
        boolean isAnchored(CommandRecord.Place place);
    }

    static CommandJson of(CommandRecord record, long nowMs, Finality finality) {
        var steps = new java.util.ArrayList<Step>();
        var queued = record.queued();
        steps.add(new Step(
                CommandRecord.QUEUED,
                "member",
                queued.log(),
                queued.index(),
                queued.receivedMs(),
                null,
                record.command().issuedMs(),
                null,
                finality.isAnchored(queued)));
        for (var step : record.steps()) {
            var place = step.place();
            steps.add(new Step(
                    step.outcome().label(),
                    step.trust().label(),
                    place.log(),
                    place.index(),
                    place.receivedMs(),
                    step.n(),
                    step.atMs() == 0 ? null : step.atMs(),
                    step.result() == null ? null : Json.tree(step.result()),
                    finality.isAnchored(place)));
        }
        var command = record.command();
        return new CommandJson(
                command.device().value(),
                command.number(),
                command.name(),
                Json.tree(command.params()),
                command.issuedMs(),
                command.expiresMs(),
                record.state(),
                nowMs,
                steps);
    }
}
