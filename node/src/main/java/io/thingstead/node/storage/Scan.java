package io.thingstead.node.storage;

/// A walk over the keys of a column in bytewise order, over the state at the moment it was opened.
/// Starts before the first entry. Used by one thread and closed by it.
public interface Scan extends AutoCloseable {
    /// Steps to the next entry; false after the last one.
    boolean next();

    byte[] key();

    byte[] value();

    @Override
    void close();
}
