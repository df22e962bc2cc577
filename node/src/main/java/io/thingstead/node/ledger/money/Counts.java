package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;

/// How many things of a kind somebody has on the ledger, so that nobody fills it; and the numbers of things that are
/// numbered, each given once.
public final class Counts {
    /// What is counted, whose it is, and how many one may have.
    public enum Kind {
        ASSETS("assets", 1_000),
        ACCOUNTS("accounts", 1_000_000),
        HOLDS("holds", 1_000),
        LIMITS("limits", 1_000),
        CHANNELS("channels", 1_000),
        CONTRACTS("contracts", 1_000_000),
        OFFERS("offers", 1_000);

        private final String label;
        private final long most;

        Kind(String label, long most) {
            this.label = label;
            this.most = most;
        }

        public String label() {
            return label;
        }

        public long most() {
            return most;
        }
    }

    private Counts() {}

    public static boolean isFull(Draft draft, Kind kind, String whose) {
        return read(draft, key(kind, whose)) >= kind.most;
    }

    public static void add(Draft draft, Kind kind, String whose) {
        String key = key(kind, whose);
        write(draft, key, read(draft, key) + 1);
    }

    public static void subtract(Draft draft, Kind kind, String whose) {
        String key = key(kind, whose);
        write(draft, key, read(draft, key) - 1);
    }

    /// The next number of this kind, from 1 on.
    public static long next(Draft draft, Kind kind) {
        long number = read(draft, StateKeys.numbered(kind.label)) + 1;
        write(draft, StateKeys.numbered(kind.label), number);
        return number;
    }

    private static String key(Kind kind, String whose) {
        return StateKeys.count(kind.label, whose);
    }

    private static long read(Draft draft, String key) {
        byte[] value = draft.get(key);
        if (value == null) {
            return 0;
        }
        CborReader in = CborReader.strict(value);
        in.readArrayOf(1);
        return in.readUint();
    }

    private static void write(Draft draft, String key, long count) {
        if (count == 0) {
            draft.remove(key);
        } else {
            draft.put(key, new CborWriter(12).array(1).integer(count).toBytes());
        }
    }
}
