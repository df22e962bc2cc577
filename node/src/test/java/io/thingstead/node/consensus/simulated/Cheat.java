package io.thingstead.node.consensus.simulated;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.SignedVotes;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.simulated.Message.Batch;
import io.thingstead.node.consensus.simulated.Message.Decision;
import io.thingstead.node.consensus.simulated.Message.Precommit;
import io.thingstead.node.consensus.simulated.Message.Prevote;
import io.thingstead.node.consensus.simulated.Message.Proposal;
import io.thingstead.node.consensus.simulated.Message.Status;
import io.thingstead.node.consensus.simulated.SimulatedEngine.Outlet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Speaks for an engine and lies: proposes one block to these and another one to those, or a wrong one; votes for both;
/// says nothing; sends what is no batch, or one of long ago.
public final class Cheat implements Outlet {
    private static final int REMEMBERED = 50;

    private final Outlet honest;
    private final List<MemberId> members;
    private final Random random;
    private final Supplier<SimulatedEngine> engine;
    private final MemberKeys keys;
    private final List<byte[]> earlier = new ArrayList<>();
    /// Other blocks that this member made up, by the name of the right one.
    private final TreeMap<String, Block> others = new TreeMap<>();

    public Cheat(
            Outlet honest, List<MemberId> members, Random random, Supplier<SimulatedEngine> engine, MemberKeys keys) {
        this.honest = honest;
        this.members = members;
        this.random = random;
        this.engine = engine;
        this.keys = keys;
    }

    @Override
    public void toAll(Message message) {
        switch (random.nextInt(5)) {
            case 0 -> {}
            case 1, 2 -> {
                for (MemberId member : members) {
                    if (!member.equals(message.from())) {
                        honest.to(member, random.nextBoolean() ? message : otherwise(message));
                    }
                }
            }
            default -> honest.toAll(message);
        }
    }

    @Override
    public void to(MemberId member, Message message) {
        honest.to(member, random.nextInt(4) == 0 ? otherwise(message) : message);
    }

    private Message otherwise(Message message) {
        SimulatedEngine own = engine.get();
        return switch (message) {
            case Proposal p
            when p.from().equals(own.self()) && p.height() == own.height() -> {
                Block other = other(p.block());
                others.put(p.block().id(), other);
                yield new Proposal(p.from(), p.height(), p.round(), other, p.validRound());
            }
            case Proposal p -> p;
            // What others voted is signed by them: nobody can say it otherwise.
            case Prevote v
            when v.from().equals(own.self()) && v.block() != null -> {
                Block other = others.get(v.block());
                yield new Prevote(v.from(), v.height(), v.round(), other == null ? null : other.id());
            }
            case Prevote v -> v;
            case Precommit v
            when v.from().equals(own.self()) -> otherwise(v, v.block() == null ? null : others.get(v.block()));
            case Precommit v -> v;
            case Decision d -> new Decision(d.from(), other(d.block()), d.commit());
            case Status s -> new Status(s.from(), s.height() - random.nextInt(3));
            case Batch b -> otherwise(b);
        };
    }

    private Batch otherwise(Batch batch) {
        if (earlier.size() < REMEMBERED) {
            earlier.add(batch.bytes());
        }
        byte[] garbage = batch.bytes().clone();
        garbage[random.nextInt(garbage.length)] ^= 1;
        return new Batch(batch.from(), random.nextBoolean() ? garbage : earlier.get(random.nextInt(earlier.size())));
    }

    private Block other(Block block) {
        List<byte[]> batches = new ArrayList<>(block.batches());
        byte[] appHash = block.header().appHash();
        long time = block.header().blockTime();
        switch (random.nextInt(5)) {
            case 0 -> appHash = Sha256.of(appHash);
            case 1 -> time += 1 + random.nextInt(100_000);
            case 2 -> batches.add(new byte[] {1, 2, 3});
            case 3 -> {
                if (!earlier.isEmpty()) {
                    batches.add(earlier.get(random.nextInt(earlier.size())));
                }
            }
            default -> batches.clear();
        }
        if (block.height() != engine.get().height()) {
            return Block.of(block.header(), batches, block.evidence(), block.lastCommit());
        }
        return engine.get().block(time, batches, block.evidence(), appHash);
    }

    /// Signed as if it were meant: two votes in one round.
    private Precommit otherwise(Precommit vote, @Nullable Block other) {
        if (other == null || vote.vote() == null || other.height() != vote.height()) {
            return new Precommit(vote.from(), vote.height(), vote.round(), null, null, null, new Message.Checked());
        }
        var about = SignedVotes.about(other.header(), vote.round(), other.partsHash());
        var signed =
                SignedVotes.vote(about, vote.vote().index(), vote.vote().seconds() * 1_000, keys.of(KeyRole.ENGINE));
        return new Precommit(
                vote.from(), vote.height(), vote.round(), other.id(), about, signed, new Message.Checked());
    }
}
