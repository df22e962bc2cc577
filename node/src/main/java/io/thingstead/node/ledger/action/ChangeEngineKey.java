package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Gives a member another engine key: its votes on blocks are signed with it from then on.
public record ChangeEngineKey(MemberId member, VerifyingKey key, byte[] possession) implements Proposal {
    static final int KIND = 3;

    static ChangeEngineKey readFields(CborReader in) {
        return new ChangeEngineKey(Actions.member(in), Actions.key(in), in.readBytes(Actions.MAX_POSSESSION));
    }

    @Override
    public void write(CborWriter out) {
        out.array(4).integer(KIND).text(member.value()).bytes(key.coseKey()).bytes(possession);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(member));
    }

    @Override
    public @Nullable Refused objection(Draft draft) {
        Refused objection = MemberStanding.objection(member, draft);
        if (objection == null) {
            objection = MemberKeysCheck.objection(
                    member, new RegisterMember.MemberKey(KeyRole.ENGINE, key, possession), draft);
        }
        return objection == null && ValidatorSet.of(draft).has(member)
                ? ValidatorSet.objectionToChange(draft)
                : objection;
    }

    @Override
    public void carryOut(byte[] transaction, Draft draft) {
        MemberRecord record = Objects.requireNonNull(draft.member(member), "objected to before");
        Thumbprint old = record.key(KeyRole.ENGINE).orElseThrow();
        long eventNo = draft.nextEventNo();
        draft.put(Objects.requireNonNull(draft.key(old), "a member's key is on the ledger")
                .ended(eventNo, draft.now(), null));
        draft.put(KeyRecord.fresh(key, member.value(), member, KeyRole.ENGINE, eventNo));
        draft.put(record.with(KeyRole.ENGINE, key.thumbprint()));
        ValidatorSet set = ValidatorSet.of(draft);
        if (set.has(member)) {
            set.with(member, key).put(draft);
        }
        draft.happened(
                transaction,
                EventType.ENGINE_KEY_CHANGED,
                subjects(),
                new CborWriter()
                        .array(3)
                        .text(member.value())
                        .bytes(old.bytes())
                        .bytes(key.thumbprint().bytes()));
    }

    @Override
    public String inWords() {
        return "Change the engine key of " + member + " to "
                + key.thumbprint().hex().substring(0, 16);
    }

    @Override
    public List<String> inWords(LedgerReader ledger) {
        int now = ledger.validators().size();
        return List.of(
                inWords() + ".",
                "Its votes on blocks count only with the new key two blocks later; its old engine key ends for ever.",
                ledger.validators().has(member) ? Proposal.tolerance(now, now) : "It has no vote.");
    }
}
