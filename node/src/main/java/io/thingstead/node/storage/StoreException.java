package io.thingstead.node.storage;

import org.jspecify.annotations.Nullable;

/// Trouble with the disk or the database on it; never a refused input.
public final class StoreException extends RuntimeException {
    /// What kind of trouble, as far as it decides what a person does about it.
    public enum Category {
        /// another process has the data folder
        LOCKED,
        /// no space left
        NO_SPACE,
        /// reading or writing failed
        IO,
        /// what stands on disk is not what was written
        CORRUPT,
        /// it was written by a newer version of the program
        NEWER,
        /// it was written by an older version of the program, and not upgraded yet
        OLDER,
        /// an earlier write failed, so that nobody knows what is durable: only a restart tells
        UNUSABLE,
        /// the store was closed
        CLOSED
    }

    private final Category category;

    public StoreException(Category category, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.category = category;
    }

    public StoreException(Category category, String message) {
        this(category, message, null);
    }

    public Category category() {
        return category;
    }
}
