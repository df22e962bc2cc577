package io.thingstead.node.simulation;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.simulated.SimulatedNetwork;
import io.thingstead.node.consensus.simulated.VirtualTime;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ingest.IngestCounters;
import java.util.Random;
import java.util.TreeMap;

/// What everybody in a simulation shares: time, chance, the network, and who looks on.
record World(
        VirtualTime time,
        Random random,
        SimulatedNetwork network,
        Invariants invariants,
        Books books,
        Bugs bugs,
        Conduct conduct,
        IngestCounters counters,
        TreeMap<MemberId, SimulatedMember> members,
        TreeMap<String, Long> counts,
        Trace lines) {
    static World of(Random random, Bugs bugs, Conduct conduct, boolean print) {
        VirtualTime time = new VirtualTime();
        Invariants invariants = new Invariants();
        TreeMap<String, Long> counts = new TreeMap<>();
        return new World(
                time,
                random,
                new SimulatedNetwork(time, random),
                invariants,
                new Books(invariants, counts),
                bugs,
                conduct,
                new IngestCounters(new SimpleMeterRegistry()),
                new TreeMap<>(),
                counts,
                new Trace(print));
    }

    void trace(String what) {
        lines.say(time.nowMs(), what);
    }

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /// How a member asks others, over the same lines as the engines.
    OtherMembers exchange(MemberId asking) {
        return (asked, path, maxBytes) -> {
            SimulatedMember other = members.get(asked);
            boolean reached = other != null
                    && other.isUp()
                    && !other.isStill()
                    && network.carries(asking, asked)
                    && network.carries(asked, asking);
            if (!reached) {
                throw new MemberUnreachable(asked, "no line");
            }
            MemberAnswer answer = other.answer(asking, path);
            if (answer.body().length > maxBytes) {
                throw new MemberUnreachable(asked, "too long an answer");
            }
            return answer;
        };
    }

    byte[] nonce() {
        return bytes(16);
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
