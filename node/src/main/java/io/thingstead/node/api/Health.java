package io.thingstead.node.api;

import java.util.List;

/// Whether the node's process is sound, and whether devices may be sent to it.
public interface Health {
    /// What only a restart mends; empty while the process is sound.
    List<Notice> mustRestart();

    /// Why no reading can be accepted and synced now; empty while it can.
    List<Notice> refusesReadings();
}
