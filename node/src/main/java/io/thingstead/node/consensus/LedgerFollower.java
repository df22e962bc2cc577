package io.thingstead.node.consensus;

import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerHead;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.Position;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Entry;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What is certified, as readers see it. Prepared keys are kept in memory: the way in of each frame asks for one.
public final class LedgerFollower implements LedgerReader {
    private static final int MAX_PREPARED = 200_000;

    private final Store store;
    private final StoredValues values;
    private final ConcurrentHashMap<Long, List<KeyRecord>> byHint = new ConcurrentHashMap<>();
    private final List<Consumer<LedgerHead>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong devices = new AtomicLong(-1);
    private volatile @Nullable Certified certified;

    LedgerFollower(Store store, StoredValues values) {
        this.store = store;
        this.values = values;
    }

    /// State keys that a committed block changed: what was prepared from them is forgotten.
    void changed(Set<String> stateKeys) {
        for (String key : stateKeys) {
            if (key.startsWith(StateKeys.KEYS)) {
                byHint.remove(
                        HexFormat.fromHexDigitsToLong(key, StateKeys.KEYS.length(), StateKeys.KEYS.length() + 16));
            } else if (key.startsWith(StateKeys.DEVICES)) {
                devices.set(-1);
            }
        }
    }

    void show(
            Position position,
            StateMap state,
            Frontier events,
            byte[] headerHash,
            byte[] appHash,
            byte[] header,
            byte[] signature) {
        LedgerHead head = new LedgerHead(
                position.ledger(),
                position.era(),
                position.height(),
                position.blockTime(),
                headerHash,
                appHash,
                events.size());
        certified = new Certified(head, state, header, signature);
        listeners.forEach(listener -> listener.accept(head));
    }

    @Override
    public CertifiedHead certified() {
        return Objects.requireNonNull(certified, "no block is certified yet");
    }

    @Override
    public @Nullable KeyRecord key(Thumbprint thumbprint) {
        for (KeyRecord record : keysByHint(Arrays.copyOf(thumbprint.bytes(), 8))) {
            if (record.key().thumbprint().equals(thumbprint)) {
                return record;
            }
        }
        return null;
    }

    @Override
    public List<KeyRecord> keysByHint(byte[] kid) {
        Long hint = ByteBuffer.wrap(kid).getLong();
        List<KeyRecord> known = byHint.get(hint);
        if (known != null) {
            return known;
        }
        List<KeyRecord> found = new ArrayList<>(1);
        values.scan(
                StateKeys.KEYS + HexFormat.of().toHexDigits(hint),
                16,
                (_, value) -> found.add(KeyRecord.decode(value)));
        List<KeyRecord> prepared = List.copyOf(found);
        // Unknown keys are not remembered: made-up hints must not push out real ones.
        if (!prepared.isEmpty()) {
            if (byHint.size() >= MAX_PREPARED) {
                byHint.clear();
            }
            byHint.put(hint, prepared);
        }
        return prepared;
    }

    @Override
    public @Nullable DeviceRecord device(DeviceId device) {
        byte[] value = values.get(StateKeys.device(device));
        return value == null ? null : DeviceRecord.decode(device, value);
    }

    @Override
    public List<DeviceRecord> devices(@Nullable DeviceId after, int limit) {
        List<DeviceRecord> found = new ArrayList<>();
        String from = after == null ? StateKeys.DEVICES : StateKeys.device(after) + "\0";
        values.scanFrom(
                from,
                StateKeys.DEVICES,
                limit,
                (key, value) ->
                        found.add(DeviceRecord.decode(DeviceId.of(key.substring(StateKeys.DEVICES.length())), value)));
        return found;
    }

    @Override
    public long deviceCount() {
        long known = devices.get();
        if (known >= 0) {
            return known;
        }
        long[] count = {0};
        values.scan(StateKeys.DEVICES, Integer.MAX_VALUE, (_, _) -> count[0]++);
        devices.set(count[0]);
        return count[0];
    }

