package io.thingstead.node.api;

import io.thingstead.kit.model.MemberId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the rest of the node says about itself to people.
public interface NodeFacts {
    int httpPort();

    int mqttPort();

    /// Why the consensus engine does not run as it should, or empty.
    Optional<String> engineTrouble();

    /// The members heard while the ledger stands still; empty where nobody can tell. May wait a moment.
    Optional<List<MemberId>> heard();

    /// What must not be overlooked of how this member itself stands.
    default List<Notice> notices() {
        return List.of();
    }

    /// The alarms that are raised.
    default AlarmCount alarms() {
        return AlarmCount.NONE;
    }

    /// The demo's devices, where there are any.
    default Optional<DemoData.Standing> demoStanding() {
        return Optional.empty();
    }

    /// Whether the others removed this member.
    default boolean isRemoved() {
        return false;
    }

    /// How often an input was refused, by code.
    Map<String, Long> refused();
}
