package io.thingstead.kit.device;

import io.thingstead.kit.model.DeviceId;

/// Takes what comes on a connection's receipts topic. Called from the connection's thread.
public interface Receipts {
    /// For a device that trusts its node without proof.
    Receipts IGNORED = _ -> {};

    /// A frame goes out on the connection.
    default void sending(byte[] frame) {}

    /// A message of the topic: a receipt, or the notice of a refusal, which the link itself has taken in before.
    void heard(byte[] json);

    /// What a device is told of its receipts.
    interface Listener {
        /// The frame stands in the member's log at this index, proven under a checkpoint that the log key signed.
        void proven(DeviceId device, long n, long index);

        /// The node said so, and what it sent does not show it: it is wrong, or another's. Worth an alarm.
        void disproven(String why);
    }
}
