package io.thingstead.node.contract;

import java.util.List;

/// What became of a contract by something that happened.
///
/// @param way the name of the way on: a transition's, or one of [Machine]'s where none of the contract's was gone
/// @param from the state before
/// @param after where it stands now
public record Step(String way, String from, Standing after, List<Act> acts) {
    public Step {
        acts = List.copyOf(acts);
    }
}
