package io.thingstead.kit.crypto;

/// What a COSE object is; part of what is signed, so that no signature can be replayed as another kind.
public enum CoseKind {
    FRAME("frame"),
    POSSESSION("possession"),
    CONNECT("connect"),
    PROMISE("promise"),
    HELD("held"),
    COMMAND("command"),
    COMMAND_RECEIPT("command-receipt"),
    VOUCHER("voucher");

    private final String label;

    CoseKind(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
