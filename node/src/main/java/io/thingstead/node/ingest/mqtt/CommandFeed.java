package io.thingstead.node.ingest.mqtt;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.thingstead.kit.command.Command;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.command.CommandOutlet;
import io.thingstead.node.command.Commands;
import io.thingstead.node.command.OpenCommand;
import io.thingstead.node.command.Shadows;
import io.thingstead.node.ingest.Credentials;
import io.thingstead.node.ingest.Intake;
import io.thingstead.node.ingest.Sender;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Hands one device the commands that are open for it, oldest first, each once on a connection. A device with a key
/// gets the signed command, one with a token ThingsBoard's JSON: desired values as shared attributes, the others as
/// RPC.
/// What the device has not answered by its next connection is handed to it again: a signed command says by its number
/// whether it was executed; a device with a token cannot tell, so it gets nothing again that it acknowledged. Confined
/// to the event loop, but for `wake`.
final class CommandFeed implements CommandOutlet {
    private static final JsonMapper JSON = new JsonMapper();
    private static final MqttQoS CLOSED = MqttQoS.FAILURE;

    private final Wire wire;
    private final Ending ending;
    private final Credentials credentials;
    private final Sender sender;
    private final Commands commands;
    private final Shadows shadows;
    private final Hello hello;
    private final Optional<DeviceId> device;
    private final boolean isToken;
    /// Packet id → number of the command.
    private final Map<Integer, Long> unacknowledged = new HashMap<>();

    private MqttQoS toCommands = CLOSED;
    private MqttQoS toAttributes = CLOSED;
    private long last;
    private long lastDesired;
    private int packetId;

    CommandFeed(Wire wire, Ending ending, Intake intake, Hello hello, Sender sender) {
        this.wire = wire;
        this.ending = ending;
        this.credentials = intake.credentials();
        this.sender = sender;
        this.commands = intake.commands();
        this.shadows = intake.shadows();
        this.hello = hello;
        this.isToken = sender instanceof Sender.TokenHolder;
        this.device = switch (sender) {
            case Sender.Anyone _ -> Optional.empty();
            case Sender.Keyholder holder -> Optional.of(holder.device());
            case Sender.TokenHolder holder -> Optional.of(holder.device());
        };
    }

    /// Whether this is where the device hears of commands.
    boolean isTopic(String filter) {
        return device.isPresent()
                && (isToken
                        ? filter.equals(Topics.RPC_REQUESTS) || filter.equals(Topics.ATTRIBUTES)
                        : filter.equals(Topics.COMMANDS));
    }

    /// The granted QoS. What is open goes out after the SUBACK.
    int subscribe(String filter, MqttQoS wanted) {
        MqttQoS granted = wanted == MqttQoS.AT_MOST_ONCE ? wanted : MqttQoS.AT_LEAST_ONCE;
        if (filter.equals(Topics.ATTRIBUTES)) {
            toAttributes = granted;
            wire.onLoop(this::sendDelta);
        } else {
            toCommands = granted;
        }
        commands.attach(device.orElseThrow(), this);
        if (!isToken) {
            shadows.connected(device.orElseThrow());
        }
        wake();
        return granted.value();
    }

    /// False when there was no subscription.
    boolean unsubscribe(String filter) {
        boolean ofAttributes = filter.equals(Topics.ATTRIBUTES);
        boolean was = (ofAttributes ? toAttributes : toCommands) != CLOSED;
        if (ofAttributes) {
            toAttributes = CLOSED;
        } else {
            toCommands = CLOSED;
        }
        if (toAttributes == CLOSED && toCommands == CLOSED) {
            detach();
        }
        return was;
    }

    private void detach() {
        toAttributes = CLOSED;
        toCommands = CLOSED;
        device.ifPresent(id -> commands.detach(id, this));
    }

