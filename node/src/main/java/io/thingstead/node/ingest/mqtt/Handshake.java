package io.thingstead.node.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ingest.Intake;
import io.thingstead.node.ingest.Quotas.Quota;
import io.thingstead.node.ingest.Sender;
import java.net.InetAddress;
import java.util.List;
import java.util.UUID;

/// Decides on a CONNECT: who it is and how it may go on, or with which code it ends.
final class Handshake {
    /// A frame, its tag, and room for the topic and properties of MQTT 5.
    static final int MOST_PACKET_BYTES = 65_536 + 1_024;

    static final int MOST_CLIENT_ID = 256;

    private final Intake intake;

    Handshake(Intake intake) {
        this.intake = intake;
    }

    /// How a CONNECT is answered.
    sealed interface Verdict {
        /// @param clientId the client's own, or one that was made for it
        record Welcome(Sender sender, String clientId, List<Quota> quotas, MqttProperties properties)
                implements Verdict {}

        record Denied(MqttConnectReturnCode code, Refused refused) implements Verdict {}
    }

    Verdict decide(Hello hello, InetAddress address) {
        Quota ofAddress = intake.quotas().of(address);
        if (!ofAddress.admits(0)) {
            return denied(Refusal.BUSY, "too many connections from " + address.getHostAddress(), hello);
        }
        if (hello.hasAuthenticationMethod()) {
            return new Verdict.Denied(
                    MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD,
                    new Refused(Refusal.CONNECT_INVALID, "there is no authentication method besides the password"));
        }
        if (hello.hasWill()) {
            return denied(Refusal.TOPIC_FORBIDDEN, "a will has no topic here: leave it out", hello);
        }
        if (hello.clientId().isEmpty() && !hello.isClean() && !hello.isVersion5()) {
            return clientIdDenied("a session without a client id must be clean", hello);
        }
        if (hello.clientId().length() > MOST_CLIENT_ID) {
            return clientIdDenied("a client id has at most " + MOST_CLIENT_ID + " characters", hello);
        }
        return switch (intake.credentials().check(hello.user(), hello.password())) {
            case Result.No<Sender>(var refused) ->
                new Verdict.Denied(Reasons.ofConnect(refused.code(), hello.isVersion5()), refused);
            case Result.Ok<Sender>(Sender sender) -> welcome(hello, sender, ofAddress);
        };
    }

    private Verdict welcome(Hello hello, Sender sender, Quota ofAddress) {
        boolean unnamed = hello.clientId().isEmpty();
        String clientId = unnamed ? UUID.randomUUID().toString() : hello.clientId();
        List<Quota> quotas = switch (sender) {
            case Sender.Anyone _ -> List.of(ofAddress, intake.quotas().ofConnection());
            case Sender.Keyholder holder -> List.of(intake.quotas().of(holder.device()));
            case Sender.TokenHolder holder -> List.of(intake.quotas().of(holder.device()));
        };
        return new Verdict.Welcome(
                sender,
                clientId,
                quotas,
                hello.isVersion5() ? properties(sender, unnamed, clientId) : new MqttProperties());
    }

    /// What a client of MQTT 5 is told of the limits (OASIS MQTT 5.0 §3.2.2.3).
    private static MqttProperties properties(Sender sender, boolean unnamed, String clientId) {
        MqttProperties properties = new MqttProperties();
        properties.add(new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, 0));
        properties.add(new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, Publications.MOST_OPEN));
        properties.add(new IntegerProperty(MqttProperties.RETAIN_AVAILABLE, 0));
        properties.add(new IntegerProperty(MqttProperties.MAXIMUM_PACKET_SIZE, MOST_PACKET_BYTES));
        if (!(sender instanceof Sender.TokenHolder)) { // whose requests come on `…/request/+`
            properties.add(new IntegerProperty(MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE, 0));
        }
        properties.add(new IntegerProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0));
        properties.add(new IntegerProperty(MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, 0));
        if (unnamed) {
            properties.add(new StringProperty(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, clientId));
        }
        return properties;
    }

    private static Verdict clientIdDenied(String text, Hello hello) {
        return new Verdict.Denied(Reasons.ofClientId(hello.isVersion5()), new Refused(Refusal.CONNECT_INVALID, text));
    }

    private static Verdict denied(Refusal code, String text, Hello hello) {
        return new Verdict.Denied(Reasons.ofConnect(code, hello.isVersion5()), new Refused(code, text));
    }
}
