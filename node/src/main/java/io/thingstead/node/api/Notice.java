package io.thingstead.node.api;

/// Something about this member itself that must not be overlooked.
///
/// @param code stable, for programs
/// @param text for people
public record Notice(String code, String text) {
    public static final String VOTES_HELD = "votes.held";
}
