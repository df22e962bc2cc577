package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.HashSink;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.StateChanges;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.node.ledger.contract.ContractCodes;
import io.thingstead.node.ledger.money.Timers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The shared ledger's state machine: blocks in, events, state and an app hash out. It has no clock but the block's
/// time, does no I/O but asking for kept values, and yields the same on every member.
///
/// Confined to the thread that owns it. `execute` changes nothing; `accept` moves on to a block's outcome.
public final class Ledger {
    /// How many forgotten transactions one block removes from the state at most (`docs/formats.md` §7).
    public static final int MAX_FORGOTTEN = 10_000;

    private static final int MAX_MISBEHAVIOUR = 100;
    private static final byte[] NO_TRANSACTION = Event.noTransaction();

    private final KnownValues values;
    private final Admission admission = new Admission();
    private final PlainOrdering plain = new PlainOrdering(admission);
    private final BatchOrdering batches = new BatchOrdering(admission);
    private final ContractCodes codes = new ContractCodes();
    private StateMap state;
    private Frontier events;
    private Position position;
    private @Nullable EraRecord era;

    /// @param values the values of the state at this position; they follow `accept`
    public Ledger(ValueSource values, StateMap state, Frontier events, Position position) {
        this.values = new KnownValues(values, state);
        this.state = state;
        this.events = events;
        this.position = position;
    }

    public Position position() {
        return position;
    }

    public StateMap state() {
        return state;
    }

    /// A copy of the growing edge of the tree of events.
    public Frontier events() {
        return events.copy();
    }

    public byte[] appHash() {
        return AppHash.of(AppHash.RULES_VERSION, events.size(), events.root(), state.root());
    }

    /// The state of a new ledger before its first block.
    public static SortedMap<String, byte[]> genesis(EraRecord era, LedgerId ledger) {
        SortedMap<String, byte[]> entries = new TreeMap<>();
        entries.put(
                StateKeys.LEDGER,
                new CborWriter().array(1).bytes(ledger.bytes()).toBytes());
        entries.put(StateKeys.CLOCK, SuspendedClock.encode(0));
        entries.put(StateKeys.era(era.number()), era.encode());
        return entries;
    }

    /// The authenticated map over entries, as at genesis or out of a snapshot.
    public static StateMap stateOf(SortedMap<String, byte[]> entries) {
        StateMap map = StateMap.EMPTY;
        for (var entry : entries.entrySet()) {
            map = map.put(StateKeys.bytes(entry.getKey()), entry.getValue());
        }
        return map;
    }

    /// Why the engine's pool does not keep this: a transaction in a solo era, else a batch. A pure look: nothing
    /// changes.
    public Optional<Refused> check(byte[] engineTransaction, long time) {
        return Optional.ofNullable(ordering().objection(engineTransaction, next(time)));
    }

    /// Why a block at this time would not take this transaction, in whatever batch it stands. A pure look.
    public Optional<Refused> checkTransaction(byte[] transaction, long time) {
        return Optional.ofNullable(plain.objection(transaction, next(time)));
    }

    /// Of the engine's pool, what a block at this time takes: at most `maxBytes`, always acceptable. A pure choice.
    public List<byte[]> propose(List<byte[]> pool, long time, int maxBytes) {
        return ordering().propose(pool, next(time), maxBytes);
    }

    /// Whether a member may agree to this block: a pure function of state and block.
    public boolean acceptable(long height, long time, List<byte[]> engineTransactions) {
        return follows(height, time) && ordering().acceptable(engineTransactions, next(time));
    }

    /// A value of the state after the last block, or null.
    public byte @Nullable [] value(String key) {
        return values.get(key);
    }

    /// The number of a member's last batch on the ledger, 0 before its first.
    public long batchSequence(MemberId member) {
        return BatchStanding.of(member, next(position.blockTime())).sequence();
    }

    private Draft next(long time) {
        return draft(position.height() + 1, time);
    }

    private boolean follows(long height, long time) {
        return height == position.height() + 1 && time > position.blockTime();
    }

    private Ordering ordering() {
        return era().isSolo() ? plain : batches;
    }

    private EraRecord era() {
        EraRecord known = era;
        if (known == null || known.number() != position.era()) {
            known = EraRecord.decode(
                    Objects.requireNonNull(values.get(StateKeys.era(position.era())), "the era is in the state"));
            era = known;
        }
        return known;
    }

    /// What a block does in which nobody was caught at anything.
    public BlockOutcome execute(long height, long time, List<byte[]> engineTransactions) {
        return execute(height, time, engineTransactions, List.of());
    }

