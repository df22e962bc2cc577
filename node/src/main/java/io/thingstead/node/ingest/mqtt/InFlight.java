package io.thingstead.node.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.thingstead.node.ingest.Checked;
import io.thingstead.node.ingest.Outcome;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One published message on its way to an outcome. Belongs to its connection's event loop, but for `accept`, which the
/// log calls on its own thread.
final class InFlight implements Consumer<Outcome> {
    final Publications publications;
    final MqttQoS qos;
    final int packetId;

    /// Kept until the outcome is final, for when the log is busy.
    Checked.@Nullable Ready ready;

    @Nullable
    Outcome outcome;

    InFlight(Publications publications, MqttQoS qos, int packetId) {
        this.publications = publications;
        this.qos = qos;
        this.packetId = packetId;
    }

    @Override
    public void accept(Outcome result) {
        publications.answered(this, result);
    }
}
