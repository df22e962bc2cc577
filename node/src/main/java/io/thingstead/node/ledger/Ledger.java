package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.HashSink;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.AppHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    private static final byte[] NO_TRANSACTION = new byte[32];

    private final ValueSource values;
    private final Admission admission = new Admission();
    private StateMap state;
    private Frontier events;
    private Position position;

    /// @param values the values of the state at this position; they follow `accept`
    public Ledger(ValueSource values, StateMap state, Frontier events, Position position) {
        this.values = values;
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
        entries.put(StateKeys.CLOCK, clock(0));
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

    /// Whether a transaction would be taken into a block at this time. A pure look: nothing changes.
    public Optional<Refused> check(byte[] transaction, long time) {
        return switch (Transaction.decode(transaction)) {
            case Result.No<Transaction>(Refused refused) -> Optional.of(refused);
            case Result.Ok<Transaction>(Transaction decoded) ->
                Optional.ofNullable(admission.objection(decoded, draft(position.height() + 1, time)));
        };
    }

    /// What a block does. The same block on the same state gives the same outcome, always. A transaction that is not
    /// taken leaves no trace.
    public BlockOutcome execute(long height, long time, List<byte[]> transactions) {
        if (height != position.height() + 1 || time <= position.blockTime()) {
            throw new IllegalStateException("block " + height + " at " + time + " does not follow block "
                    + position.height() + " at " + position.blockTime());
        }
        Draft draft = draft(height, time);
        List<TransactionResult> results = new ArrayList<>(transactions.size());
        if (!transactions.isEmpty()) {
            tellSuspension(draft, position.stillAt(time));
            forgetSeen(draft);
        }
        for (byte[] bytes : transactions) {
            results.add(apply(bytes, draft));
        }
        return outcome(draft, results, position.after(height, time, !transactions.isEmpty()));
    }

    /// What the start of the next era does: its record comes into the state, and time that the ledger stood still
    /// without a transaction to tell it is counted.
    public BlockOutcome startEra(EraRecord era) {
        if (era.number() != position.era() + 1
                || era.initialHeight() <= position.height()
                || era.firstEvent() != events.size()
                || !Arrays.equals(era.previousAppHash(), appHash())
                || era.members().isEmpty()) {
            throw new IllegalArgumentException("era " + era.number() + " does not follow block " + position.height()
                    + " of era " + position.era());
        }
        Draft draft = draft(position.height(), position.blockTime());
        draft.put(StateKeys.CLOCK, clock(suspended(draft) + position.stillMs()));
        draft.put(StateKeys.era(era.number()), era.encode());
        return outcome(
                draft,
                List.of(),
                new Position(position.ledger(), era.number(), era.initialHeight() - 1, position.blockTime(), 0));
    }

    /// Moves on: from now on the ledger stands after this block. The caller keeps the outcome's changes first.
    public void accept(BlockOutcome outcome) {
        state = outcome.state();
        events = outcome.eventsEdge().copy();
        position = outcome.position();
    }

    private Draft draft(long height, long time) {
        return new Draft(values, new Draft.Block(position.ledger(), position.era(), height, time), events.size());
    }

    private BlockOutcome outcome(Draft draft, List<TransactionResult> results, Position after) {
        StateMap newState = state;
        for (var change : draft.changes().entrySet()) {
            byte[] key = StateKeys.bytes(change.getKey());
            byte[] value = change.getValue();
            newState = value == null ? newState.remove(key) : newState.put(key, value);
        }
        Frontier newEvents = events.copy();
        List<BlockOutcome.EventNode> nodes = new ArrayList<>();
        HashSink sink = (level, index, hash) -> {
            if (level > 0) {
                nodes.add(new BlockOutcome.EventNode(level, index, hash));
            }
        };
        for (Event event : draft.events()) {
            newEvents.append(MerkleTree.leafHash(event.leaf()), sink);
        }
        byte[] appHash = AppHash.of(AppHash.RULES_VERSION, newEvents.size(), newEvents.root(), newState.root());
        return new BlockOutcome(after, draft.changes(), draft.events(), nodes, results, newState, newEvents, appHash);
    }

    private static void tellSuspension(Draft draft, long stillMs) {
        if (stillMs == 0) {
            return;
        }
        draft.put(StateKeys.CLOCK, clock(suspended(draft) + stillMs));
        draft.happened(
                NO_TRANSACTION,
                EventType.CLOCK_SUSPENDED,
                List.of(StateKeys.LEDGER),
                new CborWriter().array(1).integer(stillMs));
    }

    private static byte[] clock(long suspendedMs) {
        return new CborWriter().array(1).integer(suspendedMs).toBytes();
    }

    private static long suspended(Draft draft) {
        byte[] clock = draft.get(StateKeys.CLOCK);
        if (clock == null) {
            throw new IllegalStateException("the state has no clock");
        }
        CborReader in = CborReader.strict(clock);
        in.readArrayOf(1);
        return in.readUint();
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
