package io.thingstead.node.retention;

import java.util.NavigableSet;

/// What was made of the log in use, and must forget what is erased there.
public interface ErasableViews {
    /// Leaves that it has taken: what comes later it reads from the log as it is then.
    long taken();

    /// Forgets the readings of these leaves, on the disk too. May be asked again for the same ones.
    void erase(NavigableSet<Long> leaves);
}
