package io.thingstead.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.node.NodeFiles;
import io.thingstead.node.consortium.MemberFolder;
import io.thingstead.node.storage.StoreException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `thingstead consortium status`: how the members and their ledger stand, as this member's running node sees it; out
/// of its data folder where none runs.
@Command(
        name = "status",
        description = {
            "Says who the members are, who votes and signed the last blocks, how many may fail, and what is open.",
            "Asks the running node; where none runs, it says what stands in the data folder."
        },
        mixinStandardHelpOptions = true)
final class ConsortiumStatusCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The member's data folder (default: thingstead-data/node).")
    private Path data = DataOption.NODE;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws JsonProcessingException {
        ObjectNode all = Files.exists(data.resolve(NodeFiles.ADDRESS)) ? ofNode(RunningNode.in(data)) : ofFolder();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (json) {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all));
        } else {
            words(all).forEach(out::println);
        }
        out.flush();
        return 0;
    }

    private static ObjectNode ofNode(RunningNode node) {
        ObjectNode all = JSON.createObjectNode();
        all.put("running", true);
        all.set("consortium", node.getJson("/api/consortium"));
        all.set("decisions", node.getJson("/api/decisions").path("decisions"));
        all.set("notices", node.getJson("/api/status").path("notices"));
        return all;
    }

    private ObjectNode ofFolder() {
        if (!Files.isDirectory(data)) {
            throw new RunningNode.NodeException("there is no data folder " + data + ": name it with --data");
        }
        ObjectNode all = JSON.createObjectNode();
        all.put("running", false);
        try (MemberFolder folder = MemberFolder.open(data, System::currentTimeMillis)) {
            all.set("consortium", JSON.valueToTree(folder.standing()));
        } catch (StoreException e) {
            if (e.category() == StoreException.Category.LOCKED) {
                throw new RunningNode.NodeException("the node of " + data + " runs and does not answer yet: it starts,"
                        + " or it waits until the members have let it in. It says which.");
            }
            throw e;
        }
        all.putArray("decisions");
        all.putArray("notices");
        return all;
    }

    /// What a person reads of it.
    static List<String> words(JsonNode all) {
        List<String> lines = new ArrayList<>();
        JsonNode consortium = all.path("consortium");
        boolean running = all.path("running").asBoolean();
        if (!running) {
            lines.add("No node runs here: this is how the ledger stood when one did, as of the last block.");
        }
        all.path("notices")
                .forEach(notice -> lines.add("LOOK: " + notice.path("text").asText()));
        lines.add("Ledger " + consortium.path("ledger").asText() + ", block "
                + consortium.path("height").asLong() + ", "
                + age(consortium, running) + ".");
        JsonNode still = consortium.path("standstill");
        if (still.isObject()) {
            lines.add("It stands still since "
                    + Instant.ofEpochMilli(still.path("sinceMs").asLong()) + ": "
                    + still.path("needed").asInt() + " of "
                    + still.path("members").asInt() + " must be there"
                    + silent(still) + ".");
        }
        JsonNode trouble = consortium.path("engine").path("trouble");
        if (trouble.isTextual()) {
            lines.add("The engine of this member does not run as it should: " + trouble.asText());
        }
        lines.add(consortium.path("tolerance").path("words").asText());
        int blocks = consortium.path("recentBlocks").asInt();
        lines.add(blocks == 0 ? "Members:" : "Members, and how many of the last " + blocks + " blocks they signed:");
        consortium.path("members").forEach(member -> lines.add("  " + member(member)));
        int open = 0;
        for (JsonNode decision : all.path("decisions")) {
            if (decision.path("open").asBoolean()) {
                lines.addAll(DecisionCommands.words(decision));
                open++;
            }
        }
        if (running && open == 0) {
            lines.add("No decision is open.");
        }
        return lines;
    }

    private static String age(JsonNode consortium, boolean running) {
        long time = consortium.path("blockTime").asLong();
        if (time == 0) {
            return "which has none yet";
        }
        if (!running) {
            return "made at " + Instant.ofEpochMilli(time);
        }
        return "made "
                + Duration.ofMillis(Math.max(0, consortium.path("nowMs").asLong() - time))
                        .toSeconds() + " s ago";
    }

    private static String silent(JsonNode still) {
        List<String> names = new ArrayList<>();
        still.path("silent").forEach(name -> names.add(name.asText()));
        return names.isEmpty() ? "" : "; not heard: " + String.join(", ", names);
    }

    private static String member(JsonNode member) {
        List<String> said = new ArrayList<>();
        said.add(member.path("name").asText() + (member.path("own").asBoolean() ? " (this one)" : ""));
        said.add(
                member.path("removed").asBoolean()
                        ? "was removed"
                        : member.path("votes").asBoolean() ? "votes" : "has no seat yet");
        if (member.path("of").asInt() > 0 && member.path("votes").asBoolean()) {
            said.add("signed " + member.path("signed").asInt() + " of "
                    + member.path("of").asInt()
                    + (member.path("signedLast").asBoolean() ? "" : ", not the last one"));
        }
        long faults = member.path("faults").asLong();
        if (faults > 0) {
            said.add("was caught cheating " + (faults == 1 ? "once" : faults + " times"));
        }
        return String.join(", ", said);
    }
}
