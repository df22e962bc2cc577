package io.thingstead.node.demo;

import io.thingstead.kit.device.Device;
import io.thingstead.kit.device.FrameLink;
import io.thingstead.kit.device.MqttLink;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// One simulated device: what it measures, its own side of the protocol, and its connection, which comes and goes.
final class DemoDevice {
    private static final long RECONNECT_MS = 2_000;

    /// Says when a device has no connection though it could: its radio is off.
    interface Radio {
        Radio ALWAYS_ON = _ -> true;

        boolean isOn(long nowMs);
    }

    private final Thing thing;
    private final Device device;
    private final Radio radio;
    private final LongFunction<io.vertx.core.Future<MqttLink>> connect;
    private volatile @Nullable MqttLink link;
    private volatile boolean connecting;
    private long nextMeasureMs;
    private long nextConnectMs;

    DemoDevice(
            Thing thing,
            Device device,
            Radio radio,
            LongFunction<io.vertx.core.Future<MqttLink>> connect,
            long firstMs) {
        this.thing = thing;
        this.device = device;
        this.radio = radio;
        this.connect = connect;
        this.nextMeasureMs = firstMs;
    }

    /// Measures when it is time, connects when it must, and sends what waits.
    void tick(long nowMs) {
        if (nowMs >= nextMeasureMs) {
            nextMeasureMs = Math.max(nextMeasureMs + thing.periodMs(), nowMs + thing.periodMs() / 2);
            List<Measurement> readings = thing.measure(nowMs);
            // A full buffer means a long time offline: the device keeps what it has and measures on when there is room.
            var _ = device.measured(readings);
        }
        MqttLink current = link;
        if (!radio.isOn(nowMs)) {
            if (current != null) {
                hangUp(current);
            }
            device.pump(null, nowMs);
            return;
        }
        if ((current == null || !current.isConnected()) && !connecting && nowMs >= nextConnectMs) {
            dial(nowMs);
        }
        FrameLink usable = current != null && current.isConnected() ? current : null;
        device.pump(usable, nowMs);
    }

    private void dial(long nowMs) {
        connecting = true;
        nextConnectMs = nowMs + RECONNECT_MS;
        connect.apply(nowMs).onComplete(result -> {
            link = result.succeeded() ? result.result() : null;
            connecting = false;
        });
    }

    private void hangUp(MqttLink current) {
        link = null;
        current.disconnect();
    }

    void close() {
        MqttLink current = link;
        if (current != null) {
            hangUp(current);
        }
    }
}
