package io.thingstead.node.ingest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.api.Access;
import io.thingstead.node.api.HttpCounters;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.api.RefusalCounts;
import io.thingstead.node.challenge.Challenges;
import io.thingstead.node.command.Commands;
import io.thingstead.node.command.Shadows;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.solo.SoloEngine;
import io.thingstead.node.ingest.http.HttpIngest;
import io.thingstead.node.ingest.http.Promises;
import io.thingstead.node.ingest.mqtt.MqttCounters;
import io.thingstead.node.ingest.mqtt.MqttSettings;
import io.thingstead.node.ingest.mqtt.MqttTransport;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import io.thingstead.node.log.AnchorTarget;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.LogSettings;
import io.thingstead.node.log.Submission;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A member's node as far as a transport can reach it: real store, ledger of one member, log, and way in.
public final class SmallNode implements AutoCloseable {
    public static final MemberId MEMBER = new MemberId("acme");
    public static final LogId LOG = new LogId(MEMBER, 1);

    public final LedgerId ledgerId;
    public final Store store;
    public final StoredLedger ledger;
    public final SoloEngine engine;
    public final Log log;
    public final Tokens tokens;
    public final Challenges challenges;
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final IngestCounters counters = new IngestCounters(meters);
    private final HttpCounters httpCounters = new HttpCounters(meters);
    public final RefusalCounts httpRefused = httpCounters.refused();
    public final Commands commands;
    public final Shadows shadows;
    /// What devices say of themselves, as the live state would have it.
    public final Map<DeviceId, Shadows.Reported> reported = new ConcurrentHashMap<>();

    public final Intake intake;
    public final MemberKeys keys;

    private final AtomicInteger declines = new AtomicInteger();
    private volatile Refusal declinedWith = Refusal.BUSY;

    /// Added to the clock that the way in sees.
    public final AtomicLong clockAheadMs = new AtomicLong();

    private SmallNode(Path folder, MemberKeys keys, IngestLimits limits) throws Exception {
        this.keys = keys;
        store = RocksStore.open(folder, SmallNode::failed);
        if (!StoredLedger.isFounded(store)) {
            Founding.found(store, MEMBER, "acme.example", keys, System.currentTimeMillis());
        }
        ledger = StoredLedger.open(store);
        engine = new SoloEngine(ledger, keys.of(KeyRole.ENGINE), System::currentTimeMillis, SmallNode::failed);
        engine.start();
        ledgerId = ledger.reader().head().ledger();
        LogRecord record = Objects.requireNonNull(ledger.reader().log(LOG), "the first log is open");
        var opening = Log.open(
                new LogSettings(LOG, ledgerId, record.origin(), keys.of(KeyRole.LOG)),
                store,
                new AnchorTarget.Anchored(record.size(), record.root()),
                SmallNode::failed);
        log = ((Log.Opening.Opened) opening).log();
        log.start();
        tokens = Tokens.open(store);
        challenges = new Challenges(this::nowMs);
        Attestation attestation = new Attestation(
                ledgerId, keys.of(KeyRole.ATTEST), log.reader()::highest, this::submit, this::nowMs, counters);
        commands = new Commands(
                ledgerId,
                ledger.reader(),
                keys.of(KeyRole.NODE),
                store,
                List.of(log.reader()),
                this::submit,
                attestation,
                this::nowMs);
        commands.start();
        shadows = new Shadows(commands, device -> reported.getOrDefault(device, Shadows.Reported.NOTHING), this::nowMs);
        intake = new Intake(
                new Ingress(ledgerId, MEMBER, ledger.reader(), this::submit, this::nowMs, counters, commands),
                attestation,
                new Credentials(ledgerId, MEMBER, ledger.reader(), tokens, challenges, this::nowMs),
                new Quotas(limits, System::nanoTime),
                counters,
                commands,
                shadows,
                new TokenAnswers(commands, attestation, this::nowMs, counters));
    }

