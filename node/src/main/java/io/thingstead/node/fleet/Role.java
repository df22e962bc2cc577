package io.thingstead.node.fleet;

import io.thingstead.node.ledger.DeviceRecord;

/// What a device is on the ledger: one with a key of its own, a gateway that signs for others, or one without a key in
/// force, which connects with a token or not at all.
public enum Role {
    DEVICE("device"),
    GATEWAY("gateway"),
    TOKEN("token");

    private final String label;

    Role(String label) {
        this.label = label;
    }

    static Role of(DeviceRecord record) {
        if (record.isGateway()) return GATEWAY;
        return record.keys().isEmpty() ? TOKEN : DEVICE;
    }

    public String label() {
        return label;
    }
}
