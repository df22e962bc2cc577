package io.thingstead.node.log;

import io.thingstead.kit.model.Thumbprint;

/// Computes the identity of a frame that is in the log already, to tell a repeated frame from another one with the
/// same number.
@FunctionalInterface
interface FrameIdentity {
    byte[] of(byte[] content, Thumbprint key);
}
