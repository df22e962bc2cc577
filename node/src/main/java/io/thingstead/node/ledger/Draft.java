package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Changes to the state and events that came about, not yet kept: what an action, a transaction or a block did so far.
/// A draft is built upon another or on the kept state; it is merged down when it stands, and forgotten when it does
/// not.
public final class Draft {
    private final @Nullable Draft below;
    private final ValueSource kept;
    private final Block block;
    private final TreeMap<String, byte @Nullable []> changes = new TreeMap<>();
    private final List<Event> events = new ArrayList<>();
    private final long firstEventNo;

    /// Where and when the changes happen.
    ///
    /// @param time the block's time, the only clock there is
    public record Block(LedgerId ledger, long era, long height, long time) {}

    Draft(ValueSource kept, Block block, long firstEventNo) {
        this(null, kept, block, firstEventNo);
    }

    private Draft(@Nullable Draft below, ValueSource kept, Block block, long firstEventNo) {
        this.below = below;
        this.kept = kept;
        this.block = block;
        this.firstEventNo = firstEventNo;
    }

    /// A draft on top of this one.
    Draft onTop() {
        return new Draft(this, kept, block, nextEventNo());
    }

    /// What was drafted on top stands.
    void take(Draft top) {
        changes.putAll(top.changes);
        events.addAll(top.events);
    }

    SortedMap<String, byte @Nullable []> changes() {
        return changes;
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

    /// The number that the next event gets.
    public long nextEventNo() {
        return firstEventNo + events.size();
    }

    public byte @Nullable [] get(String key) {
        if (changes.containsKey(key)) {
            return changes.get(key);
        }
        return below != null ? below.get(key) : kept.get(key);
    }

    public void put(String key, byte[] value) {
        changes.put(key, value);
    }

    public void remove(String key) {
        changes.put(key, null);
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
        byte[] value = get(StateKeys.key(thumbprint));
        return value == null ? null : KeyStanding.decode(value);
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

    public @Nullable DeviceRecord device(DeviceId device) {
        byte[] value = get(StateKeys.device(device));
        return value == null ? null : DeviceRecord.decode(device, value);
    }

    public void put(DeviceRecord device) {
        put(StateKeys.device(device.device()), device.encode());
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
