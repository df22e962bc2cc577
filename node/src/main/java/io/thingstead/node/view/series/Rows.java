package io.thingstead.node.view.series;

import io.thingstead.kit.model.TrustLevel;
import java.sql.SQLException;

/// Codes in the rows of a file. Fixed: files outlive programs.
final class Rows {
    static final byte NUMBER = 0;
    static final byte FLAG = 1;
    static final byte TEXT = 2;
    static final byte DATA = 3;

    private Rows() {}

    static byte code(TrustLevel trust) {
        return switch (trust) {
            case DEVICE_SIGNED -> 1;
            case GATEWAY_SIGNED -> 2;
            case MEMBER_ATTESTED -> 3;
        };
    }

    static TrustLevel trust(int code) throws SQLException {
        return switch (code) {
            case 1 -> TrustLevel.DEVICE_SIGNED;
            case 2 -> TrustLevel.GATEWAY_SIGNED;
            case 3 -> TrustLevel.MEMBER_ATTESTED;
            default -> throw new SQLException("a row has the trust level " + code);
        };
    }
}
