package io.thingstead.node.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ingest.Checked;
import io.thingstead.node.ingest.Outcome;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one client has published: each message is checked at once, handed to the log, and answered after the sync, in
/// the order in which the client sent (OASIS MQTT 5.0 §4.6). Confined to the event loop, but for `answered`.
final class Publications {
    /// Messages without an outcome at which reading stops: what comes after them waits in the socket.
    static final int MOST_OPEN = 1_024;

    private static final int GO_ON = MOST_OPEN / 2;
    private static final long RETRY_MS = 2;
    private static final int PUBACK = 0x4002_0000;
    private static final int PUBREC = 0x5002_0000;
    private static final int MOST_ACKS = 256;

    private final Wire wire;
    private final Session session;
    private final Flow flow;
    private final AnswerOutbox outbox;

    /// With QoS 1 and 2, in the order of arrival, until the reply is written.
    private final ArrayDeque<InFlight> unanswered = new ArrayDeque<>();
    /// Checked, but the log was busy: they keep their order.
    private final ArrayDeque<InFlight> waiting = new ArrayDeque<>();
    /// Packet ids of QoS 2 that the client has not released (§4.3.3).
    private final Set<Integer> unreleased = new HashSet<>();

    private int open;
    private boolean isTouched;
    private volatile Outcome.@Nullable Logged newest;

    Publications(Wire wire, Session session, Flow flow, AnswerOutbox outbox) {
        this.wire = wire;
        this.session = session;
        this.flow = flow;
        this.outbox = outbox;
    }

    /// The frame of this session that stands last in the log. For any thread; written by the log's.
    Outcome.@Nullable Logged newest() {
        return newest;
    }

    /// False when the client breaks the bounds it was told.
    boolean publish(MqttPublishMessage message) {
        MqttQoS qos = message.fixedHeader().qosLevel();
        int packetId = message.variableHeader().packetId();
        InFlight sent = new InFlight(this, qos, packetId);
        if (qos == MqttQoS.EXACTLY_ONCE) {
            if (!unreleased.add(packetId)) {
                repeatReceived(packetId);
                return true;
            }
            if (unreleased.size() > MOST_OPEN) {
                return false;
            }
        }
        if (qos != MqttQoS.AT_MOST_ONCE) {
            unanswered.add(sent);
        }
        if (++open >= MOST_OPEN) {
            flow.stop(Flow.UNANSWERED);
        }
        byte[] payload = bytes(message.payload());
        flow.stopFor(session.charge(payload.length));
        switch (session.check(message, payload)) {
            case Checked.Turned(var outcome) -> settle(sent, outcome);
            case Checked.Noted() -> settle(sent, new Outcome.Noted());
            case Checked.Ready ready -> {
                flow.stopFor(session.chargeDevice(ready.device(), payload.length));
                sent.ready = ready;
                if (waiting.isEmpty()) {
                    ready.submit(sent);
                } else {
                    waiting.add(sent);
                }
            }
        }
        return true;
    }

    /// A client may send a message of QoS 2 again until it has its PUBREC (§4.3.3).
    private void repeatReceived(int packetId) {
        boolean isOpen =
                unanswered.stream().anyMatch(sent -> sent.qos == MqttQoS.EXACTLY_ONCE && sent.packetId == packetId);
        if (!isOpen) {
            wire.send(Packets.reply(MqttMessageType.PUBREC, packetId, Reasons.SUCCESS, ""));
        }
    }

    private static byte[] bytes(ByteBuf payload) {
        byte[] bytes = new byte[payload.readableBytes()];
        payload.readBytes(bytes);
        return bytes;
    }

    /// An outcome from the log: on its thread, or on this loop when it was declined at once.
    void answered(InFlight sent, Outcome outcome) {
        if (wire.isOnLoop()) {
            settle(sent, outcome);
            return;
        }
        if (outcome instanceof Outcome.Logged logged) {
            Outcome.Logged before = newest;
            if (before == null || logged.receipt().index() >= before.receipt().index()) {
                newest = logged;
            }
        }
        outbox.add(sent, outcome);
    }

    void settle(InFlight sent, Outcome outcome) {
        if (outcome instanceof Outcome.Rejected(Refused refused, long n)) {
            if (refused.code() == Refusal.BUSY && sent.ready != null) {
                tryAgain(sent);
                return;
            }
            session.refused(refused, n, sent.packetId);
        }
        sent.ready = null;
        sent.outcome = outcome;
        open--;
        touch();
    }

    /// A busy log slows the sender; to refuse would lose what a client without MQTT 5 could not know to send again.
    private void tryAgain(InFlight sent) {
        flow.stop(Flow.LOG_BUSY);
        if (waiting.isEmpty()) {
            wire.laterMs(this::submitWaiting, RETRY_MS);
            waiting.add(sent);
        } else {
            waiting.addFirst(sent);
        }
    }

    private void submitWaiting() {
        if (!wire.isOpen()) {
            waiting.clear();
            return;
        }
        ArrayDeque<InFlight> again = new ArrayDeque<>(waiting);
        waiting.clear();
        while (!again.isEmpty() && waiting.isEmpty()) {
            InFlight next = again.remove();
            Checked.Ready ready = next.ready;
            if (ready != null) {
                ready.submit(next); // puts it back into `waiting` when the log is still busy
            }
        }
        waiting.addAll(again);
        if (waiting.isEmpty()) {
            flow.resume(Flow.LOG_BUSY);
        }
    }

    /// PUBREL: true when the packet id was known.
    boolean release(int packetId) {
        return unreleased.remove(packetId);
    }

    private void touch() {
        if (!isTouched) {
            isTouched = true;
            outbox.touch(this);
        }
    }

    /// Writes the replies that are due, in order, and flushes once.
    void writeReplies() {
        isTouched = false;
        if (!wire.isOpen()) {
            unanswered.clear();
            return;
        }
        ByteBuf acks = null;
        for (InFlight head = unanswered.peek(); head != null && head.outcome != null; head = unanswered.peek()) {
            unanswered.remove();
            if (head.outcome instanceof Outcome.Rejected(Refused refused, long _)) {
                acks = written(acks);
                writeRefusal(head, refused);
            } else {
                if (acks == null) {
                    acks = wire.buffer(Integer.BYTES * Math.min(unanswered.size() + 1, MOST_ACKS));
                }
                acks.writeInt((head.qos == MqttQoS.EXACTLY_ONCE ? PUBREC : PUBACK) | head.packetId);
            }
        }
        written(acks);
        wire.flush();
        if (open <= GO_ON) {
            flow.resume(Flow.UNANSWERED);
        }
    }

    private @Nullable ByteBuf written(@Nullable ByteBuf acks) {
        if (acks != null) {
            wire.write(acks);
        }
        return null;
    }

    private void writeRefusal(InFlight sent, Refused refused) {
        boolean exactlyOnce = sent.qos == MqttQoS.EXACTLY_ONCE;
        if (exactlyOnce && session.isVersion5()) {
            unreleased.remove(sent.packetId); // refused with a code: nothing is left to release (§4.3.3)
        }
        if (session.isUnspeakable(refused)) {
            wire.close(); // without an acknowledgement the client keeps the message
            return;
        }
        wire.write(Packets.reply(
                exactlyOnce ? MqttMessageType.PUBREC : MqttMessageType.PUBACK,
                sent.packetId,
                Reasons.ofMessage(refused.code()),
                session.reasonString(refused)));
    }
}