    public static SmallNode open(Path folder) throws Exception {
        return open(folder, MemberKeys.generate(), IngestLimits.STANDARD);
    }

    public static SmallNode open(Path folder, MemberKeys keys, IngestLimits limits) throws Exception {
        return new SmallNode(folder, keys, limits);
    }

    private static void failed(Throwable trouble) {
        throw new AssertionError("the node has stopped", trouble);
    }

    public long nowMs() {
        return System.currentTimeMillis() + clockAheadMs.get();
    }

    public LogReader reader() {
        return log.reader();
    }

    /// To the next so many submissions the log answers this, as it does when its queue or the disk is full.
    public void decline(Refusal code, int times) {
        declinedWith = code;
        declines.set(times);
    }

    private void submit(Submission submission) {
        if (declines.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            submission.answer().accept(new Answer.Declined(new Refused(declinedWith, "not now")));
        } else {
            log.sequencer().submit(submission);
        }
    }

    private void submit(byte[] transaction) throws Exception {
        var refused = engine.submit(transaction).get(30, TimeUnit.SECONDS).firstRefusal();
        if (refused.isPresent()) {
            throw new AssertionError("the ledger refused: " + refused.get());
        }
    }

    public void ask(Action... actions) throws Exception {
        submit(Transactions.sign(
                ledgerId,
                Founding.nonce(),
                System.currentTimeMillis() + 60_000,
                List.of(actions),
                List.of(keys.of(KeyRole.NODE))));
    }

    /// A registered device with a fresh key.
    public SigningDevice device(String name) throws Exception {
        return device(name, KeyRole.DEVICE, Algorithm.ED25519);
    }

    public SigningDevice device(String name, KeyRole role, Algorithm algorithm) throws Exception {
        SigningDevice device = SigningDevice.of(name, ledgerId, algorithm);
        ask(registration(device, role));
        return device;
    }

    /// The HTTP listener with the ways in for devices, on any free port.
    public HttpServer listenHttp() {
        Promises promises = new Promises(ledgerId, MEMBER, ledger.reader(), keys.of(KeyRole.LOG));
        HttpIngest ingest = new HttpIngest(intake, challenges, promises);
        return HttpServer.start("127.0.0.1", 0, List.of(ingest::register), Access.ofThisMachine(), httpCounters);
    }

    /// The MQTT listener, on any free port.
    public MqttTransport listenMqtt() {
        var transport = new MqttTransport(
                new MqttSettings("127.0.0.1", 0, 2, 100, 100, MqttSettings.CONNECT_MILLIS),
                intake,
                reader(),
                new MqttCounters(new SimpleMeterRegistry()));
        transport.start();
        return transport;
    }

    /// Many registered devices at once.
    public List<SigningDevice> devices(String prefix, int count) throws Exception {
        List<SigningDevice> devices = java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> SigningDevice.of(prefix + i, ledgerId, Algorithm.ED25519))
                .toList();
        for (int from = 0; from < count; from += 200) {
            ask(new RegisterDevices(devices.subList(from, Math.min(count, from + 200)).stream()
                    .map(device -> registration(device, KeyRole.DEVICE))
                    .toList()));
        }
        return devices;
    }

    private RegisterDevice registration(SigningDevice device, KeyRole role) {
        return new RegisterDevice(
                device.id(),
                role,
                device.key().key(),
                Possession.sign(device.id().value(), ledgerId, device.key()));
    }

    /// The access token of a new device without a key.
    public String tokenDevice(String name) throws Exception {
        DeviceId id = DeviceId.of("acme:" + name);
        ask(RegisterDevice.withToken(id));
        return tokens.issue(id, nowMs());
    }

    public void revoke(SigningDevice device) throws Exception {
        ask(new RevokeDeviceKey(device.id(), device.key().key().thumbprint(), 1));
    }

    @Override
    public void close() {
        commands.close();
        log.close();
        engine.close();
        store.close();
    }
}
