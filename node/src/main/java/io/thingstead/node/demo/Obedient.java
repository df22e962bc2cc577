package io.thingstead.node.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.command.Command;
import io.thingstead.kit.device.CommandTaker;

/// A thing that does what its owner tells it.
interface Obedient extends Thing {
    JsonMapper JSON = new JsonMapper();

    /// Does it, or says why not. What it reports is what it measures from then on.
    CommandTaker.Answer obey(String name, JsonNode params);

    default CommandTaker.Answer obey(Command command) {
        try {
            return obey(command.name(), JSON.readTree(command.params()));
        } catch (JsonProcessingException e) {
            return CommandTaker.Answer.refused("\"params are no JSON\"");
        }
    }

    static CommandTaker.Answer unknown(String name) {
        return CommandTaker.Answer.refused(
                JSON.createObjectNode().put("unknown", name).toString());
    }
}
