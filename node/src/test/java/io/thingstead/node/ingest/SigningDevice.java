package io.thingstead.node.ingest;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.Connect;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import java.util.ArrayList;
import java.util.List;

/// A device with a real key, for tests.
public record SigningDevice(DeviceId id, SigningKey key, LedgerId ledger) {
    public static SigningDevice of(String name, LedgerId ledger, Algorithm algorithm) {
        return new SigningDevice(DeviceId.of("acme:" + name), SigningKey.generate(algorithm), ledger);
    }

    public byte[] frame(long n) {
        return frame(n, 20.0 + n % 10);
    }

    public byte[] frame(long n, double temperature) {
        return signer().sign(n, payload(temperature));
    }

    public FrameSigner signer() {
        return FrameSigner.of(ledger, key);
    }

    /// One temperature, now.
    public static byte[] payload(double temperature) {
        return payload(temperature, System.currentTimeMillis());
    }

    public static byte[] payload(double temperature, long timeMs) {
        return SenMlEncoder.encode(List.of(Measurement.of("temperature", "Cel", temperature, timeMs)));
    }

    /// `count` temperatures a second apart, the last one now.
    public static byte[] burst(int count) {
        long now = System.currentTimeMillis() / 1000 * 1000;
        List<Measurement> measurements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            measurements.add(Measurement.of("temperature", "Cel", 20 + (i % 40) / 10.0, now - (count - 1 - i) * 1000L));
        }
        return SenMlEncoder.encode(measurements);
    }

    /// What proves the key at connect.
    public String password(long nowMs) {
        return Base64Url.encode(Connect.sign(id, nowMs, ledger, key));
    }

    public String password(byte[] challenge) {
        return Base64Url.encode(Connect.sign(id, challenge, ledger, key));
    }
}
