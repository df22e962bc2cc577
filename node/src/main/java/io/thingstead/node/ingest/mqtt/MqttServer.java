package io.thingstead.node.ingest.mqtt;

import io.netty.channel.EventLoop;
import io.thingstead.node.api.Admissions;
import io.thingstead.node.ingest.Intake;
import java.util.concurrent.ConcurrentHashMap;

/// What all connections share.
record MqttServer(
        MqttSettings settings,
        Intake intake,
        Handshake handshake,
        Admissions admissions,
        Sessions sessions,
        ReceiptFeed receipts,
        MqttCounters counters,
        ConcurrentHashMap<EventLoop, AnswerOutbox> outboxes) {

    AnswerOutbox outbox(EventLoop loop) {
        return outboxes.computeIfAbsent(loop, AnswerOutbox::new);
    }
}
