package io.thingstead.node.ingest;

import io.thingstead.kit.command.CommandReceipt;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.command.MemberWord;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.DeviceStream;
import io.thingstead.node.log.GivenNumbers;
import io.thingstead.node.log.Submission;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;

/// The way in for plain telemetry: the member turns it into a frame that it signs itself for the device, so that it
/// goes the way of all frames, at its honest trust level.
public final class Attestation implements MemberWord {
    /// What a frame has besides its payload: heads, protected header, signature.
    private static final int ENVELOPE_BYTES = 64 + 16 + Frame.MAX_PROTECTED;

    private final LedgerId ledgerId;
    private final FrameSigner signer;
    private final Thumbprint key;
    private final ToLongFunction<DeviceStream> highest;
    private final Consumer<Submission> log;
    private final LongSupplier clockMs;
    private final IngestCounters counters;
    private final ConcurrentHashMap<DeviceId, GivenNumbers> numbers = new ConcurrentHashMap<>();

    /// @param attestKey the member's key of that role
    /// @param highest the highest number the log has of a stream
    public Attestation(
            LedgerId ledgerId,
            Signer attestKey,
            ToLongFunction<DeviceStream> highest,
            Consumer<Submission> log,
            LongSupplier clockMs,
            IngestCounters counters) {
        this.ledgerId = ledgerId;
        this.signer = FrameSigner.of(ledgerId, attestKey);
        this.key = attestKey.key().thumbprint();
        this.highest = highest;
        this.log = log;
        this.clockMs = clockMs;
        this.counters = counters;
    }

    /// Checks telemetry of a device that has shown its token.
    public Checked check(byte[] json, DeviceId device) {
        long nowMs = clockMs.getAsLong();
        return switch (JsonTelemetry.decode(json, nowMs)) {
            case Result.No<List<Measurement>>(var refused) -> turned(refused);
            case Result.Ok<List<Measurement>>(var measurements) -> check(measurements, device, nowMs);
        };
    }

    private Checked check(List<Measurement> measurements, DeviceId device, long nowMs) {
        byte[] senml = SenMlEncoder.encode(measurements);
        if (senml.length > Frame.MAX_BYTES - ENVELOPE_BYTES) {
            return turned(new Refused(
                    Refusal.TELEMETRY_TOO_LARGE, "telemetry fits into a frame of " + Frame.MAX_BYTES + " bytes"));
        }
        // Read back from the frame's own payload, so that what is shown is what is signed.
        List<Reading> readings = SenMl.decode(senml, nowMs).orThrow();
        return ready(device, senml, nowMs, readings, Submission.Beside.NOTHING);
    }

    /// The same for a device's answer to a command.
    Checked.Ready ready(DeviceId device, CommandReceipt receipt, Submission.Beside beside) {
        return ready(device, receipt.encode(), clockMs.getAsLong(), List.of(), beside);
    }

    private Checked.Ready ready(
            DeviceId device, byte[] payload, long nowMs, List<Reading> readings, Submission.Beside beside) {
        return new Checked.Ready(
                device,
                reply -> submit(
                        device,
                        payload,
                        nowMs,
                        readings,
                        beside,
                        (answer, n) -> reply.accept(counters.answered(answer, device, n, TrustLevel.MEMBER_ATTESTED))));
    }

    private Checked turned(Refused refused) {
        return new Checked.Turned(counters.rejected(refused, 0));
    }

    /// Has the member say on its own word what became of a command.
    ///
    /// @param beside goes into the log's batch with it
    @Override
    public void say(DeviceId device, CommandReceipt receipt, Submission.Beside beside, Consumer<Answer> reply) {
        submit(device, receipt.encode(), clockMs.getAsLong(), List.of(), beside, (answer, _) -> reply.accept(answer));
    }

    private void submit(
            DeviceId device,
            byte[] payload,
            long receivedMs,
            List<Reading> readings,
            Submission.Beside beside,
            ObjLongConsumer<Answer> reply) {
        GivenNumbers own = numbers.computeIfAbsent(device, this::restored);
        // One at a time for each device, so that its numbers reach the log in order.
        synchronized (own) {
            long n = own.take();
            Frame frame =
                    Frame.decode(signer.onBehalfOf(device).sign(n, payload)).orThrow();
            log.accept(new Submission(
                    key,
                    device,
                    true,
                    n,
                    Frame.NOT_GIVEN,
                    Sha256.of(frame.sigStructure(ledgerId, key)),
                    frame.bytes(),
                    receivedMs,
                    TrustLevel.MEMBER_ATTESTED,
                    readings,
                    answer -> {
                        own.answered(n, answer instanceof Answer.Accepted);
                        reply.accept(answer, n);
                    },
                    frame.kind(),
                    beside));
        }
    }

    private GivenNumbers restored(DeviceId device) {
        return new GivenNumbers(highest.applyAsLong(new DeviceStream(key, device, true, TrustLevel.MEMBER_ATTESTED)));
    }
}
