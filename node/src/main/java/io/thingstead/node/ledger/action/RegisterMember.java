package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.StateKeys;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Registers a member organisation with its keys, one for each purpose. The founder registers itself; later members
/// come
/// in by the members' decision.
public record RegisterMember(MemberId member, String domain, List<MemberKey> keys) implements Action {
    static final int TYPE = 1;

    private static final Set<KeyRole> REQUIRED =
            EnumSet.of(KeyRole.IDENTITY, KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.ATTEST);
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    /// A key, what it is for, and the proof that the member holds it.
    public record MemberKey(KeyRole role, VerifyingKey key, byte[] possession) {}

    public RegisterMember {
        keys = List.copyOf(keys);
    }

    /// The subject of a member key's proof of possession.
    public static String subject(MemberId member, KeyRole role) {
        return member.value() + "#" + role.label();
    }

    static RegisterMember read(CborReader in) {
        in.readArrayOf(3);
        MemberId member = Actions.member(in);
        String domain = in.readText(253);
        int count = in.readArray(8);
        List<MemberKey> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(3);
            KeyRole role = KeyRole.of(in.readUint(255)).orElseThrow(() -> new CborMalformed("not a key role"));
            keys.add(new MemberKey(role, Actions.key(in), in.readBytes(Actions.MAX_POSSESSION)));
        }
        return new RegisterMember(member, domain, keys);
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "register-member";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(3).text(member.value()).text(domain).array(keys.size());
        keys.forEach(k ->
                out.array(3).integer(k.role().number()).bytes(k.key().coseKey()).bytes(k.possession()));
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(member));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        if (draft.member(member) != null) {
            return Outcome.declined(Refusal.MEMBER_EXISTS, "member " + member + " is registered already");
        }
        boolean isFounder = draft.get(StateKeys.FOUNDED) == null;
        if (!isFounder && !isDecided(request, draft)) {
            return Outcome.declined(
                    Refusal.ACTION_NOT_ALLOWED,
                    "the ledger is founded: further members come in by the members' decision");
        }
        if (!DOMAIN.matcher(domain).matches()) {
            return Outcome.declined(Refusal.ACTION_MALFORMED, "not a domain name: " + domain);
        }
        Set<KeyRole> roles = EnumSet.noneOf(KeyRole.class);
        boolean signed = !isFounder;
        List<MemberRecord.RoleKey> roleKeys = new ArrayList<>(keys.size());
        for (MemberKey key : keys) {
            boolean memberRole =
                    REQUIRED.contains(key.role()) || key.role() == KeyRole.TLS || key.role() == KeyRole.PEER;
            if (!memberRole || !roles.add(key.role())) {
                return Outcome.declined(
                        Refusal.ACTION_MALFORMED, "role " + key.role().label() + " is not a member's, or stands twice");
            }
            if (key.key().algorithm() != Algorithm.ED25519) {
                return Outcome.declined(Refusal.KEY_WEAK, "a member's keys are Ed25519 keys");
            }
            Refused objection = KeyCheck.objection(key.key(), key.possession(), subject(member, key.role()), draft);
            if (objection != null) {
                return new Outcome.Declined(objection);
            }
            signed |= key.role() == KeyRole.IDENTITY
                    && request.signers().contains(key.key().thumbprint());
            draft.put(KeyRecord.fresh(key.key(), member.value(), member, key.role(), draft.nextEventNo()));
            roleKeys.add(new MemberRecord.RoleKey(key.role(), key.key().thumbprint()));
        }
        if (!roles.containsAll(REQUIRED)) {
            return Outcome.declined(Refusal.KEY_NONE, "a member needs keys for identity, log, node, engine and attest");
        }
        if (!signed) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "the member's identity key must sign its registration");
        }
        draft.put(new MemberRecord(member, domain, roleKeys));
        draft.put(StateKeys.FOUNDED, new CborWriter().array(0).toBytes());
        CborWriter body = new CborWriter().array(3).text(member.value()).text(domain);
        MemberRecord.writeKeys(body, roleKeys);
        draft.happened(request.transaction(), EventType.MEMBER_REGISTERED, subjects(), body);
        return Outcome.HAPPENED;
    }

    /// In an era of one member, that member's word is the decision.
    private static boolean isDecided(Request request, Draft draft) {
        byte[] value = draft.get(StateKeys.era(draft.block().era()));
        if (value == null) {
            return false;
        }
        EraRecord era = EraRecord.decode(value);
        return era.members().size() == 1
                && draft.isSignedBy(request.signers(), era.members().getFirst().member(), KeyRole.IDENTITY);
    }

    @Override
    public List<VerifyingKey> foundingKeys() {
        return keys.stream()
                .filter(k -> k.role() == KeyRole.IDENTITY)
                .map(MemberKey::key)
                .toList();
    }

    @Override
    public String inWords() {
        return "Register " + member + " (" + domain + ") as a member";
    }
}