    /// What a block does. The same block on the same state gives the same outcome, always. What is not acceptable, or
    /// not taken, leaves no trace.
    public BlockOutcome execute(
            long height, long time, List<byte[]> engineTransactions, List<Misbehaviour> misbehaviour) {
        if (!follows(height, time)) {
            throw new IllegalStateException("block " + height + " at " + time + " does not follow block "
                    + position.height() + " at " + position.blockTime());
        }
        Draft draft = draft(height, time);
        Rules.requireKnown(draft);
        long stillMs = position.stillAt(time);
        boolean changes =
                !engineTransactions.isEmpty() || !misbehaviour.isEmpty() || Timers.wake(draft, values, stillMs);
        if (changes) {
            tellSuspension(draft, stillMs);
            forgetSeen(draft);
            misbehaviour.stream().limit(MAX_MISBEHAVIOUR).forEach(m -> m.tell(NO_TRANSACTION, draft));
            OpenDecisions.expire(NO_TRANSACTION, draft);
            Timers.run(draft, values);
        }
        List<TransactionResult> results = new ArrayList<>(engineTransactions.size());
        List<Integer> split = new ArrayList<>(engineTransactions.size());
        for (List<byte[]> transactions : ordering().open(engineTransactions, draft)) {
            transactions.forEach(transaction -> results.add(apply(transaction, draft)));
            split.add(transactions.size());
        }
        if (draft.isChanged()) {
            EventRoots.keep(draft);
        }
        return outcome(draft, results, split, position.after(height, time, changes));
    }

    /// What the start of the next era does: its record comes into the state, and time that the ledger stood still
    /// without a transaction to tell it is counted.
    public BlockOutcome startEra(EraRecord next) {
        if (next.number() != position.era() + 1
                || next.initialHeight() <= position.height()
                || next.firstEvent() != events.size()
                || !Arrays.equals(next.previousAppHash(), appHash())
                || next.members().isEmpty()) {
            throw new IllegalArgumentException("era " + next.number() + " does not follow block " + position.height()
                    + " of era " + position.era());
        }
        Draft draft = draft(position.height(), position.blockTime());
        suspend(draft, position.stillMs());
        draft.put(StateKeys.era(next.number()), next.encode());
        new ValidatorSet(next.members()).put(draft);
        return outcome(
                draft,
                List.of(),
                List.of(),
                new Position(position.ledger(), next.number(), next.initialHeight() - 1, position.blockTime(), 0));
    }

    /// Moves on: from now on the ledger stands after this block. The caller keeps the outcome's changes first.
    public void accept(BlockOutcome outcome) {
        values.accept(outcome);
        state = outcome.state();
        events = outcome.eventsEdge().copy();
        position = outcome.position();
    }

    private Draft draft(long height, long time) {
        return new Draft(
                values,
                new Draft.Block(position.ledger(), position.era(), height, time),
                events.size(),
                new Draft.Before(events::root, codes));
    }

    private BlockOutcome outcome(Draft draft, List<TransactionResult> results, List<Integer> split, Position after) {
        List<StateChange> changes = draft.changes();
        StateChanges inMap = new StateChanges();
        changes.forEach(change -> inMap.add(change.keyBytes(), change.value()));
        StateMap newState = state.with(inMap);
        Frontier newEvents = events.copy();
        List<BlockOutcome.EventNode> nodes = new ArrayList<>();
        HashSink sink = (level, index, hash) -> {
            if (level >= BlockOutcome.KEPT_FROM_LEVEL) {
                nodes.add(new BlockOutcome.EventNode(level, index, hash));
            }
        };
        List<byte[]> leaves = new ArrayList<>(draft.events().size());
        CborWriter writer = new CborWriter();
        for (Event event : draft.events()) {
            byte[] leaf = event.leaf(writer);
            leaves.add(leaf);
            newEvents.append(MerkleTree.leafHash(leaf), sink);
        }
        byte[] appHash = AppHash.of(AppHash.RULES_VERSION, newEvents.size(), newEvents.root(), newState.root());
        Optional<List<EraRecord.EraMember>> validators = Optional.ofNullable(draft.changed(StateKeys.VALIDATORS))
                .map(value -> ValidatorSet.decode(value).members());
        List<EraRecord.EraMember> updates = validators
                .map(now -> ValidatorSet.of(next(position.blockTime())).updatesTo(new ValidatorSet(now)))
                .orElse(List.of());
        return new BlockOutcome(
                after,
                changes,
                draft.events(),
                leaves,
                nodes,
                results,
                split,
                validators,
                updates,
                newState,
                newEvents,
                appHash);
    }

    private void suspend(Draft draft, long stillMs) {
        draft.put(StateKeys.CLOCK, SuspendedClock.encode(SuspendedClock.ms(draft) + stillMs));
        if (stillMs > 0) {
            Timers.resume(draft, values);
        }
    }

    private void tellSuspension(Draft draft, long stillMs) {
        if (stillMs == 0) {
            return;
        }
        suspend(draft, stillMs);
        draft.happened(
                NO_TRANSACTION,
                EventType.CLOCK_SUSPENDED,
                List.of(StateKeys.LEDGER),
                new CborWriter().array(1).integer(stillMs));
    }

    /// Forgets transactions whose time is over, oldest first: they would be refused as expired now.
    private void forgetSeen(Draft draft) {
        values.range(StateKeys.SEEN, StateKeys.seenFrom(draft.now()), MAX_FORGOTTEN, (key, _) -> draft.remove(key));
    }

    private TransactionResult apply(byte[] bytes, Draft block) {
        return switch (Transaction.decode(bytes)) {
            case Result.No<Transaction>(Refused refused) -> TransactionResult.ignored(refused);
            case Result.Ok<Transaction>(Transaction transaction) -> {
                @Nullable Refused objection = admission.objection(transaction, block);
                yield objection == null
                        ? new Execution(transaction, block).result()
                        : TransactionResult.ignored(objection);
            }
        };
    }
}
