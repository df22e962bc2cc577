package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.action.RegisterMember.MemberKey;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the keys must pass with which a member comes onto the ledger: one for each purpose, each held by the member.
final class MemberKeysCheck {
    /// What every member needs.
    static final Set<KeyRole> REQUIRED =
            EnumSet.of(KeyRole.IDENTITY, KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.ATTEST);

    /// What a member among others needs.
    static final Set<KeyRole> ALL = EnumSet.of(
            KeyRole.IDENTITY, KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.ATTEST, KeyRole.TLS, KeyRole.PEER);

    private MemberKeysCheck() {}

    /// The objection, or null.
    static @Nullable Refused objection(
            MemberId member, List<MemberKey> keys, Collection<KeyRole> required, Draft draft) {
        Set<KeyRole> roles = EnumSet.noneOf(KeyRole.class);
        TreeSet<Thumbprint> once = new TreeSet<>();
        for (MemberKey key : keys) {
            if (!ALL.contains(key.role()) || !roles.add(key.role())) {
                return new Refused(
                        Refusal.ACTION_MALFORMED, "role " + key.role().label() + " is not a member's, or stands twice");
            }
            if (!once.add(key.key().thumbprint())) {
                return new Refused(
                        Refusal.KEY_EXISTS,
                        "a key serves one purpose: " + key.key().thumbprint());
            }
            Refused objection = objection(member, key, draft);
            if (objection != null) {
                return objection;
            }
        }
        return roles.containsAll(required)
                ? null
                : new Refused(
                        Refusal.KEY_NONE,
                        "a member needs keys for "
                                + String.join(
                                        ", ",
                                        required.stream().map(KeyRole::label).toList()));
    }

    /// The objection to one of a member's keys, or null. TLS alone may be of another kind: what speaks it may not know
    /// Ed25519.
    static @Nullable Refused objection(MemberId member, MemberKey key, Draft draft) {
        if (key.key().algorithm() != Algorithm.ED25519 && key.role() != KeyRole.TLS) {
            return new Refused(Refusal.KEY_WEAK, "a member's keys are Ed25519 keys");
        }
        return KeyCheck.objection(key.key(), key.possession(), RegisterMember.subject(member, key.role()), draft);
    }
}
