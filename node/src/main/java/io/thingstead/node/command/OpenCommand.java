package io.thingstead.node.command;

import io.thingstead.kit.command.Command;
import java.util.concurrent.atomic.AtomicReference;

/// A command that is in the log and has no last word yet.
///
/// @param identity what receipts call it
public record OpenCommand(Command command, byte[] identity, AtomicReference<Handing> handing) {
    /// Where it is on its way to a device that cannot tell two of the same apart.
    public enum Handing {
        FREE,
        /// One connection alone hands it over.
        TAKEN,
        /// The log says, or is being told, that the device has it.
        SAID
    }

    OpenCommand(Command command, byte[] identity) {
        this(command, identity, new AtomicReference<>(Handing.FREE));
    }

    public boolean isFree() {
        return handing.get() == Handing.FREE;
    }

    /// True for one caller, who then hands it over, or gives it back.
    public boolean take() {
        return handing.compareAndSet(Handing.FREE, Handing.TAKEN);
    }

    boolean giveBack() {
        return handing.compareAndSet(Handing.TAKEN, Handing.FREE);
    }

    /// True once.
    boolean say() {
        return handing.getAndSet(Handing.SAID) != Handing.SAID;
    }
}
