package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.contract.ContractCodes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Changes to the state and events that came about in a block, not yet kept. A transaction or an action that does not
/// stand is undone: back to the mark before it.
public final class Draft {
    /// Stands in the changes for a value that is gone. No value is empty: each is a det-CBOR item.
    private static final byte[] REMOVED = {};

    private final ValueSource kept;
    private final Block block;
    /// In the order in which they came, which for many is near that of their keys: sorting costs less then.
    private final Map<String, byte[]> changes = new LinkedHashMap<>();
    /// Each transaction asks for its signers' keys again and again.
    private final Map<Thumbprint, KeyStanding> standings = new LinkedHashMap<>();
    private final List<Overwritten> sinceMark = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final long firstEventNo;
    private final Before before;
    private int eventsAtMark;

    /// Where and when the changes happen.
    ///
    /// @param time the block's time, the only clock there is
    public record Block(LedgerId ledger, long era, long height, long time) {}

    /// What the ledger has beside its state.
    ///
    /// @param eventsRoot of the tree of events before the block
    record Before(Supplier<byte[]> eventsRoot, ContractCodes codes) {}

    /// @param before what stood in the changes, null: nothing
    private record Overwritten(String key, byte @Nullable [] before) {}

    Draft(ValueSource kept, Block block, long firstEventNo, Before before) {
        this.kept = kept;
        this.block = block;
        this.firstEventNo = firstEventNo;
        this.before = before;
    }

    /// What was drafted so far stands; what follows may be undone.
    void mark() {
        sinceMark.clear();
        eventsAtMark = events.size();
    }

    /// Forgets what was drafted since the last mark.
    void undo() {
        standings.clear();
        for (Overwritten change : sinceMark.reversed()) {
            if (change.before == null) {
                changes.remove(change.key);
            } else {
                changes.put(change.key, change.before);
            }
        }
        sinceMark.clear();
        events.subList(eventsAtMark, events.size()).clear();
    }

    boolean isChanged() {
        return !changes.isEmpty();
    }

    /// The changes so far, in the order of their keys.
    List<StateChange> changes() {
        List<StateChange> sorted = new ArrayList<>(changes.size());
        changes.forEach((key, value) -> sorted.add(new StateChange(key, value.length == 0 ? null : value)));
        sorted.sort(null);
        return sorted;
    }

    /// The value that was put at this key, null: none was.
    byte @Nullable [] changed(String key) {
        byte[] value = changes.get(key);
        return value == null || value.length == 0 ? null : value;
    }

    List<Event> events() {
        return events;
    }

    public Block block() {
        return block;
    }

    public long now() {
        return block.time();
    }

    /// The number of the block's first event: how many there were before.
    public long firstEventNo() {
        return firstEventNo;
    }

    /// The root of the tree of events before the block.
    public byte[] eventsRoot() {
        return before.eventsRoot.get();
    }

    public ContractCodes codes() {
        return before.codes;
    }

    /// The number that the next event gets.
    public long nextEventNo() {
        return firstEventNo + events.size();
    }

    public byte @Nullable [] get(String key) {
        byte[] value = changes.get(key);
        if (value == null) {
            return kept.get(key);
        }
        return value.length == 0 ? null : value;
    }

    public void put(String key, byte[] value) {
        if (value.length == 0) {
            throw new IllegalArgumentException("an empty value at " + key);
        }
        change(key, value);
    }

    public void remove(String key) {
        change(key, REMOVED);
    }

    private void change(String key, byte[] value) {
        if (key.startsWith(StateKeys.KEYS)) {
            standings.clear();
        }
        sinceMark.add(new Overwritten(key, changes.put(key, value)));
    }

    /// Records an event of the transaction.
    ///
    /// @param body a det-CBOR array
    public void happened(byte[] transaction, EventType type, List<String> subjects, CborWriter body) {
        events.add(new Event(
                block.era(), block.height(), block.time(), nextEventNo(), transaction, type, subjects, body.toBytes()));
    }

    @Nullable
    KeyStanding standing(Thumbprint thumbprint) {
        KeyStanding known = standings.get(thumbprint);
        if (known == null) {
            byte[] value = get(StateKeys.key(thumbprint));
            known = value == null ? null : KeyStanding.decode(value);
            if (known != null) {
                standings.put(thumbprint, known);
            }
        }
        return known;
    }

    /// Whether the ledger has ever had this key.
    public boolean knows(Thumbprint key) {
        return get(StateKeys.key(key)) != null;
    }

    public @Nullable KeyRecord key(Thumbprint thumbprint) {
        byte[] value = get(StateKeys.key(thumbprint));
        return value == null ? null : KeyRecord.decode(value);
    }

    public void put(KeyRecord key) {
        put(StateKeys.key(key.key().thumbprint()), key.encode());
    }

    /// Whether the device is registered.
    public boolean knows(DeviceId device) {
        return get(StateKeys.device(device)) != null;
    }

    public @Nullable DeviceRecord device(DeviceId device) {
        byte[] value = get(StateKeys.device(device));
        return value == null ? null : DeviceRecord.decode(device, value);
    }

    public void put(DeviceRecord device) {
        put(StateKeys.device(device.device()), device.encode());
    }

    /// Whether the member is registered; it may have been removed since.
    public boolean knows(MemberId member) {
        return get(StateKeys.member(member)) != null;
    }

    public @Nullable MemberRecord member(MemberId member) {
        byte[] value = get(StateKeys.member(member));
        return value == null ? null : MemberRecord.decode(member, value);
    }

    public void put(MemberRecord member) {
        put(StateKeys.member(member.member()), member.encode());
    }

    /// Whether the members removed this one: it acts on the ledger no more.
    public boolean isRemoved(MemberId member) {
        return get(StateKeys.removed(member)) != null;
    }

    public @Nullable LogRecord log(LogId log) {
        byte[] value = get(StateKeys.log(log));
        return value == null ? null : LogRecord.decode(log, value);
    }

    public void put(LogRecord log) {
        put(StateKeys.log(log.log()), log.encode());
    }

    /// Whether one of the signers is a key in force of this member with one of these roles.
    public boolean isSignedBy(List<Thumbprint> signers, MemberId member, KeyRole... roles) {
        for (Thumbprint signer : signers) {
            KeyStanding standing = standing(signer);
            if (standing != null && standing.inForce() && standing.member().equals(member)) {
                for (KeyRole role : roles) {
                    if (standing.role() == role) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    public static String decisionSubject(long number) {
        return "decision/" + number;
    }

    public static String subject(MemberId member) {
        return "member/" + member.value();
    }

    public static String subject(DeviceId device) {
        return "device/" + device.value();
    }

    public static String subject(LogId log) {
        return "log/" + log.member().value() + "/" + log.number();
    }
}
