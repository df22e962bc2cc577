package io.thingstead.kit.device;

import java.util.concurrent.CompletableFuture;

/// A way to the node: it takes one frame and tells, sooner or later, what became of it.
public interface FrameLink {
    /// What became of a frame that was sent.
    sealed interface Delivery {
        /// The node has it on disk.
        record Accepted() implements Delivery {}

        /// The node will never take it.
        record Refused(String code, String text) implements Delivery {}

        /// It did not get through, or the node cannot take it now: send it again later.
        record Failed(String why) implements Delivery {}
    }

    boolean isConnected();

    CompletableFuture<Delivery> send(byte[] frame);
}
