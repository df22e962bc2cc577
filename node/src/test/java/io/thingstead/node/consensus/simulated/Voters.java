package io.thingstead.node.consensus.simulated;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.node.ledger.EraRecord.EraMember;
import java.util.ArrayList;
import java.util.List;

/// The members that vote at a height, in the order in which CometBFT has them and takes turns.
final class Voters {
    private final List<EraMember> members;
    private final MemberSet set;

    Voters(List<EraMember> members) {
        this.members = List.copyOf(members);
        this.set = new MemberSet(members.stream().map(EraMember::forTrust).toList());
    }

    MemberSet set() {
        return set;
    }

    List<EraMember> members() {
        return members;
    }

    EraMember member(MemberId id) {
        return members.stream().filter(m -> m.member().equals(id)).findFirst().orElseThrow();
    }

    boolean has(MemberId id) {
        return members.stream().anyMatch(m -> m.member().equals(id));
    }

    int place(MemberId id) {
        List<TrustFile.EraMember> ordered = set.members();
        for (int i = 0; i < ordered.size(); i++) {
            if (ordered.get(i).member().equals(id)) {
                return i;
            }
        }
        throw new IllegalArgumentException(id + " does not vote");
    }

    MemberId proposer(long height, int round) {
        return set.members().get((int) ((height + round) % members.size())).member();
    }

    boolean isQuorum(int votes) {
        return 3 * votes > 2 * members.size();
    }

    /// More than can all lie.
    boolean isSomeHonest(int votes) {
        return 3 * votes > members.size();
    }

    /// What an application's updates make of the set; power 0 takes a member out.
    Voters with(List<EraMember> updates) {
        if (updates.isEmpty()) {
            return this;
        }
        List<EraMember> after = new ArrayList<>(members);
        for (EraMember update : updates) {
            after.removeIf(m -> m.engineKey().equals(update.engineKey()));
            if (update.power() > 0) {
                after.add(update);
            }
        }
        return new Voters(after);
    }
}
