package io.thingstead.kit.merkle;

/// Takes each subtree hash the moment its subtree is complete, so that a log can keep it.
@FunctionalInterface
public interface HashSink {
    HashSink NONE = (level, index, hash) -> {};

    void completed(int level, long index, byte[] hash);
}