    /// The connection ends. What was not acknowledged may be handed over elsewhere.
    void close() {
        detach();
        unacknowledged.values().forEach(number -> commands.giveBack(device.orElseThrow(), number));
        unacknowledged.clear();
    }

    @Override
    public void wake() {
        wire.onLoop(this::send);
    }

    /// Whose token or key was revoked is told no more, and what it says of commands is not heard.
    private boolean hasLapsed() {
        Refused objection = credentials.objection(sender);
        if (objection != null) {
            close();
            ending.because(Disconnect.NOT_AUTHORIZED, objection.toString());
        }
        return objection != null;
    }

    private boolean isFull() {
        return unacknowledged.size() >= hello.mostUnacknowledged() || !wire.isWritable();
    }

    private void send() {
        if ((toCommands == CLOSED && toAttributes == CLOSED) || !wire.isOpen() || hasLapsed()) {
            return;
        }
        for (OpenCommand open : commands.open(device.orElseThrow())) {
            if (isFull()) {
                break; // goes on with the next acknowledgement, or once the client reads
            }
            Command command = open.command();
            if (isToken && command.name().equals(Command.DESIRED)) {
                sendDesired(open);
            } else if (isToken && toCommands != CLOSED && open.isFree()) {
                sendRequest(open);
            } else if (!isToken && toCommands != CLOSED && command.number() > last) {
                last = command.number();
                publish(Topics.COMMANDS, command.bytes(), toCommands, command.number());
            }
        }
        wire.flush();
    }

    /// What this client cannot take is not taken for it.
    private void sendRequest(OpenCommand open) {
        Command command = open.command();
        String topic = Topics.RPC_REQUEST + command.number();
        byte[] payload = json(command);
        if (hello.takes(topic, payload) && open.take()) {
            publish(topic, payload, toCommands, command.number());
        }
    }

    private void sendDesired(OpenCommand open) {
        Command command = open.command();
        if (toAttributes != CLOSED && command.number() > lastDesired) {
            lastDesired = command.number();
            publish(Topics.ATTRIBUTES, bytes(command.params()), toAttributes, command.number());
        }
    }

    /// What is desired and not so, at the beginning.
    private void sendDelta() {
        if (toAttributes == CLOSED || !wire.isOpen() || isFull() || hasLapsed()) {
            return;
        }
        Shadows.Shadow shadow = shadows.of(device.orElseThrow());
        lastDesired = shadow.desiredVersion();
        if (!shadow.delta().isEmpty()) {
            publish(Topics.ATTRIBUTES, bytes(shadow.delta().toString()), toAttributes, lastDesired);
            wire.flush();
        }
    }

    /// @param number of the command, delivered when this is acknowledged
    private void publish(String topic, byte[] payload, MqttQoS qos, long number) {
        if (!hello.takes(topic, payload)) {
            return; // this client cannot take it; it expires
        }
        if (qos == MqttQoS.AT_MOST_ONCE) {
            wire.write(Packets.publish(topic, payload));
            // Nothing more will ever be known of it.
            commands.delivered(device.orElseThrow(), number);
        } else {
            int id = nextPacketId();
            unacknowledged.put(id, number);
            wire.write(Packets.publish(topic, payload, qos, id));
        }
    }

    /// `params` is JSON already: it was made so when the command was issued.
    private static byte[] json(Command command) {
        ObjectNode json = JSON.createObjectNode().put("method", command.name());
        json.putRawValue("params", new RawValue(command.params()));
        return bytes(json.toString());
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private int nextPacketId() {
        do {
            packetId = packetId % 0xFFFF + 1;
        } while (unacknowledged.containsKey(packetId));
        return packetId;
    }

    /// PUBACK: false when nothing was sent under this id.
    boolean acknowledged(int id) {
        Long number = unacknowledged.remove(id);
        if (number == null) {
            return false;
        }
        if (!hasLapsed()) {
            commands.delivered(device.orElseThrow(), number);
            send();
        }
        return true;
    }
}
