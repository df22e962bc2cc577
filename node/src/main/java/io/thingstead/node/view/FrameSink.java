package io.thingstead.node.view;

import java.util.List;

/// What follows the log: gets every frame once, in the log's order.
public interface FrameSink {
    /// Index of the first leaf that has not been taken yet.
    long next();

    /// Takes the frames at `[next, upTo)`. When it returns, [#next] is `upTo`.
    void take(List<LoggedFrame> frames, long upTo);
}
