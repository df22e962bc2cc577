package io.thingstead.node.ledger.contract;

import static io.thingstead.node.ledger.TestLedger.LOG;
import static io.thingstead.node.ledger.TestLedger.key;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.merkle.HashReader;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.proof.Anchor;
import io.thingstead.kit.proof.ReadingLeaf;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventRoots;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.AnchorCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A device whose frames stand in a log that is anchored on a ledger in memory, with its clock.
public final class TestBox {
    public static final String NAME = "acme:box-1";
    static final SigningKey KEY = key("box-1");

    private final TestLedger ledger;
    private final List<ReadingLeaf> leaves = new ArrayList<>();
    private final List<SigningKey> signers = new ArrayList<>();
    private final List<byte[]> hashes = new ArrayList<>();
    private SigningKey signer = KEY;
    private long n;
    private int anchored;

    public TestBox(TestLedger ledger) {
        this.ledger = ledger;
        ledger.submit(key(KeyRole.NODE), TestLedger.device(NAME, KEY));
    }

    void signsWith(SigningKey other) {
        signer = other;
    }

    void beginsAgainWith(SigningKey other) {
        signer = other;
        n = 0;
    }

    void skips() {
        n++;
    }

    /// A frame with one reading, measured and received at the next block's time; not anchored yet.
    void measures(String name, String unit, double value) {
        sends(List.of(SenMlEncoder.Measurement.of(name, unit, value, ledger.time())));
    }

    /// A frame with what was measured, received at the next block's time; not anchored yet.
    void sends(List<SenMlEncoder.Measurement> measured) {
        n++;
        byte[] frame = FrameSigner.of(TestLedger.ID, signer).sign(n, SenMlEncoder.encode(measured));
        ReadingLeaf leaf = ReadingLeaf.of(Sha256.of(frame), ledger.time(), frame);
        leaves.add(leaf);
        signers.add(signer);
        hashes.add(leaf.leafHash());
    }

    /// Anchors what was measured, in a block at this time.
    void anchor(long time) {
        AnchorCheckpoint anchor = new AnchorCheckpoint(
                LOG,
                anchored,
                hashes.size(),
                MerkleTree.root(hashes),
                anchored == 0 ? List.of() : MerkleTree.consistencyProof(reader(hashes), anchored, hashes.size()));
        var result = ledger.blockAt(time, ledger.transaction(key(KeyRole.LOG), anchor))
                .results()
                .getFirst();
        if (result.firstRefusal().isPresent()) {
            throw new IllegalStateException(result.firstRefusal().get().toString());
        }
        anchored = hashes.size();
    }

    /// One reading a minute, each anchored.
    public void measuresFor(int minutes, double celsius) {
        for (int i = 0; i < minutes; i++) {
            long time = ledger.ledger().position().blockTime() + 60_000;
            measures("temperature", "Cel", celsius);
            // the device's clock is the time of its block
            ReadingLeaf leaf = leaves.removeLast();
            signers.removeLast();
            hashes.removeLast();
            byte[] frame = FrameSigner.of(TestLedger.ID, signer)
                    .sign(
                            n,
                            SenMlEncoder.encode(
                                    List.of(SenMlEncoder.Measurement.of("temperature", "Cel", celsius, time))));
            ReadingLeaf timed = ReadingLeaf.of(leaf.salt(), time, frame);
            leaves.add(timed);
            signers.add(signer);
            hashes.add(timed.leafHash());
            anchor(time);
        }
    }

    int size() {
        return leaves.size();
    }

    /// A leaf of another device, final at this time.
    void anotherSends(long time) {
        leaves.add(leaves.getLast());
        signers.add(signers.getLast());
        hashes.add(hashes.getLast());
        ledger.blockAt(time - 1);
        anchor(time);
    }

    /// The frames from one leaf to before another, proven under the newest root.
    ShownFrames shown(int from, int to) {
        return shownAt(IntStream.range(from, to).toArray());
    }

    /// The frames at these leaves.
    ShownFrames shownAt(int... leaves) {
        return shown(leaves, ShownFrames.NEWEST, ledger.events().size());
    }

    /// The same under the root that was kept last.
    public ShownFrames shownUnderKeptRoot(int from, int to) {
        long slot = EventRoots.newest(ledger.values().get(StateKeys.EVENT_ROOTS));
        var kept = EventRoots.at(slot, ledger.values().get(StateKeys.eventRoot(slot)))
                .orElseThrow();
        return shown(IntStream.range(from, to).toArray(), slot, kept.size());
    }

    private ShownFrames shown(int[] at, long slot, long eventsSize) {
        List<byte[]> events =
                ledger.events().stream().map(e -> MerkleTree.leafHash(e.leaf())).toList();
        List<Anchor> anchors = new ArrayList<>();
        List<ShownFrames.Shown> frames = new ArrayList<>();
        long last = -1;
        for (int i : at) {
            Event covering = covering(i);
            if (covering.number() != last) {
                last = covering.number();
                anchors.add(Anchor.of(
                        covering.leaf(),
                        eventsSize,
                        MerkleTree.inclusionProof(reader(events), covering.number(), eventsSize)));
            }
            frames.add(new ShownFrames.Shown(
                    leaves.get(i),
                    signers.get(i).key().thumbprint(),
                    LOG,
                    i,
                    MerkleTree.inclusionProof(
                            reader(hashes), i, covering.anchor().orElseThrow().toSize()),
                    anchors.size() - 1));
        }
        return new ShownFrames(slot, eventsSize, anchors, frames);
    }

    private Event covering(int leaf) {
        return ledger.events().stream()
                .filter(e -> e.type() == EventType.CHECKPOINT_ANCHORED)
                .filter(e -> e.anchor().orElseThrow().toSize() > leaf)
                .findFirst()
                .orElseThrow();
    }

    private static HashReader reader(List<byte[]> leafHashes) {
        TreeMap<String, byte[]> known = new TreeMap<>();
        return (level, index) -> known.computeIfAbsent(
                level + "/" + index,
                _ -> MerkleTree.root(leafHashes.subList(
                        (int) (index << level), (int) Math.min(leafHashes.size(), (index + 1) << level))));
    }
}
