package io.thingstead.node.command;

/// A connection over which a device takes commands.
@FunctionalInterface
public interface CommandOutlet {
    /// There may be something new in [Commands#open]. From any thread; quick.
    void wake();
}
