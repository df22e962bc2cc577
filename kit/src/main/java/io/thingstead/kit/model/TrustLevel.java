package io.thingstead.kit.model;

/// Who vouches for a frame, from most to least: the device itself, its gateway, or only the member that received it.
public enum TrustLevel {
    DEVICE_SIGNED("device-signed"),
    GATEWAY_SIGNED("gateway-signed"),
    MEMBER_ATTESTED("member-attested");

    private final String label;

    TrustLevel(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
