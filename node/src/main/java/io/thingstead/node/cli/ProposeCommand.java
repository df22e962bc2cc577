package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.node.consortium.JoinRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead consortium propose`: puts something to the members, through this member's running node. More than two
/// thirds of them decide.
@Command(
        name = "propose",
        description = "Puts something to the members. More than two thirds of them decide; yours is the first voice.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ProposeCommand.Add.class,
            ProposeCommand.Remove.class,
            ProposeCommand.EngineKey.class,
            ProposeCommand.Rules.class
        })
final class ProposeCommand implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(System.out);
    }

    abstract static class One extends DecisionCommands.AtNode {
        final Integer propose(Map<String, Object> body) {
            RunningNode node = node();
            long number = node.post("/api/decisions", body).path("number").asLong();
            for (JsonNode decision : node.getJson("/api/decisions").path("decisions")) {
                if (decision.path("number").asLong() == number) {
                    show(decision);
                }
            }
            say("The others approve it with: thingstead consortium agree " + number);
            return 0;
        }
    }

    /// `propose add`.
    @Command(
            name = "add",
            description = "Let another organisation in, by its request to join.",
            mixinStandardHelpOptions = true)
    static final class Add extends One {
        @Parameters(paramLabel = "REQUEST", description = "What it handed over, NAME.join.json.")
        private Path request = Path.of("");

        @Override
        public Integer call() throws IOException {
            say("Fingerprint, to compare with what it tells you itself: "
                    + JoinRequest.read(request).fingerprint());
            return propose(Map.of("kind", "add", "request", JSON.readTree(Files.readAllBytes(request))));
        }
    }

    /// `propose remove`.
    @Command(name = "remove", description = "Take a member out.", mixinStandardHelpOptions = true)
    static final class Remove extends One {
        @Parameters(paramLabel = "MEMBER", description = "Its name.")
        private String member = "";

        @Override
        public Integer call() {
            return propose(Map.of("kind", "remove", "member", member));
        }
    }

    /// `propose engine-key`.
    @Command(
            name = "engine-key",
            description = "Give this member another engine key, made on its own machine.",
            mixinStandardHelpOptions = true)
    static final class EngineKey extends One {
        @Override
        public Integer call() {
            return propose(Map.of("kind", "engine-key"));
        }
    }

    /// `propose rules`.
    @Command(
            name = "rules",
            description = "Go by another version of the ledger's rules from a block on.",
            mixinStandardHelpOptions = true)
    static final class Rules extends One {
        @Parameters(index = "0", paramLabel = "VERSION", description = "The version.")
        private long version;

        @Parameters(index = "1", paramLabel = "HEIGHT", description = "The first block that goes by it.")
        private long height;

        @Override
        public Integer call() {
            return propose(Map.of("kind", "rules", "version", version, "height", height));
        }
    }
}
