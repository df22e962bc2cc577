package io.thingstead.node.simulation;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Mistakes that can be planted into a simulated member, to show that a simulation finds them. None is the rule.
class Bugs {
    static final Bugs NONE = new Bugs();

    /// What stands between the member and its store.
    Store store(MemberId member, Store real) {
        return real;
    }

    /// The member starts on this disk.
    void starts(MemberId member, MemoryStore.Disk disk) {}

    /// What is left on the disk after a crash.
    MemoryStore.Disk afterCrash(MemberId member, MemoryStore.Disk disk) {
        return disk;
    }

    /// How the member reads decided blocks, if wrongly.
    Optional<UnaryOperator<DecidedBlock>> reader(MemberId member) {
        return Optional.empty();
    }
}
