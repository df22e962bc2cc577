package io.thingstead.node.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;

/// What a client says in its CONNECT packet, as far as it matters here.
///
/// @param user empty when none; likewise the password
/// @param keepAliveSeconds 0: the client promises no sign of life
/// @param wantsReasons MQTT 5: it has not asked to leave reason strings out
/// @param mostPacketBytes the largest packet it takes
/// @param mostUnacknowledged messages of QoS 1 that it takes without having acknowledged any
/// @param wantsSession MQTT 5: its session is to outlive the connection
record Hello(
        boolean isVersion5,
        String clientId,
        boolean isClean,
        String user,
        String password,
        boolean hasWill,
        boolean hasAuthenticationMethod,
        int keepAliveSeconds,
        boolean wantsReasons,
        long mostPacketBytes,
        int mostUnacknowledged,
        boolean wantsSession) {
    /// What a PUBLISH has besides topic and payload.
    private static final int PACKET_BYTES = 16;

    /// With what it says of limits, and with a client id that was made.
    private static final int CONNACK_BYTES = 26;

    private static final int ASSIGNED_ID_BYTES = 39;
    private static final int MOST_PACKET_IDS = 65_535;
    private static final long UNLIMITED = 268_435_455; // the most that MQTT can express

    static Hello of(MqttConnectMessage connect) {
        MqttConnectVariableHeader header = connect.variableHeader();
        MqttProperties properties = header.properties();
        byte[] password = connect.payload().passwordInBytes();
        String user = connect.payload().userName();
        String clientId = connect.payload().clientIdentifier();
        return new Hello(
                header.version() == MqttVersion.MQTT_5.protocolLevel(),
                clientId == null ? "" : clientId,
                header.isCleanSession(),
                user == null ? "" : user,
                password == null ? "" : new String(password, StandardCharsets.ISO_8859_1),
                header.isWillFlag(),
                properties.getProperty(MqttProperties.AUTHENTICATION_METHOD) != null,
                header.keepAliveTimeSeconds(),
                integer(properties, MqttProperties.REQUEST_PROBLEM_INFORMATION, 1) != 0,
                integer(properties, MqttProperties.MAXIMUM_PACKET_SIZE, UNLIMITED),
                (int) integer(properties, MqttProperties.RECEIVE_MAXIMUM, MOST_PACKET_IDS),
                integer(properties, MqttProperties.SESSION_EXPIRY_INTERVAL, 0) != 0);
    }

    /// What no client may say: a text that is none, or that it takes nothing at all (OASIS MQTT 5.0 §3.1.2.11).
    boolean isMalformed() {
        return !Texts.isWellFormed(clientId)
                || !Texts.isWellFormed(user)
                || mostPacketBytes == 0
                || mostUnacknowledged == 0;
    }

    /// Whether the client takes the CONNACK that lets it in.
    boolean takesWelcome() {
        return !isVersion5
                || mostPacketBytes >= (clientId.isEmpty() ? CONNACK_BYTES + ASSIGNED_ID_BYTES : CONNACK_BYTES);
    }

    /// The reason as a packet to it may carry it; empty where it may not (OASIS MQTT 5.0 §3.1.2.11.4, §3.1.2.11.7).
    String reason(String text) {
        boolean fits = text.getBytes(StandardCharsets.UTF_8).length + PACKET_BYTES <= mostPacketBytes;
        return isVersion5 && wantsReasons && fits ? text : "";
    }

    /// Whether the client takes a packet with this.
    boolean takes(String topic, byte[] payload) {
        return payload.length + topic.length() + PACKET_BYTES <= mostPacketBytes;
    }

    static long integer(MqttProperties properties, int id, long otherwise) {
        return properties.getProperty(id) instanceof MqttProperties.IntegerProperty property
                ? Integer.toUnsignedLong(property.value())
                : otherwise;
    }
}
