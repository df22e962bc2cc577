package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import org.jspecify.annotations.Nullable;

/// What every key must pass before it comes onto the ledger: strong, never seen before, and held by who registers it.
final class KeyCheck {
    private KeyCheck() {}

    /// The objection, or null.
    static @Nullable Refused objection(VerifyingKey key, byte[] possession, String subject, Draft draft) {
        if (!key.isStrong()) {
            return new Refused(
                    Refusal.KEY_WEAK,
                    "the key is not a canonical point of full order; make a new one: " + key.thumbprint());
        }
        if (draft.knows(key.thumbprint())) {
            return new Refused(Refusal.KEY_EXISTS, "a key is used once, for ever: " + key.thumbprint());
        }
        if (!Possession.holds(possession, subject, draft.block().ledger(), key)) {
            return new Refused(
                    Refusal.KEY_POSSESSION, "the proof of possession is not signed by this key for " + subject);
        }
        return null;
    }
}
