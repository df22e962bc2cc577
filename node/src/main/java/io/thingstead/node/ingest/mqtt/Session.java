package io.thingstead.node.ingest.mqtt;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ingest.Checked;
import io.thingstead.node.ingest.Intake;
import io.thingstead.node.ingest.Quotas.Quota;
import io.thingstead.node.ingest.Sender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One client's session: who it is, what it may publish, and what it is told. Ends with its connection.
final class Session {
    private static final JsonMapper JSON = new JsonMapper();

    private final Wire wire;
    private final Intake intake;
    private final Hello hello;
    private final Sender sender;
    private final List<Quota> quotas;
    private final TokenTopics tokenTopics;
    private boolean hearsReceipts;
    private @Nullable DeviceId lastDevice;
    private Quota lastQuota;

    /// @param quotas all of which each message counts against
    Session(Wire wire, Intake intake, Hello hello, Sender sender, List<Quota> quotas) {
        this.wire = wire;
        this.intake = intake;
        this.hello = hello;
        this.sender = sender;
        this.quotas = quotas;
        this.tokenTopics = new TokenTopics(wire, intake, hello);
        this.lastQuota = quotas.getFirst();
    }

    boolean isVersion5() {
        return hello.isVersion5();
    }

    /// Whether some of its topics are named with wildcards.
    boolean hasWildcards() {
        return sender instanceof Sender.TokenHolder;
    }

    /// For how long nothing more should be read.
    long charge(int sizeBytes) {
        long waitNanos = 0;
        for (int i = 0; i < quotas.size(); i++) {
            waitNanos = Math.max(waitNanos, quotas.get(i).charge(sizeBytes));
        }
        return waitNanos;
    }

    /// The same for the device that turned out to have sent a message, where the connection does not name it: only
    /// what is truly its own counts against a device.
    long chargeDevice(DeviceId device, int sizeBytes) {
        if (!(sender instanceof Sender.Anyone)) {
            return 0;
        }
        Quota quota = device.equals(lastDevice) ? lastQuota : intake.quotas().of(device);
        lastDevice = device;
        lastQuota = quota;
        return quota.charge(sizeBytes);
    }

    /// Default deny: a frame or telemetry on its own topic by who may send it, and nothing else.
    Checked check(MqttPublishMessage message, byte[] payload) {
        String topic = message.variableHeader().topicName();
        if (message.fixedHeader().isRetain()) {
            return forbidden("retained messages are not kept");
        }
        return switch (topic) {
            case Topics.FRAMES ->
                sender instanceof Sender.TokenHolder
                        ? forbidden("an access token is for " + Topics.TELEMETRY)
                        : intake.ingress().check(payload, sender);
            case Topics.TELEMETRY ->
                sender instanceof Sender.TokenHolder holder
                        ? telemetry(payload, holder)
                        : forbidden(Topics.TELEMETRY + " is for access tokens; a device with a key signs frames");
            default -> other(topic, payload);
        };
    }

    private Checked other(String topic, byte[] payload) {
        if (!(sender instanceof Sender.TokenHolder holder)) {
            return noTopic();
        }
        Refused objection = intake.credentials().objection(holder);
        return objection == null
                ? tokenTopics.published(topic, payload, holder).orElseGet(this::noTopic)
                : turned(objection);
    }

    private Checked noTopic() {
        return forbidden("a device publishes to " + Topics.FRAMES + " or " + Topics.TELEMETRY + " only");
    }

    /// Whether a device with a token gets answers there; if so, it does from now on, or no more.
    boolean hear(String filter, boolean whether) {
        return sender instanceof Sender.TokenHolder && tokenTopics.hear(filter, whether);
    }

    private Checked telemetry(byte[] payload, Sender.TokenHolder holder) {
        Refused objection = intake.credentials().objection(holder);
        return objection == null ? intake.attestation().check(payload, holder.device()) : turned(objection);
    }

    private Checked forbidden(String text) {
        return turned(new Refused(Refusal.TOPIC_FORBIDDEN, text));
    }

    private Checked turned(Refused refused) {
        return new Checked.Turned(intake.counters().rejected(refused, 0));
    }

    void hearReceipts(boolean whether) {
        hearsReceipts = whether;
    }

    boolean hearsReceipts() {
        return hearsReceipts;
    }

    /// Tells a refusal on the topic for receipts; the caller flushes.
    ///
    /// @param n 0 where it is not known
    /// @param packetId of the message that is refused; none (below 1) when it had QoS 0
    void refused(Refused refused, long n, int packetId) {
        if (hearsReceipts) {
            ObjectNode notice = JSON.createObjectNode()
                    .put("refused", refused.code().code())
                    .put("text", refused.text());
            if (n > 0) {
                notice.put("n", n);
            }
            if (packetId > 0) {
                notice.put("packet", packetId);
            }
            writeReceipt(notice.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Whether an acknowledgement would be taken for a promise: MQTT 3.1.1 has no code in it (OASIS MQTT 3.1.1
    /// §3.3.5 leaves closing the connection). What cannot be stored now is sent again; what is wrong with the
    /// connection, a topic or a token, is nothing that its client meant to lose. A client that hears receipts is
    /// told there.
    boolean isUnspeakable(Refused refused) {
        boolean isOfConnection = refused.code() == Refusal.TOPIC_FORBIDDEN || refused.code() == Refusal.TOKEN_INVALID;
        return !hello.isVersion5()
                && (refused.code() == Refusal.STORE_UNAVAILABLE || (isOfConnection && !hearsReceipts));
    }

    /// Writes to the topic for receipts what the client can take; the caller flushes.
    void writeReceipt(byte[] json) {
        if (hello.takes(Topics.RECEIPTS, json)) {
            wire.write(Packets.publish(Topics.RECEIPTS, json));
        }
    }

    /// The reason as MQTT 5 may carry it, empty in 3.1.1.
    String reasonString(Refused refused) {
        return hello.reason(refused.toString());
    }
}
