package io.thingstead.node.consensus.simulated;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.CometHeader;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.SignedVotes;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.StoredLedger.Uncertified;
import io.thingstead.node.consensus.comet.MemberSender;
import io.thingstead.node.consensus.simulated.EngineDisk.Decided;
import io.thingstead.node.consensus.simulated.Message.Batch;
import io.thingstead.node.consensus.simulated.Message.Decision;
import io.thingstead.node.consensus.simulated.Message.Precommit;
import io.thingstead.node.consensus.simulated.Message.Status;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.TransactionResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An engine of several members that lives in a test: it stands still until somebody calls [#receive] or [#step], knows
/// no time but what it is told, and speaks only through its outlet. Blocks, precommits and certificates have CometBFT's
/// form and verify as such; the algorithm is that of [Agreement].
public final class SimulatedEngine implements ConsensusEngine, Agreement.Host {
    private static final int MAX_BLOCK_BYTES = 200_000;
    private static final int MAX_POOL = 400;
    private static final int SENT_AT_ONCE = 8;
    private static final long SAY_AGAIN_MS = 250;
    private static final int BLOCKS_UNTIL_VOTING = 2;
    private static final int EMPTY = 0;

    /// Brings a message to all other members, or to one.
    public interface Outlet {
        void toAll(Message message);

        void to(MemberId member, Message message);
    }

    private final StoredLedger ledger;
    private final EngineDisk disk;
    private final MemberId self;
    private final MemberKeys keys;
    private final LongSupplier clockMs;
    private final LongSupplier nowMs;
    private final Outlet outlet;
    private final long emptyBlockMs;
    private final MemberSender sender;
    private final EraRecord era;
    private final TreeMap<byte[], byte[]> pool = new TreeMap<>(Arrays::compareUnsigned);
    private final TreeMap<byte[], Boolean> judged = new TreeMap<>(Arrays::compareUnsigned);
    private final TreeMap<String, Evidence> evidence = new TreeMap<>();
    private long heightSince;
    private long saidAt;
    private UnaryOperator<DecidedBlock> reading = UnaryOperator.identity();
    private boolean closed;

    /// @param clockMs the member's clock, right or wrong
    /// @param nowMs how time passes
    public SimulatedEngine(
            StoredLedger ledger,
            EngineDisk disk,
            MemberId self,
            MemberKeys keys,
            LongSupplier clockMs,
            LongSupplier nowMs,
            Outlet outlet,
            long emptyBlockMs) {
        this.ledger = ledger;
        this.disk = disk;
        this.self = self;
        this.keys = keys;
        this.clockMs = clockMs;
        this.nowMs = nowMs;
        this.outlet = outlet;
        this.emptyBlockMs = emptyBlockMs;
        this.era = ledger.info().era();
        this.sender = new MemberSender(
                ledger,
                this::handOver,
                self,
                keys.of(KeyRole.NODE),
                clockMs,
                () -> TimeUnit.MILLISECONDS.toNanos(nowMs.getAsLong()));
    }

    /// A bug to plant: the member reads the blocks otherwise than they are.
    public void readBlocksAs(UnaryOperator<DecidedBlock> wrongly) {
        reading = wrongly;
    }

    @Override
    public String name() {
        return EraRecord.COMET;
    }

    @Override
    public MemberId self() {
        return self;
    }

    @Override
    public long nowMs() {
        return nowMs.getAsLong();
    }

    public StoredLedger ledger() {
        return ledger;
    }

    /// The height that is being worked on.
    public long height() {
        return lastHeight() + 1;
    }

    private long lastHeight() {
        return disk.blocks.isEmpty() ? era.initialHeight() - 1 : disk.blocks.lastKey();
    }

    private Voters votersAt(long height) {
        return Objects.requireNonNull(disk.voters.floorEntry(height)).getValue();
    }

    /// Brings the ledger the blocks that it does not have, and takes up where the member was.
    @Override
    public void start() {
        startFrom(ledger.info().height() + 1);
    }

    /// The same where the ledger is brought blocks from this height on once more.
    public void startFrom(long height) {
        disk.voters.putIfAbsent(era.initialHeight(), new Voters(era.members()));
        ledger.show(ledger.info().height());
        for (Decided decided : List.copyOf(disk.blocks.tailMap(height).values())) {
            deliver(decided.block());
        }
        certify();
        heightSince = nowMs();
        Agreement kept = disk.agreement;
        if (kept != null && kept.height == height()) {
            kept.resume(this);
        }
    }

    /// What is agreed on now; null while the member catches up with what it knew before.
    private @Nullable Agreement agreement() {
        Agreement kept = disk.agreement;
        if (kept == null || kept.height < height()) {
            kept = new Agreement(height(), votersAt(height()));
            disk.agreement = kept;
        }
        return kept.height == height() ? kept : null;
    }

    @Override
    public CompletableFuture<TransactionResult> submit(byte[] transaction) {
        return sender.submit(transaction);
    }

    private boolean handOver(byte[] batch) {
        boolean taken = takeIn(batch);
        if (taken) {
            outlet.toAll(new Batch(self, batch));
        }
        return taken;
    }

    private boolean takeIn(byte[] batch) {
        byte[] id = Sha256.of(batch);
        if (pool.containsKey(id)) {
            return true;
        }
        boolean fits = pool.size() < MAX_POOL && ledger.check(batch).isEmpty();
        if (fits) {
            pool.put(id, batch);
        }
        return fits;
    }

    public void receive(Message message) {
        if (closed) {
            return;
        }
        switch (message) {
            case Batch(MemberId _, byte[] bytes) -> takeIn(bytes);
            case Status status -> answer(status);
            case Decision decision -> takeOver(decision);
            case Message.Proposal p -> vote(p, p.height());
            case Message.Prevote v -> vote(v, v.height());
            case Precommit v -> vote(v, v.height());
        }
    }

    private void vote(Message message, long height) {
        Agreement now = agreement();
        if (now != null && now.height == height) {
            now.receive(message, this);
        }
    }

    private void answer(Status status) {
        disk.blocks.tailMap(status.height()).values().stream()
                .limit(SENT_AT_ONCE)
                .forEach(known -> outlet.to(status.from(), new Decision(self, known.block(), known.commit())));
    }

    private void takeOver(Decision decision) {
        Block block = decision.block();
        boolean decided = block.height() == height()
                && block.isWhole()
                && decision.commit().isOf(block)
                && decision.commit().isBy(votersAt(block.height()).set(), era.chainId());
        if (decided) {
            decided(block, decision.commit());
        }
    }

    /// Lets the member do what time asks of it.
    public void step() {
        if (closed) {
            return;
        }
        sender.round();
        Agreement now = agreement();
        if (now != null && now.hasBegun()) {
            now.tick(this);
        } else if (now != null && needsBlock()) {
            now.begin(this);
        }
        if (nowMs() - saidAt >= SAY_AGAIN_MS) {
            sayAgain();
        }
    }

    /// Where the agreement on the next block stands, for people.
    public String standing() {
        return disk.agreement == null ? "agrees on nothing" : disk.agreement.height + ": " + disk.agreement;
    }

    private void sayAgain() {
        saidAt = nowMs();
        outlet.toAll(new Status(self, height()));
        Agreement now = agreement();
        if (now != null) {
            now.toSayAgain().forEach(outlet::toAll);
        }
    }

    private boolean needsBlock() {
        Decided last = disk.blocks.get(lastHeight());
        return last == null
                || hasBatches()
                || !evidence.isEmpty()
                || !Arrays.equals(last.block().header().appHash(), ledger.info().appHash())
                || nowMs() - heightSince >= emptyBlockMs;
    }

    /// Whether a block could take any of what waits.
    private boolean hasBatches() {
        return !pool.isEmpty()
                && !ledger.propose(new ArrayList<>(pool.values()), nextTime(lastCommit()), MAX_BLOCK_BYTES)
                        .isEmpty();
    }

    @Override
    public Block newBlock() {
        long time = nextTime(lastCommit());
        List<byte[]> chosen = ledger.propose(new ArrayList<>(pool.values()), time, MAX_BLOCK_BYTES);
        return block(time, chosen, List.copyOf(evidence.values()), ledger.info().appHash());
    }

    private @Nullable Commit lastCommit() {
        Decided last = disk.blocks.get(lastHeight());
        return last == null ? null : last.commit();
    }

    private long nextTime(@Nullable Commit lastCommit) {
        return lastCommit == null ? ledger.eraStart().blockTime() + 1 : lastCommit.medianTime();
    }

    /// A block on top of the last one, right or wrong.
    Block block(long time, List<byte[]> batches, List<Evidence> caught, byte[] appHash) {
        Commit last = lastCommit();
        Block before = last == null ? null : disk.blocks.get(lastHeight()).block();
        Voters voters = votersAt(height());
        CometHeader header = new CometHeader(
                11,
                0,
                era.chainId(),
                height(),
                time / 1_000,
                time % 1_000 * 1_000_000,
                before == null ? new byte[EMPTY] : before.hash(),
                before == null ? 0 : 1,
                before == null ? new byte[EMPTY] : before.partsHash(),
                last == null ? new byte[EMPTY] : last.hash(),
                Block.dataHash(batches),
                voters.set().hash(),
                votersAt(height() + 1).set().hash(),
                new byte[EMPTY],
                appHash,
                new byte[EMPTY],
                Block.evidenceHash(caught),
                MemberSet.address(keys.of(KeyRole.ENGINE).key()));
        return Block.of(header, batches, caught, last);
    }

    @Override
    public boolean isGood(Block block) {
        Boolean known = judged.get(block.hash());
        if (known == null) {
            known = judge(block);
            judged.put(block.hash(), known);
        }
        return known;
    }

    private boolean judge(Block block) {
        CometHeader header = block.header();
        Commit last = block.lastCommit();
        Decided before = disk.blocks.get(lastHeight());
        boolean follows = before == null
                ? last == null && header.lastBlockHash().length == 0
                : last != null
                        && Arrays.equals(header.lastBlockHash(), before.block().hash())
                        && last.isOf(before.block())
                        && last.isBy(votersAt(lastHeight()).set(), era.chainId());
        return follows
                && block.isWhole()
                && header.chainId().equals(era.chainId())
                && header.blockTime() == nextTime(last)
                && Arrays.equals(header.appHash(), ledger.info().appHash())
                && Arrays.equals(
                        header.validatorsHash(), votersAt(height()).set().hash())
                && Arrays.equals(
                        header.nextValidatorsHash(),
                        votersAt(height() + 1).set().hash())
                && block.evidence().stream().allMatch(this::isNews)
                && ledger.process(block.decided());
    }

    private boolean isNews(Evidence one) {
        return one.holds()
                && !disk.told.contains(one.name())
                && one.one().height() >= era.initialHeight()
                && votersAt(one.one().height()).members().contains(one.by());
    }

    @Override
    public Precommit precommit(@Nullable Block block, int round) {
        if (block == null) {
            return new Precommit(self, height(), round, null, null, null, new Message.Checked());
        }
        CometCertificate about = SignedVotes.about(block.header(), round, block.partsHash());
        // CometBFT's rule: a vote is later than the block it is for.
        long time = Math.max(clockMs.getAsLong(), block.header().blockTime() + 1);
        int place = votersAt(height()).place(self);
        var vote = SignedVotes.vote(about, place, time, keys.of(KeyRole.ENGINE));
        return new Precommit(self, height(), round, block.id(), about, vote, new Message.Checked());
    }

    @Override
    public void send(Message message) {
        outlet.toAll(message);
    }

    @Override
    public void caught(Evidence one) {
        if (!disk.told.contains(one.name())) {
            evidence.putIfAbsent(one.name(), one);
        }
    }

    @Override
    public void decided(Block block, Commit commit) {
        disk.blocks.put(block.height(), new Decided(block, commit));
        deliver(block);
        certify();
        heightSince = nowMs();
        judged.clear();
        disk.told.forEach(evidence::remove);
        block.batches().forEach(batch -> pool.remove(Sha256.of(batch)));
        pool.values().removeIf(batch -> ledger.check(batch).isPresent());
    }

    private void deliver(Block block) {
        DecidedBlock decided = reading.apply(block.decided());
        Finalized what = ledger.finalizeBlock(decided);
        block.evidence().forEach(one -> disk.told.add(one.name()));
        long height = block.height();
        Voters next = votersAt(height + 1);
        disk.voters.put(height + 1, next);
        disk.voters.put(height + BLOCKS_UNTIL_VOTING, next.with(what.validatorUpdates()));
        ledger.commit(height, new byte[EMPTY], block.hash());
        ledger.show(height);
        sender.committed(decided, what);
    }

    /// The state after a block that changed something stands in the next header: that one's commit certifies it.
    private void certify() {
        for (Uncertified next : ledger.uncertified()) {
            Decided by = disk.blocks.get(next.height() + (next.changesAppHash() ? 1 : 0));
            if (by == null) {
                break;
            }
            ledger.certify(next.height(), by.commit().certificate().encode());
        }
    }

    /// Whether nothing of this member is on its way into a block.
    public boolean isLanded() {
        return sender.isLanded();
    }

    /// Takes nothing more; what is on its way may still land.
    public void stopTaking() {
        sender.stopTaking(new Refused(Refusal.BUSY, "the ledger is closing: try again later"));
    }

    /// What this process knows may be wrong now.
    public void fail(Throwable trouble) {
        closed = true;
        sender.fail(trouble);
    }

    @Override
    public void close() {
        stopTaking();
        closed = true;
    }

    Application.Info info() {
        return ledger.info();
    }
}
