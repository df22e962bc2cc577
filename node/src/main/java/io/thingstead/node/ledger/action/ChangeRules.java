package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.Rules;
import io.thingstead.node.ledger.StateKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes the version of the ledger's rules from a block on. With the version in force it takes back a change that has
/// not come into force.
public record ChangeRules(long version, long height) implements Proposal {
    static final int KIND = 4;

    /// How many blocks ahead it is decided at least, so that nobody is taken by surprise.
    static final long MIN_AHEAD = 10;

    static ChangeRules readFields(CborReader in) {
        return new ChangeRules(in.readUint(0xFFFF), Actions.number(in));
    }

    @Override
    public void write(CborWriter out) {
        out.array(3).integer(KIND).integer(version).integer(height);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.LEDGER);
    }

    @Override
    public @Nullable Refused objection(Draft draft) {
        boolean next = version == AppHash.RULES_VERSION + 1;
        if (!next && version != AppHash.RULES_VERSION) {
            return new Refused(
                    Refusal.RULES_VERSION,
                    "the rules are of version " + AppHash.RULES_VERSION + ", the next one is "
                            + (AppHash.RULES_VERSION + 1));
        }
        return height < draft.block().height() + MIN_AHEAD
                ? new Refused(
                        Refusal.RULES_VERSION, "a change of rules is decided at least " + MIN_AHEAD + " blocks ahead")
                : null;
    }

    @Override
    public void carryOut(byte[] transaction, Draft draft) {
        draft.put(StateKeys.RULES, new Rules(version, height).encode());
        draft.happened(
                transaction,
                EventType.RULES_CHANGED,
                subjects(),
                new CborWriter().array(2).integer(version).integer(height));
    }

    @Override
    public String inWords() {
        return "Go by version " + version + " of the ledger's rules from block " + height + " on";
    }

    @Override
    public List<String> inWords(LedgerReader ledger) {
        return List.of(
                inWords() + ", " + Math.max(0, height - ledger.head().height()) + " blocks from now.",
                "A member whose program does not know that version stops before that block until it is updated.");
    }
}
