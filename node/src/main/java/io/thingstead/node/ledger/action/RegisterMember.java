package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Registers a member organisation with its keys, one for each purpose. The founder registers itself; later members
/// come
/// in by the members' decision.
public record RegisterMember(MemberId member, String domain, List<MemberKey> keys) implements Action {
    static final int TYPE = 1;

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
        return readFields(in);
    }

    /// The three fields, which stand in decisions too.
    static RegisterMember readFields(CborReader in) {
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

    void writeFields(CborWriter out) {
        out.text(member.value()).text(domain).array(keys.size());
        keys.forEach(k ->
                out.array(3).integer(k.role().number()).bytes(k.key().coseKey()).bytes(k.possession()));
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
        out.array(3);
        writeFields(out);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(member));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        boolean founds = draft.get(StateKeys.FOUNDED) == null;
        if (!founds && !draft.knows(member) && !isDecided(request, draft)) {
            return Outcome.declined(
                    Refusal.ACTION_NOT_ALLOWED,
                    "the ledger is founded: further members come in by the members' decision");
        }
        Refused objection = objection(MemberKeysCheck.REQUIRED, draft);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        boolean signed =
                foundingKeys().stream().anyMatch(key -> request.signers().contains(key.thumbprint()));
        if (founds && !signed) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "the member's identity key must sign its registration");
        }
        if (founds) {
            draft.put(StateKeys.FOUNDED, new CborWriter().array(0).toBytes());
        }
        register(request.transaction(), draft);
        return Outcome.HAPPENED;
    }

    /// While one member votes alone, its word is the decision.
    private static boolean isDecided(Request request, Draft draft) {
        ValidatorSet set = ValidatorSet.of(draft);
        return set.size() == 1
                && draft.isSignedBy(request.signers(), set.members().getFirst().member(), KeyRole.IDENTITY);
    }

    /// Whether it is a name under which a member's logs may be named.
    public static boolean isDomain(String text) {
        return DOMAIN.matcher(text).matches();
    }

    /// Why the member cannot come onto the ledger as it is described here, or null.
    @Nullable
    Refused objection(Collection<KeyRole> required, Draft draft) {
        if (draft.knows(member)) {
            return new Refused(Refusal.MEMBER_EXISTS, "member " + member + " is registered already");
        }
        return isDomain(domain)
                ? MemberKeysCheck.objection(member, keys, required, draft)
                : new Refused(Refusal.ACTION_MALFORMED, "not a domain name: " + domain);
    }

    /// Puts the member onto the ledger, when nothing is against it.
    void register(byte[] transaction, Draft draft) {
        List<MemberRecord.RoleKey> roleKeys = new ArrayList<>(keys.size());
        for (MemberKey key : keys) {
            draft.put(KeyRecord.fresh(key.key(), member.value(), member, key.role(), draft.nextEventNo()));
            roleKeys.add(new MemberRecord.RoleKey(key.role(), key.key().thumbprint()));
        }
        draft.put(new MemberRecord(member, domain, roleKeys));
        CborWriter body = new CborWriter().array(3).text(member.value()).text(domain);
        MemberRecord.writeKeys(body, roleKeys);
        draft.happened(transaction, EventType.MEMBER_REGISTERED, subjects(), body);
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
