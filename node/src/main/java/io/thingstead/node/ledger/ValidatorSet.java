package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.ledger.EraRecord.EraMember;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The members that vote: on blocks with their engine keys, on decisions with their identity keys. By name, with equal
/// power. The state has it from an era's start or its first change on; before, it is the first era's members.
public record ValidatorSet(List<EraMember> members) {
    public static final int MAX_MEMBERS = 100;

    private static final int BLOCKS_BETWEEN_CHANGES = 3;

    public ValidatorSet {
        members =
                members.stream().sorted(Comparator.comparing(EraMember::member)).toList();
    }

    public static ValidatorSet of(Draft draft) {
        byte[] value = draft.get(StateKeys.VALIDATORS);
        return value == null ? new ValidatorSet(EraRecord.of(draft).members()) : decode(value);
    }

    /// Why the set cannot be changed in this block, or null. An engine of several members takes a change over within
    /// two blocks; a solo era has its one member to the end.
    public static @Nullable Refused objectionToChange(Draft draft) {
        if (EraRecord.of(draft).isSolo()) {
            return new Refused(Refusal.ERA_SOLO, "this era has one member: the next one seats others");
        }
        byte[] changed = draft.get(StateKeys.VALIDATORS_CHANGED);
        if (changed != null) {
            CborReader in = CborReader.strict(changed);
            in.readArrayOf(1);
            long from = in.readUint() + BLOCKS_BETWEEN_CHANGES;
            if (draft.block().height() < from) {
                return new Refused(
                        Refusal.DECISION_WAIT,
                        "the members changed a moment ago: ask again from block " + from + " on");
            }
        }
        return null;
    }

    /// Votes from this block on.
    public void put(Draft draft) {
        draft.put(StateKeys.VALIDATORS, encode());
        draft.put(
                StateKeys.VALIDATORS_CHANGED,
                new CborWriter().array(1).integer(draft.block().height()).toBytes());
        for (EraMember member : members) {
            String engine = StateKeys.engine(MemberSet.address(member.engineKey()));
            if (draft.get(engine) == null) {
                draft.put(
                        engine,
                        new CborWriter().array(1).text(member.member().value()).toBytes());
            }
        }
    }

    public int size() {
        return members.size();
    }

    public Optional<EraMember> find(MemberId member) {
        return members.stream().filter(m -> m.member().equals(member)).findFirst();
    }

    public boolean has(MemberId member) {
        return find(member).isPresent();
    }

    public ValidatorSet with(MemberId member, VerifyingKey engineKey) {
        List<EraMember> more = new ArrayList<>(without(member).members);
        more.add(new EraMember(member, engineKey, 1));
        return new ValidatorSet(more);
    }

    public ValidatorSet without(MemberId member) {
        return new ValidatorSet(
                members.stream().filter(m -> !m.member().equals(member)).toList());
    }

    /// What an engine is told to come to the other set: the engine keys that come, and with power 0 those that go.
    List<EraMember> updatesTo(ValidatorSet next) {
        List<EraMember> updates = new ArrayList<>();
        for (EraMember member : next.members) {
            if (!holds(member.engineKey())) {
                updates.add(member);
            }
        }
        for (EraMember member : members) {
            if (!next.holds(member.engineKey())) {
                updates.add(new EraMember(member.member(), member.engineKey(), 0));
            }
        }
        return updates;
    }

    private boolean holds(VerifyingKey engineKey) {
        return members.stream().anyMatch(m -> m.engineKey().equals(engineKey));
    }

    /// Whether so many of them decide: more than two thirds.
    public boolean isEnough(long approvals) {
        return 3 * approvals > 2L * size();
    }

    /// How many of them must approve.
    public int needed() {
        return 2 * size() / 3 + 1;
    }

    /// How many of so many may fail or lie while the others still agree and are right.
    public static int tolerated(int members) {
        return (members - 1) / 3;
    }

    /// What so many members bear, in plain words: `4 members: 1 may fail or lie`.
    public static String tolerance(int members) {
        int tolerated = tolerated(members);
        return members + (members == 1 ? " member: " : " members: ") + (tolerated == 0 ? "none" : tolerated)
                + " may fail or lie";
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(64 * size() + 8).array(size());
        members.forEach(m -> out.array(3)
                .text(m.member().value())
                .bytes(m.engineKey().coseKey())
                .integer(m.power()));
        return out.toBytes();
    }

    public static ValidatorSet decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        int count = in.readArray(1_000);
        List<EraMember> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(3);
            members.add(new EraMember(
                    new MemberId(in.readText(32)),
                    VerifyingKey.decode(in.readBytes(128)).orThrow(),
                    in.readUint()));
        }
        in.expectEnd();
        return new ValidatorSet(members);
    }
}
