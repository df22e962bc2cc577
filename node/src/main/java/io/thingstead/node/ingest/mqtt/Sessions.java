package io.thingstead.node.ingest.mqtt;

import io.thingstead.node.ingest.Sender;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;

/// Who is connected under which client id: a second connection under the same one takes the session over (OASIS MQTT
/// 5.0 §3.1.4). Ids of different senders never meet, so nobody can throw another's device out by guessing its id.
final class Sessions {
    private final ConcurrentHashMap<Name, MqttConnection> connected = new ConcurrentHashMap<>();

    /// A client id with whose it is.
    record Name(String whose, String clientId) {
        static Name of(Sender sender, InetAddress address, String clientId) {
            String whose = switch (sender) {
                case Sender.Anyone _ -> address.getHostAddress();
                case Sender.Keyholder holder -> holder.device().value();
                case Sender.TokenHolder holder -> holder.token().hex();
            };
            return new Name(whose, clientId);
        }
    }

    void enter(Name name, MqttConnection connection) {
        MqttConnection before = connected.put(name, connection);
        if (before != null) {
            before.takeOver();
        }
    }

    void leave(Name name, MqttConnection connection) {
        connected.remove(name, connection);
    }
}
