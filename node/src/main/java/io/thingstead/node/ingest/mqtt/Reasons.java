package io.thingstead.node.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.thingstead.kit.model.Refusal;

/// How MQTT says why something was refused: the reason codes of MQTT 5 (OASIS MQTT 5.0 §2.4) for our codes.
final class Reasons {
    static final byte SUCCESS = 0;
    static final byte IMPLEMENTATION_SPECIFIC = (byte) 0x83;
    static final byte NOT_AUTHORISED = (byte) 0x87;
    static final byte QUOTA_EXCEEDED = (byte) 0x97;
    static final byte PAYLOAD_FORMAT_INVALID = (byte) 0x99;
    static final byte PACKET_ID_NOT_FOUND = (byte) 0x92;
    static final int SHARED_NOT_SUPPORTED = 0x9E;
    static final int WILDCARD_NOT_SUPPORTED = 0xA2;
    static final int NOT_AUTHORISED_UNSIGNED = 0x87;
    static final int FAILURE_3 = 0x80;
    static final short NO_SUBSCRIPTION = 0x11;

    private Reasons() {}

    /// For a message that was refused.
    static byte ofMessage(Refusal code) {
        return switch (code) {
            case KEY_UNKNOWN,
                    KEY_REVOKED,
                    KEY_FOREIGN,
                    SIGNATURE_INVALID,
                    DEVICE_UNKNOWN,
                    DEVICE_FOREIGN,
                    TOKEN_INVALID,
                    CONNECT_INVALID,
                    CONNECT_STALE,
                    CONNECT_REQUIRED,
                    TOPIC_FORBIDDEN -> NOT_AUTHORISED;
            case BUSY -> QUOTA_EXCEEDED;
            case FRAME_MALFORMED,
                    FRAME_TOO_LARGE,
                    FRAME_HEADER,
                    FRAME_PAYLOAD,
                    FRAME_TIME,
                    COMMAND_MALFORMED,
                    TELEMETRY_MALFORMED,
                    TELEMETRY_TOO_LARGE -> PAYLOAD_FORMAT_INVALID;
            default -> IMPLEMENTATION_SPECIFIC;
        };
    }

    /// For a client id that cannot be had.
    static MqttConnectReturnCode ofClientId(boolean version5) {
        return version5
                ? MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID
                : MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
    }

    /// For a connection that was refused.
    static MqttConnectReturnCode ofConnect(Refusal code, boolean version5) {
        boolean credentials = switch (code) {
            case TOKEN_INVALID, CONNECT_INVALID, CONNECT_STALE, CONNECT_REQUIRED -> true;
            default -> false;
        };
        if (credentials) {
            return version5
                    ? MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD
                    : MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;
        }
        if (code == Refusal.BUSY) {
            return version5
                    ? MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY
                    : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
        }
        return version5
                ? MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5
                : MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
    }
}
