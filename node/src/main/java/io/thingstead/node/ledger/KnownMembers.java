package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// The part of a ledger's state by which its members are reached and recognised: what a newcomer must know
/// before it has the state itself. Members, their keys for the networks between members and for voting, their
/// addresses, the eras, and who votes; of members that were removed, that they were.
public final class KnownMembers {
    private static final List<KeyRole> ROLES = List.of(KeyRole.TLS, KeyRole.PEER, KeyRole.ENGINE);
    private static final int MAX_ENTRIES = 5_000;

    private KnownMembers() {}

    public static SortedMap<String, byte[]> of(LedgerReader ledger) {
        SortedMap<String, byte[]> known = new TreeMap<>();
        ledger.eras().forEach(era -> known.put(StateKeys.era(era.number()), era.encode()));
        known.put(StateKeys.VALIDATORS, ledger.validators().encode());
        for (MemberRecord record : ledger.members()) {
            known.put(StateKeys.member(record.member()), record.encode());
            OptionalLong removal = ledger.removal(record.member());
            if (removal.isPresent()) {
                known.put(StateKeys.removed(record.member()), removed(removal.getAsLong()));
            } else {
                ledger.endpoint(record.member())
                        .ifPresent(at -> known.put(StateKeys.endpoint(record.member()), at.encode()));
                for (KeyRole role : ROLES) {
                    record.key(role)
                            .map(ledger::key)
                            .filter(key -> key.inForce())
                            .ifPresent(key -> known.put(StateKeys.key(key.key().thumbprint()), key.encode()));
                }
            }
        }
        return known;
    }

    private static byte[] removed(long event) {
        return new CborWriter().array(1).integer(event).toBytes();
    }

    /// The number of the event that removed a member, out of the value at its state key.
    public static long removal(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(1);
        long event = in.readUint();
        in.expectEnd();
        return event;
    }

    /// The member with this identity key, as far as entries tell.
    public static Optional<MemberRecord> withIdentity(SortedMap<String, byte[]> known, Thumbprint identity) {
        return known.tailMap(StateKeys.MEMBERS).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(StateKeys.MEMBERS))
                .map(entry -> MemberRecord.decode(member(entry.getKey(), StateKeys.MEMBERS), entry.getValue()))
                .filter(record ->
                        record.key(KeyRole.IDENTITY).filter(identity::equals).isPresent())
                .findFirst();
    }

    /// Takes entries that came from elsewhere: of these kinds only, each of its form. Anything else throws
    /// [CborMalformed].
    public static SortedMap<String, byte[]> read(SortedMap<String, byte[]> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new CborMalformed("more than " + MAX_ENTRIES + " entries");
        }
        try {
            entries.forEach(KnownMembers::check);
        } catch (IllegalArgumentException | java.util.NoSuchElementException | IllegalStateException e) {
            throw new CborMalformed("an entry about a member: " + e.getMessage());
        }
        return new TreeMap<>(entries);
    }

    private static void check(String key, byte[] value) {
        if (key.equals(StateKeys.VALIDATORS)) {
            ValidatorSet.decode(value);
        } else if (key.startsWith(StateKeys.ERAS)) {
            require(key, StateKeys.era(EraRecord.decode(value).number()));
        } else if (key.startsWith(StateKeys.MEMBERS)) {
            MemberRecord.decode(member(key, StateKeys.MEMBERS), value);
        } else if (key.startsWith(StateKeys.REMOVED)) {
            member(key, StateKeys.REMOVED);
            removal(value);
        } else if (key.startsWith(StateKeys.ENDPOINTS)) {
            member(key, StateKeys.ENDPOINTS);
            if (!Endpoint.decode(value).isWellFormed()) {
                throw new CborMalformed("an address");
            }
        } else if (key.startsWith(StateKeys.KEYS)) {
            Thumbprint thumbprint = KeyRecord.decode(value).key().thumbprint();
            require(key, StateKeys.key(thumbprint));
        } else {
            throw new CborMalformed("not about a member");
        }
    }

    private static MemberId member(String key, String prefix) {
        return MemberId.parse(key.substring(prefix.length())).orElseThrow();
    }

    private static void require(String key, String expected) {
        if (!key.equals(expected)) {
            throw new CborMalformed("under another's key");
        }
    }
}
