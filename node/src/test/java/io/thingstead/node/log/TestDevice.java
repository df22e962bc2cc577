package io.thingstead.node.log;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.TrustLevel;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A device that signs real frames, ready to be submitted.
final class TestDevice {
    static final LedgerId LEDGER = LedgerId.ofHex("5a".repeat(32));

    private final DeviceId id;
    private final SigningKey key;

    TestDevice(String name) {
        this(name, Algorithm.ED25519);
    }

    TestDevice(String name, Algorithm algorithm) {
        id = DeviceId.of("acme:" + name);
        key = SigningKey.generate(algorithm);
    }

    DeviceStream stream() {
        return new DeviceStream(key.key().thumbprint(), id, false, TrustLevel.DEVICE_SIGNED);
    }

    DeviceId id() {
        return id;
    }

    /// The frame with number n and one temperature.
    Sent frame(long n, double temperature) {
        return frame(n, -1, temperature);
    }

    Sent frame(long n, long previous, double temperature) {
        var payload =
                SenMlEncoder.encode(List.of(Measurement.of("temperature", "Cel", temperature, 1_800_000_000_000L)));
        var bytes =
                FrameSigner.of(LEDGER, key).sign(n, previous < 0 ? Optional.empty() : Optional.of(previous), payload);
        var identity = Frame.decode(bytes).orThrow().identity(LEDGER, key.key().thumbprint());
        return new Sent(stream(), n, previous, identity, bytes);
    }

    /// A frame on its way.
    record Sent(DeviceStream stream, long n, long previous, byte[] identity, byte[] bytes) {
        Submission submission(long receivedMs, Consumer<Answer> answer) {
            return new Submission(
                    stream.key(),
                    stream.device(),
                    stream.onBehalf(),
                    n,
                    previous,
                    identity,
                    bytes,
                    receivedMs,
                    stream.trust(),
                    null,
                    answer);
        }
    }
}
