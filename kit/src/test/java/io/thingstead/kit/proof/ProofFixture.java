package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.HashReader;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A whole solo ledger in memory, made from a seed: keys, frames, a log, events, state, a signed block; and the proof
/// and trust file of one reading in it. What is not said is the plain case: a device that signs for itself.
public final class ProofFixture {
    public static final MemberId MEMBER = new MemberId("demo");
    public static final LogId LOG = new LogId(MEMBER, 1);
    public static final DeviceId DEVICE = DeviceId.of("demo:box-7");
    public static final DeviceId GATEWAY = DeviceId.of("demo:gate-1");

    /// 2026-01-15T08:30:00Z
    public static final long START = 1_768_465_800_000L;

    /// Number of the event that registers the signing key.
    static final int KEY_EVENT = 2;

    final String seed;
    private Algorithm algorithm = Algorithm.ED25519;
    private int role = 1;
    private int leaves = 13;
    int index = 7;
    private @Nullable Long validTo;
    private @Nullable Long endedAtMs;
    private boolean withKid = true;
    private @Nullable Signer otherFrameSigner;
    private @Nullable Signer otherEngine;

    /// Each frame is made once.
    private final Map<Integer, byte[]> frames = new HashMap<>();

    private ProofFixture(String seed) {
        this.seed = seed;
    }

    public static ProofFixture of(String seed) {
        return new ProofFixture(seed);
    }

    private ProofFixture with(Consumer<ProofFixture> change) {
        var copy = new ProofFixture(seed);
        copy.algorithm = algorithm;
        copy.role = role;
        copy.leaves = leaves;
        copy.index = index;
        copy.validTo = validTo;
        copy.endedAtMs = endedAtMs;
        copy.withKid = withKid;
        copy.otherFrameSigner = otherFrameSigner;
        copy.otherEngine = otherEngine;
        change.accept(copy);
        return copy;
    }

    public ProofFixture algorithm(Algorithm algorithm) {
        return with(it -> it.algorithm = algorithm);
    }

    /// 1 device, 2 gateway, 3 attest.
    public ProofFixture role(int role) {
        return with(it -> it.role = role);
    }

    /// How many leaves the anchored log has, and which of them the proof is of.
    public ProofFixture log(int leaves, int index) {
        return with(it -> {
            it.leaves = leaves;
            it.index = index;
        });
    }

    /// The key ended at this event and time.
    public ProofFixture ended(long validTo, long endedAtMs) {
        return with(it -> {
            it.validTo = validTo;
            it.endedAtMs = endedAtMs;
        });
    }

    public ProofFixture withoutKid() {
        return with(it -> it.withKid = false);
    }

    /// Frames are signed by this key, which the ledger registered.
    public ProofFixture frameSigner(Signer signer) {
        return with(it -> it.otherFrameSigner = signer);
    }

    /// Blocks are signed by this key, which the trust file names.
    public ProofFixture engine(Signer engine) {
        return with(it -> it.otherEngine = engine);
    }

    public LedgerId ledger() {
        return new LedgerId(hash("ledger"));
    }

    public SigningKey key(String name) {
        return SigningKey.fromSecret(Algorithm.ED25519, hash("key/" + name));
    }

    public SigningKey frameKey() {
        return SigningKey.fromSecret(algorithm, frameSecret());
    }

    private byte[] frameSecret() {
        return hash("key/" + List.of("box-7", "gate-1", "attest").get(role - 1));
    }

    private Signer frameSigner() {
        if (otherFrameSigner != null) return otherFrameSigner;
        var key = frameKey();
        return algorithm == Algorithm.ES256 ? new DeterministicEs256(key.key(), frameSecret()) : key;
    }

    public Signer engine() {
        return otherEngine != null ? otherEngine : key("engine");
    }

    byte[] hash(String name) {
        return Sha256.of((seed + "/" + name).getBytes(StandardCharsets.UTF_8));
    }

    public String verdict() {
        return validTo != null && validTo <= anchorEventNo() ? "accepted-before-revocation" : "proven-by-one-member";
    }

    /// Two anchors: the first covers the first third of the log, the second the rest; the proof uses the one it needs.
    int firstAnchorSize() {
        return leaves / 3;
    }

    boolean inFirstAnchor() {
        return index < firstAnchorSize();
    }

    long anchorEventNo() {
        return KEY_EVENT + (inFirstAnchor() ? 1 : 2);
    }

    /// Between the anchors: the first third of the log before event 3, the rest before event 4.
    public long receivedMs(int leaf) {
        return blockTime(leaf < firstAnchorSize() ? 2 : 3) + 500 + 18_000L * leaf / leaves;
    }

    /// The frame at each leaf; n counts from 1.
    public byte[] frame(int leaf) {
        return frames.computeIfAbsent(leaf, this::sign);
    }

    private byte[] sign(int leaf) {
        var signer = FrameSigner.of(ledger(), frameSigner());
        if (role != 1) signer = signer.onBehalfOf(DEVICE);
        if (!withKid) signer = signer.withoutKid();
        return signer.sign(leaf + 1, payload(leaf));
    }

    private byte[] payload(int leaf) {
        long time = receivedMs(leaf) - 250;
        return SenMlEncoder.encode(List.of(
                Measurement.of("temperature", "Cel", 4.25 + leaf / 8.0, time),
                Measurement.of("humidity", "%RH", 61, time),
                new Measurement("door", null, new Value.Flag(leaf % 2 == 1), time)));
    }

    public ReadingLeaf leaf(int leaf) {
        return ReadingLeaf.of(hash("salt/" + leaf), receivedMs(leaf), frame(leaf));
    }

