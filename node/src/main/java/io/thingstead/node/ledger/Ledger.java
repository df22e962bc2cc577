package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.HashSink;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The shared ledger's state machine: blocks in, events, state and an app hash out. It has no clock but the block's
/// time,
/// does no I/O but asking for kept values, and yields the same on every member.
///
/// Confined to the thread that owns it. `execute` changes nothing; `accept` moves on to a block's outcome.
public final class Ledger {
    private static final byte[] NO_TRANSACTION = new byte[32];
    private static final int SEEN_PER_SCAN = 10_000;

    private final ValueSource values;
    private StateMap state;
    private Frontier events;
    private Position position;

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
        return AppHash.of(events.size(), events.root(), state.root());
    }

    /// The state of a new ledger before its first block.
    public static Map<String, byte[]> genesis(EraRecord era, io.thingstead.kit.model.LedgerId ledger) {
        Map<String, byte[]> entries = new TreeMap<>();
        entries.put(
                StateKeys.LEDGER,
                new CborWriter().array(1).bytes(ledger.bytes()).toBytes());
        entries.put(StateKeys.CLOCK, new CborWriter().array(1).integer(0).toBytes());
        entries.put(StateKeys.era(era.number()), era.encode());
        return entries;
    }

    /// The authenticated map over entries, as at genesis or out of a snapshot.
    public static StateMap stateOf(Map<String, byte[]> entries) {
        StateMap map = StateMap.EMPTY;
        for (var entry : entries.entrySet()) {
            map = map.put(entry.getKey().getBytes(StandardCharsets.UTF_8), entry.getValue());
        }
        return map;
    }

    /// Whether a transaction would be taken into the next block now. A pure look: nothing changes.
    public Optional<Refused> check(byte[] bytes, long now) {
        return switch (Transaction.decode(bytes)) {
            case Result.No<Transaction>(Refused refused) -> Optional.of(refused);
            case Result.Ok<Transaction>(Transaction transaction) ->
                Optional.ofNullable(objection(transaction, draft(now)));
        };
    }

    /// What a block does. The same block on the same state gives the same outcome, always.
    public BlockOutcome execute(long height, long time, List<byte[]> transactions) {
        if (height <= position.height() || time <= position.blockTime()) {
            throw new IllegalStateException("block " + height + " does not follow block " + position.height());
        }
        Draft draft =
                new Draft(values, new Draft.Block(position.ledger(), position.era(), height, time), events.size());
        List<TransactionResult> results = new ArrayList<>(transactions.size());
        if (!transactions.isEmpty()) {
            tellSuspension(draft, position.stillAt(time));
            forgetSeen(draft);
        }
        for (byte[] bytes : transactions) {
            results.add(applyTransaction(bytes, draft));
        }
        return outcome(draft, results, position.after(height, time, !transactions.isEmpty()));
    }

    private BlockOutcome outcome(Draft draft, List<TransactionResult> results, Position after) {
        StateMap newState = state;
        for (var change : draft.changes().entrySet()) {
            byte[] key = change.getKey().getBytes(StandardCharsets.UTF_8);
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
        byte[] appHash = AppHash.of(newEvents.size(), newEvents.root(), newState.root());
        return new BlockOutcome(after, draft.changes(), draft.events(), nodes, results, newState, newEvents, appHash);
    }

    /// Moves on: from now on the ledger stands after this block. The caller keeps the outcome's changes first.
    public void accept(BlockOutcome outcome) {
        state = outcome.state();
        events = outcome.eventsEdge().copy();
        position = outcome.position();
    }

    private Draft draft(long now) {
        return new Draft(
                values, new Draft.Block(position.ledger(), position.era(), position.height() + 1, now), events.size());
    }

    private void tellSuspension(Draft draft, long stillMs) {
        if (stillMs == 0) {
            return;
        }
        byte[] clock = draft.get(StateKeys.CLOCK);
        if (clock == null) {
            throw new IllegalStateException("the state has no clock");
        }
        CborReader in = CborReader.strict(clock);
        in.readArrayOf(1);
        long suspended = in.readUint() + stillMs;
        draft.put(StateKeys.CLOCK, new CborWriter().array(1).integer(suspended).toBytes());
        draft.happened(
                NO_TRANSACTION,
                EventType.CLOCK_SUSPENDED,
                List.of(),
                new CborWriter().array(1).integer(stillMs));
    }

    /// Forgets transactions whose time is over: they would be refused as expired now.
    private void forgetSeen(Draft draft) {
        List<String> over = new ArrayList<>();
        values.scan(StateKeys.SEEN, SEEN_PER_SCAN, (key, _) -> {
            if (StateKeys.seenUntil(key) < draft.now()) {
                over.add(key);
            }
        });
        over.forEach(draft::remove);
    }

    private TransactionResult applyTransaction(byte[] bytes, Draft block) {
        Transaction transaction;
        switch (Transaction.decode(bytes)) {
            case Result.No<Transaction>(Refused refused) -> {
                return TransactionResult.ignored(refused);
            }
            case Result.Ok<Transaction>(Transaction decoded) -> transaction = decoded;
        }
        Refused objection = objection(transaction, block);
        if (objection != null) {
            return TransactionResult.ignored(objection);
        }
        byte[] identity = transaction.identity();
        Draft draft = block.onTop();
        draft.put(
                StateKeys.seen(transaction.validUntil(), identity),
                new CborWriter().array(0).toBytes());
        List<Refused> refusals = new ArrayList<>();
        Draft acts = draft.onTop();
        for (int i = 0; i < transaction.actions().size(); i++) {
            Refused refused = applyAction(transaction, identity, i, acts);
            if (refused != null) {
                refusals.add(refused);
                if (transaction.atomic()) {
                    acts = draft.onTop();
                }
                refusedEvent(acts, identity, i, refused);
                if (transaction.atomic()) {
                    break;
                }
            }
        }
        draft.take(acts);
        block.take(draft);
        return new TransactionResult(true, identity, draft.events(), refusals);
    }

    private static @Nullable Refused applyAction(Transaction transaction, byte[] identity, int number, Draft acts) {
        Action action = transaction.actions().get(number);
        Draft draft = acts.onTop();
        return switch (action.apply(new Action.Request(identity, transaction.signers()), draft)) {
            case Outcome.Happened() -> {
                acts.take(draft);
                yield null;
            }
            case Outcome.Declined(Refused refused) -> refused;
        };
    }

    private static void refusedEvent(Draft draft, byte[] identity, int number, Refused refused) {
        draft.happened(
                identity,
                EventType.REFUSED,
                List.of(),
                new CborWriter().array(2).integer(number).text(refused.code().code()));
    }

    /// Why a transaction is not to be taken at all, or null. Signatures come last: they cost most.
    private static @Nullable Refused objection(Transaction transaction, Draft draft) {
        if (!transaction.ledger().equals(draft.block().ledger())) {
            return new Refused(Refusal.TX_LEDGER, "the transaction is for ledger " + transaction.ledger());
        }
        long left = transaction.validUntil() - draft.now();
        if (left < 0 || left > Transaction.MAX_VALIDITY_MS) {
            return new Refused(
                    Refusal.TX_EXPIRED,
                    "validUntil " + transaction.validUntil() + " is not within 24 hours after " + draft.now());
        }
        if (draft.get(StateKeys.seen(transaction.validUntil(), transaction.identity())) != null) {
            return new Refused(Refusal.TX_SEEN, "this transaction is on the ledger already");
        }
        byte[] toSign = Transaction.toSign(transaction.payload());
        for (int i = 0; i < transaction.signers().size(); i++) {
            Thumbprint signer = transaction.signers().get(i);
            VerifyingKey key = keyOf(signer, transaction, draft);
            if (key == null) {
                return new Refused(Refusal.TX_SIGNER, "no key in force on the ledger: " + signer);
            }
            if (!key.verify(toSign, transaction.signatures().get(i))) {
                return new Refused(Refusal.TX_SIGNATURE, "the signature of " + signer + " does not verify");
            }
        }
        return null;
    }

    /// A key in force, or one that the transaction itself registers (a member's first transaction).
    private static @Nullable VerifyingKey keyOf(Thumbprint signer, Transaction transaction, Draft draft) {
        KeyRecord record = draft.key(signer);
        if (record != null) {
            return record.inForce() ? record.key() : null;
        }
        for (Action action : transaction.actions()) {
            for (VerifyingKey key : action.newKeys()) {
                if (key.thumbprint().equals(signer)) {
                    return key;
                }
            }
        }
        return null;
    }
}
