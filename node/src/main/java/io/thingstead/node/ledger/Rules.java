package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.proof.AppHash;
import org.jspecify.annotations.Nullable;

/// The version of the ledger's rules that the members decided on, and the block from which it holds.
public record Rules(long version, long height) {
    /// A program that does not know the rules from a block on makes none of these blocks: it must be updated first.
    public static final class Unknown extends IllegalStateException {
        Unknown(Rules rules) {
            super("from block " + rules.height + " on the ledger goes by version " + rules.version
                    + " of its rules, which this program does not know: install a newer one");
        }
    }

    /// What was decided last, or null when nothing was.
    public static @Nullable Rules of(Draft draft) {
        byte[] value = draft.get(StateKeys.RULES);
        return value == null ? null : decode(value);
    }

    /// Throws when the draft's block needs rules that this program lacks.
    static void requireKnown(Draft draft) {
        Rules decided = of(draft);
        if (decided != null && draft.block().height() >= decided.height && decided.version != AppHash.RULES_VERSION) {
            throw new Unknown(decided);
        }
    }

    public byte[] encode() {
        return new CborWriter(16).array(2).integer(version).integer(height).toBytes();
    }

    public static Rules decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(2);
        Rules read = new Rules(in.readUint(), in.readUint());
        in.expectEnd();
        return read;
    }
}
