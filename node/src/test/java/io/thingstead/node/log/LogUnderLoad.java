package io.thingstead.node.log;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.RocksStore;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/// A process whose only work is a log under load, made to be killed. Writes a line `index identity` for every frame
/// after it was acknowledged. Its devices go on where the log says they stopped, and send some frames again.
final class LogUnderLoad {
    private static final int DEVICES = 6;
    private static final int UNANSWERED = 500;

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final Log log;

    private LogUnderLoad(Log log) {
        this.log = log;
    }

    public static void main(String[] arguments) {
        var folder = DataFolder.open(Path.of(arguments[0]));
        var store = RocksStore.open(
                folder.path().resolve("store"), trouble -> Runtime.getRuntime().halt(3));
        var opening = TestLog.opening(store, TestLog.NOT_ANCHORED, stopping());
        var load = new LogUnderLoad(((Log.Opening.Opened) opening).log());
        load.log.start();
        for (int d = 0; d < DEVICES; d++) {
            int device = d;
            Thread.ofPlatform().start(() -> load.run(device, new Random(Long.parseLong(arguments[1]) + device)));
        }
    }

    private static CompletableFuture<Throwable> stopping() {
        var failure = new CompletableFuture<Throwable>();
        failure.thenAccept(trouble -> {
            trouble.printStackTrace();
            Runtime.getRuntime().halt(4);
        });
        return failure;
    }

    private void run(int device, Random random) {
        var key = SigningKey.fromSecret(Algorithm.ED25519, Sha256.of(new byte[] {(byte) device}));
        var id = DeviceId.of("acme:killed-" + device);
        var stream = new DeviceStream(key.key().thumbprint(), id, false, TrustLevel.DEVICE_SIGNED);
        var signer = FrameSigner.of(TestDevice.LEDGER, key);
        var recent = new ArrayDeque<TestDevice.Sent>();
        var unanswered = new Semaphore(UNANSWERED);
        for (long n = log.reader().highest(stream) + 1; ; n++) {
            if (random.nextInt(20) == 0) n += random.nextInt(3); // a gap
            var payload = SenMlEncoder.encode(
                    List.of(Measurement.of("temperature", "Cel", random.nextInt(100), 1_800_000_000_000L + n)));
            var bytes = signer.sign(n, payload);
            var identity = Frame.decode(bytes).orThrow().identity(TestDevice.LEDGER, stream.key());
            var frame = new TestDevice.Sent(stream, n, -1, identity, bytes);
            submit(frame, unanswered);
            recent.add(frame);
            if (recent.size() > 50) recent.remove();
            if (random.nextInt(10) == 0) submit(recent.peek(), unanswered);
        }
    }

    private void submit(TestDevice.Sent frame, Semaphore unanswered) {
        unanswered.acquireUninterruptibly();
        log.sequencer().submit(frame.submission(System.currentTimeMillis(), answer -> {
            unanswered.release();
            // What a kill tore out of a stream leaves a gap; after many kills a stream has as many as it may.
            if (answer instanceof Answer.Declined(Refused refused) && refused.code() == Refusal.SEQUENCE_GAPS) return;
            if (!(answer instanceof Answer.Accepted accepted)) throw new IllegalStateException(answer.toString());
            var line = accepted.index() + " " + HexFormat.of().formatHex(frame.identity()) + "\n";
            try {
                out.write(line.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                Runtime.getRuntime().halt(5);
            }
        }));
    }
}
