package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;

/// Which holds, limits and channels an account has to do with, whichever side it is on: rows of the state, so that all
/// of an account's are one look.
final class Parties {
    private static final byte[] NOTHING_MORE = new CborWriter(1).array(0).toBytes();

    private Parties() {}

    static void add(Draft draft, String kind, long number, AccountId one, AccountId other) {
        draft.put(StateKeys.party(one, kind, number), NOTHING_MORE);
        draft.put(StateKeys.party(other, kind, number), NOTHING_MORE);
    }

    static void remove(Draft draft, String kind, long number, AccountId one, AccountId other) {
        draft.remove(StateKeys.party(one, kind, number));
        draft.remove(StateKeys.party(other, kind, number));
    }
}
