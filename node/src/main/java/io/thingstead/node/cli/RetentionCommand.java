package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead retention`: how long the contents of devices' frames are kept.
@Command(
        name = "retention",
        description = {
            "Says how long what devices said is kept, and erases it. What is erased is gone for ever, to its last byte in",
            "the node's data folder, and at the members that were granted it; the log still verifies, and its proofs say",
            "that the content was erased. Backups are not touched: delete those that are older, too."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            RetentionCommand.Show.class,
            RetentionCommand.Put.class,
            RetentionCommand.Keep.class,
            RetentionCommand.Erase.class
        })
final class RetentionCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(System.out);
    }

    /// What the four have in common.
    abstract static class Part implements Callable<Integer> {
        @Mixin
        DataOption data = new DataOption();

        @Spec
        private @Nullable CommandSpec spec;

        void say(String line) {
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            out.println(line);
            out.flush();
        }

        /// Asks a person who is there; a program says --yes.
        boolean isMeant(boolean yes, String what) {
            say(what);
            if (yes) return true;
            // There is none where input or output is no terminal, or one that says so.
            Optional<Console> person = Optional.ofNullable(System.console()).filter(Console::isTerminal);
            if (person.isEmpty()) {
                say("Nothing was done: say --yes where nobody can answer.");
                return false;
            }
            if ("yes".equals(person.get().readLine("It cannot be undone. Go on? [yes/no] "))) return true;
            say("Nothing was done.");
            return false;
        }

        static Map<String, Object> of(RunningNode node, @Nullable String device) {
            Map<String, Object> body = new TreeMap<>();
            if (device != null) body.put("device", node.device(device));
            return body;
        }
    }

    /// `thingstead retention list`.
    @Command(name = "list", description = "Lists the rules.", mixinStandardHelpOptions = true)
    static final class Show extends Part {
        @Override
        public Integer call() {
            JsonNode told = data.node().getJson("/api/retention");
            for (JsonNode rule : told.path("rules")) {
                say(rule.path("device").asText("all other devices") + ": "
                        + rule.path("days").asInt() + " days");
            }
            if (told.path("rules").isEmpty()) say("No rule: everything is kept.");
            if (told.path("pending").asLong() > 0) {
                say(told.path("pending").asLong() + " leaves are erased, and their bytes are not off the disk yet.");
            }
            return 0;
        }
    }

    /// `thingstead retention set`.
    @Command(
            name = "set",
            description = "Has what is older erased, now and from now on, every hour.",
            mixinStandardHelpOptions = true)
    static final class Put extends Part {
        @Parameters(
                paramLabel = "DEVICE",
                arity = "0..1",
                description = "The device; without it: all that have no rule of their own.")
        private @Nullable String device;

        @Option(
                names = "--days",
                paramLabel = "N",
                required = true,
                description = "Kept so long after it was received.")
        private int days;

        @Option(names = "--yes", description = "Does not ask.")
        private boolean yes;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            String whose = device == null ? "all devices without a rule of their own" : node.device(device);
            if (!isMeant(yes, "What " + whose + " said more than " + days + " days ago is erased, within the hour.")) {
                return Failures.EXIT_FAILED;
            }
            Map<String, Object> body = of(node, device);
            body.put("days", days);
            node.put("/api/retention", body);
            return 0;
        }
    }

    /// `thingstead retention keep`.
    @Command(
            name = "keep",
            description = "Takes a rule away. A device without one of its own has that of all others.",
            mixinStandardHelpOptions = true)
    static final class Keep extends Part {
        @Parameters(
                paramLabel = "DEVICE",
                arity = "0..1",
                description = "The device; without it: the rule of all others.")
        private @Nullable String device;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            node.post("/api/retention/remove", of(node, device));
            say("The rule is gone.");
            return 0;
        }
    }

    /// `thingstead retention erase`.
    @Command(
            name = "erase",
            description = "Erases once what a device said, and returns when its bytes are gone.",
            mixinStandardHelpOptions = true)
    static final class Erase extends Part {
        private static final long DAY_MS = 86_400_000;

        @Parameters(paramLabel = "DEVICE", description = "The device.")
        private String device = "";

        @Option(
                names = "--older-than",
                paramLabel = "DAYS",
                description = "Only what was received before so many days.")
        private int days;

        @Option(names = "--yes", description = "Does not ask.")
        private boolean yes;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            String older = days == 0 ? "" : " more than " + days + " days ago";
            if (!isMeant(yes, "All that " + node.device(device) + " said" + older + " and that is final is erased.")) {
                return Failures.EXIT_FAILED;
            }
            Map<String, Object> body = of(node, device);
            body.put("beforeMs", System.currentTimeMillis() - days * DAY_MS);
            long erased = node.post("/api/retention/erase", body, Duration.ofHours(2))
                    .path("erased")
                    .asLong();
            say("Erased the contents of " + erased
                    + " leaves. Backups from before hold them still: delete those, too.");
            return 0;
        }
    }
}
