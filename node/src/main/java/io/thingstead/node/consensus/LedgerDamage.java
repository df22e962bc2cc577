package io.thingstead.node.consensus;

import io.thingstead.node.storage.StoreException;

/// What can be wrong with a ledger in a store: a stable code that programs may act on, and what people do about it.
public enum LedgerDamage {
    BLOCK_MISSING("ledger.block-missing", Advice.BLOCK),
    BLOCK_DAMAGED("ledger.block-damaged", Advice.BLOCK),
    DIFFERS("ledger.differs", Advice.LEDGER),
    STATE_DAMAGED("ledger.state-damaged", Advice.LEDGER);

    private final String code;
    private final String advice;

    LedgerDamage(String code, String advice) {
        this.code = code;
        this.advice = advice;
    }

    public String code() {
        return code;
    }

    /// In words, under the code.
    String in(String what) {
        return code + ": " + what + ". What to do: " + advice;
    }

    StoreException exception(String what) {
        return new StoreException(StoreException.Category.CORRUPT, in(what));
    }

    private static final class Advice {
        private static final String FIRST =
                "check the disk, and copy the data folder before anything is changed in it. ";

        static final String BLOCK = FIRST
                + "Proofs are made of events and state and need no old block: the node may go on. What stood in the block"
                + " is in copies of the folder and, on a shared ledger, with the other members.";

        static final String LEDGER = FIRST
                + "Do not go on with this ledger. One of several members comes back in an empty folder with a copy of"
                + " keys/ and an invite of another member (consortium join); a member alone puts back a copy of the"
                + " folder that was made while the node was stopped.";
    }
}
