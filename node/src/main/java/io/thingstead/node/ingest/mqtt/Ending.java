package io.thingstead.node.ingest.mqtt;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttIdentifierRejectedException;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import org.jspecify.annotations.Nullable;

/// How one connection ends: once, counted, and with the reason where the protocol has a packet for it. Confined to the
/// event loop.
final class Ending {
    private final Wire wire;
    private final MqttCounters counters;
    private @Nullable Hello hello;
    private boolean isDone;

    Ending(Wire wire, MqttCounters counters) {
        this.wire = wire;
        this.counters = counters;
    }

    /// From CONNACK on the client can be told.
    void welcomed(Hello client) {
        hello = client;
    }

    /// Nothing more is read or answered.
    boolean isDone() {
        return isDone;
    }

    /// The client closed, or wants to.
    void close() {
        isDone = true;
        wire.close();
    }

    /// With a last packet.
    void with(MqttMessage last) {
        isDone = true;
        wire.sendLast(last);
    }

    /// A client of MQTT 5 is told why, one of 3.1.1 sees the connection close (OASIS MQTT 5.0 §4.13).
    void because(Disconnect code, String why) {
        if (isDone) {
            return;
        }
        if (hello != null && hello.isVersion5()) {
            with(Packets.disconnect(code, hello.reason(why)));
        } else {
            close();
        }
    }

    void timedOut(String why) {
        counters.timedOut.increment();
        because(Disconnect.KEEP_ALIVE_TIMEOUT, why);
    }

    void takenOver() {
        counters.takenOver.increment();
        because(Disconnect.SESSION_TAKEN_OVER, "connected again elsewhere");
    }

    /// A packet that is out of place.
    void violated(String what) {
        counters.malformed.increment();
        because(Disconnect.PROTOCOL_ERROR, what);
    }

    /// Bytes that are no packet.
    ///
    /// @param isVersion5 a CONNECT of MQTT 5, as far as it could be read
    void unreadable(@Nullable Throwable cause, boolean isVersion5) {
        counters.malformed.increment();
        switch (cause) {
            case MqttUnacceptableProtocolVersionException _ ->
                denied(MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION);
            case MqttIdentifierRejectedException _ -> denied(Reasons.ofClientId(isVersion5));
            case TooLongFrameException _ ->
                because(Disconnect.PACKET_TOO_LARGE, "a packet has at most " + Handshake.MOST_PACKET_BYTES + " bytes");
            case null, default -> because(Disconnect.MALFORMED_PACKET, "not MQTT");
        }
    }

    private void denied(MqttConnectReturnCode code) {
        with(Packets.connAck(code, MqttProperties.NO_PROPERTIES));
    }
}
