package io.thingstead.node.mirror;

import io.thingstead.kit.command.CommandOutcome;
import io.thingstead.kit.command.CommandReceipt;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.log.AnchorTarget;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Erasures;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.LogSettings;
import io.thingstead.node.log.Submission;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The real log of acme, with frames of devices that the ledger knows.
final class AcmeLog implements AutoCloseable {
    static final long START = 1_800_000_000_000L;

    private final Consortium members;
    private final MemoryStore store = new MemoryStore();
    private final Log log;
    private final Map<DeviceId, SigningKey> devices = new HashMap<>();
    private final Map<DeviceId, Long> numbers = new HashMap<>();

    AcmeLog(Consortium members) {
        this.members = members;
        var settings = new LogSettings(Consortium.LOG, TestLedger.ID, members.origin(), TestLedger.key(KeyRole.LOG));
        var opening = Log.open(settings, store, new AnchorTarget.Anchored(0, MerkleTree.emptyRoot()), failure -> {
            throw new AssertionError(failure);
        });
        log = ((Log.Opening.Opened) opening).log();
        log.start();
    }

    LogReader reader() {
        return log.reader();
    }

    /// In which the log is.
    Store store() {
        return store;
    }

    /// Erases the frames at these leaves, in one list.
    void erase(long from, long to) {
        var leaves = reader().leaves(from, (int) (to - from));
        var batch = store.newBatch();
        new Erasures(Consortium.LOG, store).erase(leaves, batch);
        store.write(batch);
    }

    DeviceId device(String name) {
        DeviceId id = DeviceId.of("acme:" + name);
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        members.ask(KeyRole.NODE, 1, List.of(TestLedger.device(id.value(), key)));
        devices.put(id, key);
        return id;
    }

    /// Frames with one temperature each, received a millisecond after each other.
    void send(DeviceId device, int count) {
        for (int i = 0; i < count; i++) send(device, reader().size() + START);
    }

    Answer send(DeviceId device, long receivedMs) {
        long n = numbers.getOrDefault(device, 0L) + 1;
        return send(
                device, receivedMs, SenMlEncoder.encode(List.of(Measurement.of("temperature", "Cel", n, receivedMs))));
    }

    /// What the device says became of a command.
    Answer answerCommand(DeviceId device, long receivedMs) {
        var receipt = new CommandReceipt(1, CommandOutcome.EXECUTED, receivedMs, new byte[32], "true");
        return send(device, receivedMs, receipt.encode());
    }

    private Answer send(DeviceId device, long receivedMs, byte[] payload) {
        SigningKey key = devices.get(device);
        long n = numbers.merge(device, 1L, Long::sum);
        byte[] bytes = FrameSigner.of(TestLedger.ID, key).sign(n, Optional.empty(), payload);
        byte[] identity =
                Frame.decode(bytes).orThrow().identity(TestLedger.ID, key.key().thumbprint());
        var answer = new CompletableFuture<Answer>();
        log.sequencer()
                .submit(new Submission(
                        key.key().thumbprint(),
                        device,
                        false,
                        n,
                        -1,
                        identity,
                        bytes,
                        receivedMs,
                        TrustLevel.DEVICE_SIGNED,
                        List.of(),
                        answer::complete,
                        Frame.decode(bytes).orThrow().kind(),
                        Submission.Beside.NOTHING));
        return answer.orTimeout(60, TimeUnit.SECONDS).join();
    }

    /// All of it becomes final.
    void anchor() {
        while (reader().checkpoint().orElseThrow().size() < reader().size()) Thread.onSpinWait();
        members.anchor(reader());
    }

    @Override
    public void close() {
        log.close();
    }
}
