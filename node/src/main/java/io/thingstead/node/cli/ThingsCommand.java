package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead things`: the devices of all members, or one as a W3C WoT Thing Description.
@Command(
        name = "things",
        description = "Lists the devices of all members; with a device, prints its W3C WoT Thing Description.",
        mixinStandardHelpOptions = true)
final class ThingsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DEVICE", arity = "0..1", description = "A device, member:name.")
    private @Nullable String device;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        RunningNode node = data.node();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (device == null) {
            list(node, out);
        } else {
            out.println(new String(node.get("/api/things/" + device), StandardCharsets.UTF_8));
        }
        out.flush();
        return 0;
    }

    private static void list(RunningNode node, PrintWriter out) {
        String member = node.getJson("/api/status").path("member").asText();
        String after = "";
        do {
            JsonNode page = node.getJson("/api/things" + after);
            page.path("things").forEach(thing -> out.println(line(thing, member)));
            after = page.hasNonNull("next") ? "?after=" + page.path("next").asText() : "";
        } while (!after.isEmpty());
    }

    private static String line(JsonNode thing, String member) {
        List<String> said = new ArrayList<>();
        thing.path("properties").properties().forEach(property -> {
            String unit = property.getValue().path("unit").asText("");
            said.add(property.getKey() + (unit.isEmpty() ? "" : " in " + unit));
        });
        boolean own = thing.path("ts:member").asText().equals(member);
        String rest = own
                ? said.isEmpty() ? "nothing yet" : String.join(", ", said)
                : thing.hasNonNull("ts:granted") ? "granted to this member" : "not granted to this member";
        return "%-40s %s".formatted(thing.path("title").asText(), rest);
    }
}
