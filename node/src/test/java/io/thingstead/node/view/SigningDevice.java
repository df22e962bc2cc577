package io.thingstead.node.view;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.MemberCore;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Submission;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A registered device with a real key, whose frames are handed to the member's log directly.
public final class SigningDevice {
    public final DeviceId id;
    private final MemberCore core;
    private final SigningKey key;
    private final LedgerId ledger;
    private final FrameSigner signer;
    private long n;

    private SigningDevice(MemberCore core, DeviceId id, SigningKey key) {
        this.core = core;
        this.id = id;
        this.key = key;
        this.ledger = core.registrar().ledger();
        this.signer = FrameSigner.of(ledger, key);
    }

    public static SigningDevice registered(MemberCore core, String name) {
        var id = new DeviceId(core.member(), name);
        var key = SigningKey.generate(Algorithm.ED25519);
        byte[] possession = Possession.sign(id.value(), core.registrar().ledger(), key);
        core.registrar()
                .ask(List.of(new RegisterDevice(id, KeyRole.DEVICE, key.key(), possession)))
                .ifPresent(refused -> {
                    throw new IllegalStateException(refused.toString());
                });
        return new SigningDevice(core, id, key);
    }

    /// Leaves numbers out, as a device does whose frames get lost.
    public void skip(int numbers) {
        n += numbers;
    }

    public long n() {
        return n;
    }

    /// Waits until the frame is in the log; answers with its index.
    public long send(Measurement... readings) {
        return send(System.currentTimeMillis(), readings);
    }

    public long send(List<Measurement> readings) {
        return send(readings.toArray(Measurement[]::new));
    }

    public long send(long receivedMs, Measurement... readings) {
        try {
            return submit(receivedMs, readings).get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public CompletableFuture<Long> submit(long receivedMs, Measurement... readings) {
        n++;
        byte[] frame = signer.sign(n, SenMlEncoder.encode(List.of(readings)));
        var decoded = Frame.decode(frame).orThrow();
        var answered = new CompletableFuture<Long>();
        core.log()
                .sequencer()
                .submit(new Submission(
                        key.key().thumbprint(),
                        id,
                        false,
                        n,
                        Frame.NOT_GIVEN,
                        decoded.identity(ledger, key.key().thumbprint()),
                        frame,
                        receivedMs,
                        TrustLevel.DEVICE_SIGNED,
                        SenMl.decode(decoded.payload(), receivedMs).orThrow(),
                        answer -> {
                            switch (answer) {
                                case Answer.Accepted accepted -> answered.complete(accepted.index());
                                case Answer.Declined(Refused refused) ->
                                    answered.completeExceptionally(new IllegalStateException(refused.toString()));
                            }
                        }));
        return answered;
    }
}
