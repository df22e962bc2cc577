package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValueSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/// Which members vote on the newest blocks. What a block changes among them takes effect two blocks later: the header
/// after it names the next set, the one after that is the first which the new set signs.
final class VoterSets {
    static final int BLOCKS_UNTIL_IN_FORCE = 2;
    private static final int KEPT = 16;

    /// By the block after which the set stands.
    private final TreeMap<Long, List<EraMember>> after = new TreeMap<>();

    private VoterSets() {}

    /// An era begins with its own members.
    static VoterSets of(EraRecord era) {
        VoterSets sets = new VoterSets();
        sets.after.put(Long.MIN_VALUE, era.members());
        return sets;
    }

    /// The sets around the newest block: the one after it, and those before, found by taking changes back.
    ///
    /// @param newest the set after the newest block
    /// @param height of the newest block
    static VoterSets open(List<EraMember> newest, long height, StoredBlocks blocks) {
        VoterSets sets = new VoterSets();
        List<EraMember> set = newest;
        for (long at = height; at > height - BLOCKS_UNTIL_IN_FORCE; at--) {
            BlockRecord block = blocks.record(at);
            if (block != null && !block.validatorUpdates().isEmpty()) {
                sets.after.put(at, set);
                set = takenBack(set, block.validatorUpdates());
            }
        }
        sets.after.put(Long.MIN_VALUE, set);
        return sets;
    }

    /// Powers are equal: what came is taken out, what went is put back.
    private static List<EraMember> takenBack(List<EraMember> set, List<EraMember> updates) {
        List<EraMember> before = new ArrayList<>(set);
        for (EraMember update : updates) {
            if (update.power() == 0) {
                before.add(new EraMember(update.member(), update.engineKey(), 1));
            } else {
                before.removeIf(member -> member.engineKey().equals(update.engineKey()));
            }
        }
        return before;
    }

    void changed(long height, List<EraMember> set) {
        after.put(height, set);
        while (after.size() > KEPT) {
            after.put(Long.MIN_VALUE, Objects.requireNonNull(after.remove(after.higherKey(Long.MIN_VALUE))));
        }
    }

    /// Those whose signatures count under the header of this height, one of the newest.
    List<EraMember> at(long headerHeight) {
        return Objects.requireNonNull(after.floorEntry(headerHeight - BLOCKS_UNTIL_IN_FORCE))
                .getValue();
    }

    /// Whether somebody came to vote, or ceased to, in a block above this height.
    static boolean changedAfter(long height, ValueSource values) {
        byte[] changed = values.get(StateKeys.VALIDATORS_CHANGED);
        if (changed == null) {
            return false;
        }
        CborReader in = CborReader.strict(changed);
        in.readArrayOf(1);
        return in.readUint() > height;
    }
}
