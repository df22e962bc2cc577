package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What more than two thirds of the members can decide. One file per kind, as with actions.
public sealed interface Proposal permits AddMember, RemoveMember, ChangeEngineKey, ChangeRules {
    /// Writes the det-CBOR array, its kind first.
    void write(CborWriter out);

    /// What its events name.
    List<String> subjects();

    /// Why it cannot be carried out as things stand, or null.
    @Nullable
    Refused objection(Draft draft);

    /// Does it, in the draft, when nothing is against it.
    ///
    /// @param transaction identity of the one that brought the last approval
    void carryOut(byte[] transaction, Draft draft);

    /// In one line.
    String inWords();

    /// All that somebody must know before approving it, as things stand, a sentence or two at a time.
    List<String> inWords(LedgerReader ledger);

    /// Reads one. Malformed bytes throw [CborMalformed].
    static Proposal read(CborReader in) {
        int fields = in.readArray(6);
        int kind = in.readUint(255);
        int expected = switch (kind) {
            case AddMember.KIND -> 6;
            case RemoveMember.KIND -> 2;
            case ChangeEngineKey.KIND -> 4;
            case ChangeRules.KIND -> 3;
            default -> throw new CborMalformed("not a kind of proposal");
        };
        if (fields != expected) {
            throw new CborMalformed("a proposal of kind " + kind + " has " + expected + " fields");
        }
        return switch (kind) {
            case AddMember.KIND -> AddMember.readFields(in);
            case RemoveMember.KIND -> RemoveMember.readFields(in);
            case ChangeEngineKey.KIND -> ChangeEngineKey.readFields(in);
            default -> ChangeRules.readFields(in);
        };
    }

    /// What it makes of the members' tolerance.
    static String tolerance(int now, int then) {
        return "Now " + ValidatorSet.tolerance(now) + ". Then " + ValidatorSet.tolerance(then) + ", and "
                + (2 * then / 3 + 1) + " of " + then + " decide.";
    }
}
