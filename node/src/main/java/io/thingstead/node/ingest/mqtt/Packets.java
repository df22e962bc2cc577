package io.thingstead.node.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import java.util.List;

/// The packets that the node sends.
final class Packets {
    private Packets() {}

    static MqttMessage connAck(MqttConnectReturnCode code, MqttProperties properties) {
        return new MqttConnAckMessage(
                header(MqttMessageType.CONNACK, MqttQoS.AT_MOST_ONCE),
                new MqttConnAckVariableHeader(code, false, properties));
    }

    /// PUBACK, PUBREC or PUBCOMP. In MQTT 3.1.1 the code and the reason are left out.
    static MqttMessage reply(MqttMessageType type, int packetId, byte code, String reason) {
        return new MqttMessage(
                header(type, MqttQoS.AT_MOST_ONCE),
                new MqttPubReplyMessageVariableHeader(packetId, code, reasonString(reason)));
    }

    static MqttMessage subAck(int packetId, List<Integer> codes) {
        return new MqttSubAckMessage(
                header(MqttMessageType.SUBACK, MqttQoS.AT_MOST_ONCE),
                new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
                new MqttSubAckPayload(codes));
    }

    /// In MQTT 3.1.1 it has no codes (OASIS MQTT 3.1.1 §3.11).
    static MqttMessage unsubAck(int packetId, List<Short> codes, boolean isVersion5) {
        if (!isVersion5) {
            return new MqttMessage(
                    header(MqttMessageType.UNSUBACK, MqttQoS.AT_MOST_ONCE), MqttMessageIdVariableHeader.from(packetId));
        }
        return new MqttUnsubAckMessage(
                header(MqttMessageType.UNSUBACK, MqttQoS.AT_MOST_ONCE),
                new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
                new MqttUnsubAckPayload(codes));
    }

    static MqttMessage disconnect(MqttReasonCodes.Disconnect code, String reason) {
        return new MqttMessage(
                header(MqttMessageType.DISCONNECT, MqttQoS.AT_MOST_ONCE),
                new MqttReasonCodeAndPropertiesVariableHeader(code.byteValue(), reasonString(reason)));
    }

    static MqttMessage publish(String topic, byte[] payload) {
        return publish(topic, payload, MqttQoS.AT_MOST_ONCE, -1);
    }

    /// @param packetId -1 with QoS 0
    static MqttMessage publish(String topic, byte[] payload, MqttQoS qos, int packetId) {
        ByteBuf content = Unpooled.wrappedBuffer(payload);
        return new MqttPublishMessage(
                header(MqttMessageType.PUBLISH, qos),
                new MqttPublishVariableHeader(topic, packetId, MqttProperties.NO_PROPERTIES),
                content);
    }

    static MqttProperties reasonString(String reason) {
        MqttProperties properties = new MqttProperties();
        if (!reason.isEmpty()) {
            properties.add(new MqttProperties.StringProperty(MqttProperties.REASON_STRING, reason));
        }
        return properties;
    }

    private static MqttFixedHeader header(MqttMessageType type, MqttQoS qos) {
        return new MqttFixedHeader(type, false, qos, false, 0);
    }
}
