package io.thingstead.node.view;

import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.log.AppendedLeaf;
import io.thingstead.node.log.LeafRecord;
import java.util.List;

/// A frame of the log as views see it: whose it is, where it stands, and what it says.
///
/// @param n the frame's sequence number in its stream
public record LoggedFrame(
        long index, DeviceId device, long n, TrustLevel trust, long receivedMs, List<Reading> readings) {
    static LoggedFrame of(AppendedLeaf leaf) {
        var submission = leaf.submission();
        var readings = submission.readings();
        return new LoggedFrame(
                leaf.index(),
                submission.device(),
                submission.n(),
                submission.trust(),
                submission.receivedMs(),
                readings == null ? decode(submission.content(), submission.receivedMs()) : readings);
    }

    /// Of a leaf that was read back from the log.
    public static LoggedFrame of(LeafRecord leaf) {
        return new LoggedFrame(
                leaf.index(),
                leaf.stream().device(),
                leaf.n(),
                leaf.stream().trust(),
                leaf.receivedMs(),
                leaf.isFrame() ? decode(leaf.content(), leaf.receivedMs()) : List.of());
    }

    /// A frame in the log was decoded before it got there.
    private static List<Reading> decode(byte[] content, long receivedMs) {
        return switch (Frame.decode(content)) {
            case Result.Ok<Frame>(Frame frame) ->
                switch (SenMl.decode(frame.payload(), receivedMs)) {
                    case Result.Ok<List<Reading>>(List<Reading> readings) -> readings;
                    case Result.No<List<Reading>> ignored -> List.of();
                };
            case Result.No<Frame> ignored -> List.of();
        };
    }
}
