package io.thingstead.kit.model;

import java.util.Optional;

/// What a key on the ledger is for. A key has one role for ever.
public enum KeyRole {
    DEVICE(1),
    GATEWAY(2),
    ATTEST(3),
    IDENTITY(4),
    LOG(5),
    NODE(6),
    TLS(7),
    ENGINE(8),
    PEER(9),
    WALLET(10);

    private final int number;

    KeyRole(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// The name in possession subjects, `<member>#<label>`.
    public String label() {
        return switch (this) {
            case DEVICE -> "device";
            case GATEWAY -> "gateway";
            case ATTEST -> "attest";
            case IDENTITY -> "identity";
            case LOG -> "log";
            case NODE -> "node";
            case TLS -> "tls";
            case ENGINE -> "engine";
            case PEER -> "peer";
            case WALLET -> "wallet";
        };
    }

    public static Optional<KeyRole> of(long number) {
        for (KeyRole role : values()) {
            if (role.number == number) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
