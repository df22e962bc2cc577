package io.thingstead.node.simulation;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.ProofFile;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Report;
import io.thingstead.node.consensus.LedgerReplay;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogCheck;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.mirror.MirrorState;
import io.thingstead.node.simulation.Invariants.Acknowledged;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/// What must hold when a simulation has come to rest: nothing that was answered for is lost, everything is anchored and
/// can be proven, and all members have the same ledger, which their blocks give once more.
final class Ending {
    private static final int PROOFS = 3;

    private final World world;
    private final List<SimulatedMember> members;
    private final TreeMap<LogId, LogReader> logs =
            new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));

    Ending(World world, List<SimulatedMember> members) {
        this.world = world;
        this.members = members;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Violation(otherwise);
        }
    }

    void check() {
        sameLedger();
        sameCertificates();
        events();
        everythingAcknowledged();
        mirrors();
        proofs();
        replay();
    }

    private void sameLedger() {
        for (SimulatedMember member : members) {
            var info = member.ledger().info();
            world.invariants().decided(member.id, info.height(), info.appHash());
        }
    }

    private void sameCertificates() {
        for (SimulatedMember member : members) {
            member.engineDisk
                    .blocks()
                    .forEach((height, decided) -> world.invariants()
                            .certified(
                                    member.id,
                                    height,
                                    decided.commit().certificate().headerHash()));
        }
    }

    private void events() {
        for (SimulatedMember member : members) {
            world.invariants().events().forEach((number, leaf) -> {
                var here = member.reader().event(number);
                boolean kept = here.isPresent() && Arrays.equals(here.get().leaf(), leaf);
                require(kept, member.id + " does not have the event " + number + " that somebody was told of");
            });
        }
    }

    private SimulatedMember member(Acknowledged acknowledged) {
        return members.stream()
                .filter(m -> m.id.equals(acknowledged.member()))
                .findFirst()
                .orElseThrow();
    }

    private static LogId log(Acknowledged acknowledged) {
        return new LogId(acknowledged.member(), acknowledged.receipt().logNumber());
    }

    private LogReader reader(Acknowledged acknowledged) {
        return logs.computeIfAbsent(log(acknowledged), id -> {
            LogRecord record = member(acknowledged).reader().log(id);
            require(record != null, "the ledger does not know the log " + id);
            return Log.read(id, record.origin(), member(acknowledged).store());
        });
    }

    private void everythingAcknowledged() {
        for (Acknowledged one : world.invariants().acknowledged().values()) {
            long index = one.receipt().index();
            LeafRecord leaf = reader(one).leaf(index).orElse(null);
            require(leaf != null, "the frame " + one.frame() + " was acknowledged and is lost");
            boolean same = Arrays.equals(leaf.content(), one.content())
                    && Arrays.equals(leaf.salt(), one.receipt().salt())
                    && leaf.receivedMs() == one.receipt().receivedMs();
            require(same, "another frame stands where " + one.frame() + " was acknowledged");
            LogRecord record = member(one).reader().log(log(one));
            boolean final_ = record != null && index < record.size();
            require(
                    final_ || member(one).reader().isRemoved(one.member()),
                    "the frame " + one.frame() + " was acknowledged and is not anchored");
        }
        for (SimulatedMember member : members) {
            for (LogRecord record : member.reader().logs()) {
                if (record.log().member().equals(member.id)) {
                    check(member, record);
                }
            }
        }
    }

    private static void check(SimulatedMember member, LogRecord record) {
        var key = new NoteKey(record.origin(), member.keys.of(KeyRole.LOG).key().point());
        var report = LogCheck.run(
                record.log(),
                key,
                (point, message, signature) ->
                        VerifyingKey.of(Algorithm.ED25519, point).verify(message, signature),
                member.store(),
                _ -> {});
        require(report.isSound(), "the log " + record.log() + " is not sound: " + report.problems());
    }

    /// No member has seen a second face of another's log, and each holds what is final of them.
    private void mirrors() {
        for (SimulatedMember member : members) {
            member.mirrored().forEach(mirror -> {
                require(
                        mirror.condition() != MirrorState.Condition.FORKED,
                        member.id + " sees two faces of " + mirror.log() + ": " + mirror.text());
                world.count("logs mirrored");
            });
        }
    }

    /// Some proofs, each checked with what another member says to trust.
    private void proofs() {
        List<Acknowledged> all =
                new ArrayList<>(world.invariants().acknowledged().values());
        for (int i = 0; i < PROOFS && !all.isEmpty(); i++) {
            Acknowledged one = all.get(world.random().nextInt(all.size()));
            SimulatedMember home = member(one);
            if (home.reader().isRemoved(home.id)) {
                continue;
            }
            Result<byte[]> proof = home.proofs(log(one)).prove(one.receipt().index());
            if (!(proof instanceof Result.Ok<byte[]>(byte[] file))) {
                throw new Violation("the frame " + one.frame() + " cannot be proven: " + proof);
            }
            SimulatedMember other = members.get(world.random().nextInt(members.size()));
            byte[] trust = other.reader().trust(other.clockMs()).write();
            Report report = ProofVerifier.verify(file, trust);
            String claimed = ProofFile.read(file).orThrow().verdict();
            // A frame that was anchored only after its key was changed stands by the member's word.
            var key = home.reader()
                    .key(reader(one).leaf(one.receipt().index()).orElseThrow().stream()
                            .key());
            boolean inForce = key != null && key.inForce();
            require(
                    report.verdict().label().equals(claimed)
                            && (report.verdict().isProven() || !inForce),
                    "the proof of " + one.frame() + " says " + claimed + " and is " + report.verdict() + ": "
                            + report.failure());
            world.count("proofs verified");
        }
    }

    /// One member's ledger once more from its blocks.
    private void replay() {
        SimulatedMember member = members.get(world.random().nextInt(members.size()));
        var report = LedgerReplay.of(new MemoryStore(member.disk()));
        require(report.isSound(), "the ledger of " + member.id + " cannot be replayed: " + report.fault());
    }
}
