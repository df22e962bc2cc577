package io.thingstead.kit.frame;

import io.thingstead.kit.Allocation;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SignatureProvider;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.LedgerId;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Prints what each step of a frame's way costs: `main`, not a test. Counted is the thread's CPU time, and of five
/// rounds
/// the least, so that other programs on the machine disturb it little.
final class FrameTimings {
    private static final LedgerId LEDGER = new LedgerId(new byte[32]);
    private static final long T = 1_790_000_000_123L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static Object sink = "";

    private FrameTimings() {}

    public static void main(String[] args) {
        byte[] one = SenMlEncoder.encode(measurements(1, 100));
        byte[] sixty = SenMlEncoder.encode(measurements(60, 100));
        byte[] sixtyWide = SenMlEncoder.encode(measurements(60, Math.PI * 100));
        SigningKey signer = SigningKey.generate(Algorithm.ED25519);
        byte[] frame = FrameSigner.of(LEDGER, signer).sign(60_000, one);
        byte[] burst = FrameSigner.of(LEDGER, signer).sign(60_000, sixty);
        Frame read = Frame.decode(frame).orThrow();
        Frame readBurst = Frame.decode(burst).orThrow();
        System.out.printf("frame of 1 reading %d bytes, of 60 %d bytes%n", frame.length, burst.length);
        time("frame decode, 1 reading", 200_000, () -> Frame.decode(frame));
        time("frame decode, 60 readings", 200_000, () -> Frame.decode(burst));
        time(
                "identity, 1 reading",
                200_000,
                () -> read.identity(LEDGER, signer.key().thumbprint()));
        time(
                "identity, 60 readings",
                200_000,
                () -> readBurst.identity(LEDGER, signer.key().thumbprint()));
        time("SenML decode, 1 reading", 200_000, () -> SenMl.decode(one, T));
        time("SenML decode, 60 readings, single floats", 20_000, () -> SenMl.decode(sixty, T));
        time("SenML decode, 60 readings, doubles", 20_000, () -> SenMl.decode(sixtyWide, T));
        List<Measurement> measured = measurements(60, 100);
        time("SenML encode, 60 readings", 20_000, () -> SenMlEncoder.encode(measured));
        for (SignatureProvider provider : SignatureProvider.available()) {
            for (Algorithm algorithm : Algorithm.values()) {
                SigningKey key = SigningKey.generate(algorithm, provider);
                FrameSigner signing = FrameSigner.of(LEDGER, key);
                Frame signed = Frame.decode(signing.sign(60_000, one)).orThrow();
                String what = algorithm + " " + provider;
                time("verify and identity, " + what, 3_000, () -> signed.identityIfSignedBy(LEDGER, key.key()));
                time("sign a frame, " + what, 3_000, () -> signing.sign(60_000, one));
            }
        }
    }

    private static List<Measurement> measurements(int count, double divisor) {
        return IntStream.range(0, count)
                .mapToObj(i -> Measurement.of("temperature", "Cel", (2117 + i) / divisor, T + i * 1_000L))
                .toList();
    }

    private static void time(String what, int count, Supplier<Object> work) {
        for (int i = 0; i < count; i++) {
            sink = work.get();
        }
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < count; i++) {
                sink = work.get();
            }
            best = Math.min(best, THREADS.getCurrentThreadCpuTime() - start);
        }
        long bytes = Allocation.of(() -> {
            for (int i = 0; i < 1_000; i++) {
                sink = work.get();
            }
        });
        System.out.printf(Locale.ROOT, "%-45s %,10d ns %,8d bytes allocated%n", what, best / count, bytes / 1_000);
    }
}