    public TrustFile trust() {
        var era = TrustFile.Era.of(
                1,
                TrustFile.Era.SOLO,
                "ts-" + ledger().hex().substring(0, 8) + "-1",
                1,
                0,
                new byte[32],
                List.of(new TrustFile.EraMember(MEMBER, engine().key(), 1)));
        var header = header();
        return new TrustFile(ledger(), header.blockTime() + 5_000, header.height(), header.hash(), List.of(era));
    }

    public ProofFile proof() {
        var tree = new Tree();
        for (int i = 0; i < anchoredSize(); i++) tree.append(leaf(i).leafHash());
        var events = new Tree();
        var eventLeaves = eventLeaves();
        eventLeaves.forEach(leaf -> events.append(MerkleTree.leafHash(leaf)));
        var eventNo = (int) anchorEventNo();
        var record = keyRecord();
        var header = header();
        return new ProofFile(
                1,
                verdict(),
                leaf(index),
                new Inclusion(LOG, index, anchoredSize(), MerkleTree.inclusionProof(tree, index, anchoredSize())),
                Anchor.of(
                        eventLeaves.get(eventNo),
                        eventLeaves.size(),
                        MerkleTree.inclusionProof(events, eventNo, eventLeaves.size())),
                KeyStanding.of(record.encode(), state().prove(record.stateKey())),
                new SoloCertificate(AppHash.RULES_VERSION, header, header.sign(engine())));
    }

    public byte[] proofBytes() {
        return proof().write();
    }

    public byte[] trustBytes() {
        return trust().write();
    }

    int anchoredSize() {
        return inFirstAnchor() ? firstAnchorSize() : leaves;
    }

    byte[] logRoot(int size) {
        var hashes = new ArrayList<byte[]>();
        for (int i = 0; i < size; i++) hashes.add(leaf(i).leafHash());
        return MerkleTree.root(hashes);
    }

    List<byte[]> eventLeaves() {
        var leaves = new ArrayList<byte[]>();
        leaves.add(event(0, 1, List.of("member/demo")).text("demo.example").toBytes());
        leaves.add(event(1, 2, List.of("log/demo/1")).text("log opened").toBytes());
        leaves.add(
                event(2, 4, List.of("device/" + owner())).text("key registered").toBytes());
        leaves.add(anchorEvent(3, 0, firstAnchorSize(), START).encode());
        leaves.add(anchorEvent(4, firstAnchorSize(), this.leaves, blockTime(3)).encode());
        leaves.add(event(5, 9, List.of("member/demo")).text("later").toBytes());
        return leaves;
    }

    /// The head of an event whose body does not matter here.
    private CborWriter event(int eventNo, int type, List<String> subjects) {
        var out = new CborWriter()
                .array(8)
                .integer(1)
                .integer(eventNo + 1)
                .integer(blockTime(eventNo))
                .integer(eventNo)
                .bytes(hash("transaction/" + eventNo))
                .integer(type)
                .array(subjects.size());
        subjects.forEach(out::text);
        return out.array(1);
    }

    private AnchorEvent anchorEvent(int eventNo, int from, int to, long previousTime) {
        return new AnchorEvent(
                1,
                eventNo + 1,
                blockTime(eventNo),
                eventNo,
                hash("transaction/" + eventNo),
                AnchorEvent.CHECKPOINT_ANCHORED,
                List.of("log/demo/1"),
                LOG,
                from,
                to,
                logRoot(to),
                previousTime);
    }

    /// Blocks come 20 s apart; event i stands in block i + 1.
    static long blockTime(int eventNo) {
        return START + 20_000L * eventNo;
    }

    private String owner() {
        return role == 1 ? DEVICE.value() : role == 2 ? GATEWAY.value() : MEMBER.value();
    }

    KeyRecord keyRecord() {
        return new KeyRecord(frameSigner().key(), owner(), MEMBER, role, KEY_EVENT, validTo, endedAtMs, null);
    }

    StateMap state() {
        var values = new HashMap<String, byte[]>(Map.of(
                "ledger", new CborWriter().array(1).bytes(ledger().bytes()).toBytes(),
                "clock", new CborWriter().array(1).integer(0).toBytes()));
        for (var name : List.of("identity", "log", "node", "engine")) {
            var record = new KeyRecord(key(name).key(), "demo", MEMBER, 4, 0, null, null, null);
            values.put(new String(record.stateKey(), StandardCharsets.US_ASCII), record.encode());
        }
        for (int i = 0; i < 40; i++) values.put("device/demo:other-" + i, hash("other device/" + i));
        var record = keyRecord();
        values.put(new String(record.stateKey(), StandardCharsets.US_ASCII), record.encode());
        var state = StateMap.EMPTY;
        for (var entry : values.entrySet()) {
            state = state.put(entry.getKey().getBytes(StandardCharsets.UTF_8), entry.getValue());
        }
        return state;
    }

    byte[] eventsRoot() {
        return MerkleTree.root(eventLeaves().stream().map(MerkleTree::leafHash).toList());
    }

    public SoloHeader header() {
        return new SoloHeader(
                ledger(),
                1,
                42,
                blockTime(41),
                hash("previous header"),
                hash("transactions"),
                AppHash.of(AppHash.RULES_VERSION, eventLeaves().size(), eventsRoot(), state().root()));
    }

    /// Leaf hashes with all complete subtrees above them.
    private static final class Tree implements HashReader {
        private final List<List<byte[]>> levels = new ArrayList<>();
        private final Frontier frontier = new Frontier();

        void append(byte[] leafHash) {
            frontier.append(leafHash, (level, index, hash) -> {
                if (levels.size() == level) levels.add(new ArrayList<>());
                levels.get(level).add(hash);
            });
        }

        @Override
        public byte[] hash(int level, long index) {
            return levels.get(level).get((int) index);
        }
    }
}
