package io.thingstead.node.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttVersion;

class Mqtt3ComplianceTest extends MqttCompliance {
    @Override
    protected MqttVersion version() {
        return MqttVersion.MQTT_3_1_1;
    }
}