    @Override
    public @Nullable MemberRecord member(MemberId member) {
        byte[] value = values.get(StateKeys.member(member));
        return value == null ? null : MemberRecord.decode(member, value);
    }

    @Override
    public @Nullable LogRecord log(LogId log) {
        byte[] value = values.get(StateKeys.log(log));
        return value == null ? null : LogRecord.decode(log, value);
    }

    @Override
    public EraRecord era(long number) {
        return EraRecord.decode(Objects.requireNonNull(values.get(StateKeys.era(number)), "no such era"));
    }

    @Override
    public Optional<Event> anchorCovering(LogId log, long index) {
        byte[] from = LedgerRows.anchor(log, index + 1);
        byte[] to = LedgerRows.anchor(log, Long.MAX_VALUE);
        try (Scan scan = store.scan(Column.EVENT_INDEX, from, to)) {
            return scan.next() ? event(ByteBuffer.wrap(scan.value()).getLong()) : Optional.empty();
        }
    }

    @Override
    public Optional<Event> event(long number) {
        byte[] leaf = number < head().eventsSize() ? store.get(Column.EVENT, LedgerRows.event(number)) : null;
        return Optional.ofNullable(leaf).map(Event::ofLeaf);
    }

    @Override
    public List<Event> events(long from, int limit) {
        List<Event> found = new ArrayList<>();
        long to = Math.min(head().eventsSize(), from + limit);
        for (long number = from; number < to; number++) {
            event(number).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public List<Event> history(String subject, int limit) {
        List<Event> found = new ArrayList<>();
        byte[] from = LedgerRows.history(subject, 0);
        byte[] to = LedgerRows.history(subject, Long.MAX_VALUE);
        while (found.size() < limit) {
            Entry entry = store.last(Column.EVENT_INDEX, from, to);
            if (entry == null) {
                break;
            }
            event(ByteBuffer.wrap(entry.value()).getLong()).ifPresent(found::add);
            to = entry.key();
        }
        return found;
    }

    @Override
    public AutoCloseable onBlock(Consumer<LedgerHead> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /// One certified head. The state map is immutable, so proofs under an older head stay right while blocks go on.
    private final class Certified implements CertifiedHead {
        private final LedgerHead head;
        private final StateMap state;
        private final byte[] header;
        private final byte[] signature;

        Certified(LedgerHead head, StateMap state, byte[] header, byte[] signature) {
            this.head = head;
            this.state = state;
            this.header = header;
            this.signature = signature;
        }

        @Override
        public LedgerHead head() {
            return head;
        }

        @Override
        public byte[] header() {
            return header.clone();
        }

        @Override
        public byte[] signature() {
            return signature.clone();
        }

        @Override
        public Optional<ProvenValue> prove(String stateKey) {
            byte[] key = LedgerRows.utf8(stateKey);
            byte[] value = values.get(stateKey);
            byte[] hash = state.get(key);
            // A value that a newer block changed already is not the one of this head: the caller takes the newer head.
            if (value == null || hash == null || !Arrays.equals(StateMap.valueHash(value), hash)) {
                return Optional.empty();
            }
            return Optional.of(new ProvenValue(value, state.prove(key).encode()));
        }

        @Override
        public List<byte[]> eventPath(long eventNo) {
            return MerkleTree.inclusionProof(LedgerFollower.this::eventHash, eventNo, head.eventsSize());
        }
    }

    private byte[] eventHash(int level, long index) {
        byte[] node = store.get(Column.EVENT, LedgerRows.eventNode(level, index));
        if (node != null) {
            return node;
        }
        byte[] leaf = level == 0 ? store.get(Column.EVENT, LedgerRows.event(index)) : null;
        return MerkleTree.leafHash(Objects.requireNonNull(leaf, "an event's hash is missing in the store"));
    }
}
