package io.thingstead.node.log;

import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.storage.Batch;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A frame whose signature was verified, on its way into the log. Arrays are not changed any more by whoever hands
/// them over.
///
/// @param key the signing key
/// @param device whose readings these are
/// @param onBehalf the frame has the header `d`: numbers count per key and device, not per key
/// @param n sequence number
/// @param previous the header `p`, or -1
/// @param identity the frame identity
/// @param content the untagged COSE_Sign1 bytes
/// @param receivedMs when the member received it
/// @param readings the decoded payload, carried along for the views; the log does not look at it
/// @param answer called once: on the sequencer's thread after the sync, so it must be quick and must not throw; or on
///     the submitting thread when the queue is full
/// @param kind a frame with readings, a command or a command's receipt
public record Submission(
        Thumbprint key,
        DeviceId device,
        boolean onBehalf,
        long n,
        long previous,
        byte[] identity,
        byte[] content,
        long receivedMs,
        TrustLevel trust,
        @Nullable List<Reading> readings,
        Consumer<Answer> answer,
        CoseKind kind,
        Beside beside) {
    /// What else becomes durable with the leaf, all or nothing: an index of one's own. On the sequencer's thread.
    @FunctionalInterface
    public interface Beside {
        Beside NOTHING = (_, _, _) -> {};

        void add(long log, long index, Batch batch);
    }

    /// A frame with readings.
    public Submission(
            Thumbprint key,
            DeviceId device,
            boolean onBehalf,
            long n,
            long previous,
            byte[] identity,
            byte[] content,
            long receivedMs,
            TrustLevel trust,
            @Nullable List<Reading> readings,
            Consumer<Answer> answer) {
        this(
                key,
                device,
                onBehalf,
                n,
                previous,
                identity,
                content,
                receivedMs,
                trust,
                readings,
                answer,
                CoseKind.FRAME,
                Beside.NOTHING);
    }

    DeviceStream stream() {
        return new DeviceStream(key, device, onBehalf, trust, kind == CoseKind.COMMAND);
    }
}
