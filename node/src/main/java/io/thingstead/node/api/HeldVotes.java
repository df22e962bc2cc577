package io.thingstead.node.api;

import io.thingstead.kit.model.Result;
import java.util.List;

/// The wait of a member that lost its record of votes, where it would never end by itself: the way out that people
/// decide on.
public interface HeldVotes {
    /// What it means to end the wait, in plain words, or why it cannot be ended so. Asks the other members.
    Result<List<String>> meaning();

    /// Ends it; gives what it meant.
    Result<List<String>> end();
}
