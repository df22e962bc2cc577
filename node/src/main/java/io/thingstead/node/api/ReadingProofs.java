package io.thingstead.node.api;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Result;

/// Makes proof files. A reading that is accepted and not yet final has none, and the refusal says so.
public interface ReadingProofs {
    /// The proof file of a device's frame.
    Result<byte[]> prove(DeviceId device, long n);

    /// The proof file of the frame at a leaf of the member's log.
    Result<byte[]> prove(long index);

    /// The trust file that a verifier of these proofs starts from.
    byte[] trust();

    /// A proof file with the links that a verifier needs whose trust file is of this height.
    Result<byte[]> withLinks(byte[] proof, long height);

    /// The links file that brings a trust file of this height up to date.
    byte[] links(long height);
}
