package io.thingstead.node.ingest.mqtt;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.command.Shadows;
import io.thingstead.node.ingest.Checked;
import io.thingstead.node.ingest.Intake;
import io.thingstead.node.ingest.Sender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a device with a token publishes besides telemetry, as ThingsBoard's device API has it: answers to commands,
/// attributes, which are readings that the member attests, and questions for attributes. Confined to the event loop.
final class TokenTopics {
    private static final int MOST_REQUEST_BYTES = 8_192;
    private static final int MOST_PAYLOAD_BYTES = 65_536;
    private static final String SESSION_LIMITS = "getSessionLimits";
    private static final String ID = "[0-9]{1,10}";
    private static final JsonMapper JSON = mapper();

    private final Wire wire;
    private final Intake intake;
    private final Hello hello;
    private boolean hearsAttributes;
    private boolean hearsAnswers;

    TokenTopics(Wire wire, Intake intake, Hello hello) {
        this.wire = wire;
        this.intake = intake;
        this.hello = hello;
    }

    private static JsonMapper mapper() {
        JsonMapper mapper = new JsonMapper();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(MOST_REQUEST_BYTES)
                        .maxNestingDepth(8)
                        .build());
        return mapper;
    }

    /// Whether a device with a token gets answers there; if so, it does from now on, or no more.
    boolean hear(String filter, boolean whether) {
        switch (filter) {
            case Topics.ATTRIBUTES_RESPONSES -> hearsAttributes = whether;
            case Topics.RPC_RESPONSES -> hearsAnswers = whether;
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Empty when the topic is none of these.
    Optional<Checked> published(String topic, byte[] payload, Sender.TokenHolder holder) {
        if (topic.startsWith(Topics.RPC_RESPONSE)) {
            String number = topic.substring(Topics.RPC_RESPONSE.length());
            return Optional.of(intake.answers().check(payload, holder.device(), number));
        }
        if (topic.equals(Topics.ATTRIBUTES)) {
            return Optional.of(intake.attestation().check(payload, holder.device()));
        }
        if (topic.startsWith(Topics.ATTRIBUTES_REQUEST)) {
            return id(topic, Topics.ATTRIBUTES_REQUEST).map(id -> attributes(id, payload, holder));
        }
        if (topic.startsWith(Topics.RPC_REQUEST)) {
            return id(topic, Topics.RPC_REQUEST).map(id -> called(id, payload));
        }
        return Optional.empty();
    }

    private static Optional<String> id(String topic, String prefix) {
        String id = topic.substring(prefix.length());
        return id.matches(ID) ? Optional.of(id) : Optional.empty();
    }

    private Checked attributes(String id, byte[] payload, Sender.TokenHolder holder) {
        JsonNode wanted;
        try {
            wanted = JSON.readTree(payload);
        } catch (IOException e) {
            wanted = JSON.missingNode();
        }
        if (!wanted.isObject()) {
            return new Checked.Turned(intake.counters()
                    .rejected(
                            new Refused(
                                    Refusal.TELEMETRY_MALFORMED,
                                    "a request for attributes is {\"clientKeys\": \"a,b\", \"sharedKeys\": \"c\"}"),
                            0));
        }
        if (hearsAttributes) {
            Shadows.Shadow shadow = intake.shadows().of(holder.device());
            boolean all = !wanted.has("clientKeys") && !wanted.has("sharedKeys");
            ObjectNode answer = JSON.createObjectNode();
            answer(answer, "client", wanted.path("clientKeys"), all, shadow.reported());
            answer(answer, "shared", wanted.path("sharedKeys"), all, shadow.desired());
            write(Topics.ATTRIBUTES_RESPONSE + id, answer);
        }
        return new Checked.Noted();
    }

    private static void answer(ObjectNode answer, String scope, JsonNode keys, boolean all, ObjectNode values) {
        if (all) {
            answer.set(scope, values);
        } else if (keys.isTextual()) {
            Set<String> wanted = new TreeSet<>(Arrays.asList(keys.textValue().split(",", -1)));
            ObjectNode found = answer.putObject(scope);
            values.properties().forEach(value -> {
                if (wanted.contains(value.getKey())) {
                    found.set(value.getKey(), value.getValue());
                }
            });
        }
    }

    /// A member executes nothing for its devices, but says what they may send when they ask as ThingsBoard's
    /// clients do.
    private Checked called(String id, byte[] payload) {
        if (hearsAnswers) {
            write(
                    Topics.RPC_RESPONSE + id,
                    SESSION_LIMITS.equals(method(payload))
                            ? sessionLimits()
                            : JSON.createObjectNode().put("error", "the member has no such method to call"));
        }
        return new Checked.Noted();
    }

    private static String method(byte[] payload) {
        try {
            return JSON.readTree(payload).path("method").asText();
        } catch (IOException e) {
            return "";
        }
    }

    /// A message counts more than once where it is large; who is over its rate is read from more slowly.
    private ObjectNode sessionLimits() {
        String perSecond = intake.quotas().limits().devicePerSecond() + ":1";
        ObjectNode limits = JSON.createObjectNode()
                .put("maxPayloadSize", MOST_PAYLOAD_BYTES)
                .put("maxInflightMessages", Publications.MOST_OPEN);
        limits.putObject("rateLimits").put("messages", perSecond).put("telemetryMessages", perSecond);
        return limits;
    }

    private void write(String topic, ObjectNode json) {
        byte[] payload = json.toString().getBytes(StandardCharsets.UTF_8);
        if (wire.isWritable() && hello.takes(topic, payload)) {
            wire.send(Packets.publish(topic, payload));
        }
    }
}
