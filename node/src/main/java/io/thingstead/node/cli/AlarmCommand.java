package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.alarm.AlarmFile;
import io.thingstead.node.alarm.Rule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead alarm`: what is raised, and rules tried on past readings.
@Command(
        name = "alarm",
        description = "Alarms: what is raised, rules tried on what was measured before, and files of rules checked.",
        subcommands = {AlarmCommand.ListThem.class, AlarmCommand.Try.class, AlarmCommand.Check.class},
        mixinStandardHelpOptions = true)
final class AlarmCommand implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        CommandSpec of = Objects.requireNonNull(spec);
        of.commandLine().usage(of.commandLine().getOut());
    }

    private static PrintWriter out(@Nullable CommandSpec spec) {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    /// The rules of a file; says what is wrong with it where something is.
    private static AlarmFile read(Path file) {
        try {
            return switch (AlarmFile.read(Files.readString(file))) {
                case Result.Ok<AlarmFile>(AlarmFile read) -> read;
                case Result.No<AlarmFile>(Refused refused) ->
                    throw new RunningNode.NodeException(file + ": " + refused.text());
            };
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// `thingstead alarm list`.
    @Command(name = "list", description = "Lists alarms, the newest first.", mixinStandardHelpOptions = true)
    static final class ListThem implements Callable<Integer> {
        @Option(names = "--all", description = "Also those that are over: the newest 50.")
        private boolean all;

        @Mixin
        private DataOption data = new DataOption();

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = out(spec);
            JsonNode alarms = data.node()
                    .getJson("/api/alarms" + (all ? "" : "?state=open&limit=200"))
                    .path("alarms");
            for (JsonNode alarm : alarms) {
                out.println("no. " + alarm.path("number").asLong() + "  "
                        + alarm.path("severity").asText() + "  "
                        + alarm.path("name").asText()
                        + (alarm.hasNonNull("device")
                                ? "  " + alarm.path("device").asText()
                                : "")
                        + "  " + alarm.path("state").asText()
                        + "  raised "
                        + Instant.ofEpochMilli(alarm.path("raisedMs").asLong()) + amount(alarm));
            }
            if (alarms.isEmpty()) out.println(all ? "No alarm was ever raised." : "No alarm is raised.");
            out.flush();
            return 0;
        }
    }

    /// `thingstead alarm test RULE`: shows when a rule would have been raised and cleared.
    @Command(
            name = "test",
            description = {
                "Tries a rule on what was measured before: when it would have raised an alarm, and when that would have"
                        + " been over. Nothing is switched on, and nobody is told."
            },
            mixinStandardHelpOptions = true)
    static final class Try implements Callable<Integer> {
        @Parameters(paramLabel = "RULE", description = "The rule's name in the file, or at the node.")
        private String rule = "";

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "A file of rules that has it (default: the node's).")
        private @Nullable Path file;

        @Option(
                names = "--device",
                paramLabel = "DEVICE",
                description = "Only this device, alone or as member:name (default: all that the rule is about).")
        private @Nullable String device;

        @Option(
                names = "--from",
                paramLabel = "TIME",
                description =
                        "From then on, for example 2026-05-01 or 2026-05-01T08:00:00Z (default: a day before the end).")
        private @Nullable String from;

        @Option(names = "--to", paramLabel = "TIME", description = "Up to then (default: now).")
        private @Nullable String to;

        @Option(names = "--json", description = "The node's answer as it is, for programs.")
        private boolean json;

        @Mixin
        private DataOption data = new DataOption();

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            Map<String, Object> question = new LinkedHashMap<>();
            if (file == null) question.put("id", rule);
            else question.put("rule", JSON.valueToTree(declared(file).text()));
            if (device != null) question.put("device", node.device(device));
            if (from != null) question.put("fromMs", GrantCommand.millis(from));
            if (to != null) question.put("toMs", GrantCommand.millis(to));
            JsonNode answer = node.post("/api/alarm-rules/test", question);
            PrintWriter out = out(spec);
            if (json) out.println(answer);
            else tell(answer, out);
            out.flush();
            return 0;
        }

        private Rule declared(Path from) {
            return read(from).rules().stream()
                    .filter(known -> known.id().equals(rule))
                    .findFirst()
                    .orElseThrow(() -> new RunningNode.NodeException(from + " has no rule " + rule));
        }

        private static void tell(JsonNode answer, PrintWriter out) {
            out.println(answer.path("words").asText());
            for (JsonNode alarm : answer.path("alarms")) {
                String over = alarm.hasNonNull("clearedMs")
                        ? "cleared "
                                + Instant.ofEpochMilli(alarm.path("clearedMs").asLong())
                        : "not cleared by then";
                out.println("  " + alarm.path("device").asText() + "  raised "
                        + Instant.ofEpochMilli(alarm.path("raisedMs").asLong()) + "  " + over + amount(alarm));
            }
            int count = answer.path("alarms").size();
            out.println(String.format(
                    Locale.ROOT,
                    "%s over %,d readings of %d %s from %s to %s.",
                    count == 0 ? "No alarm" : count == 1 ? "One alarm" : count + " alarms",
                    answer.path("readings").asLong(),
                    answer.path("devices").asInt(),
                    answer.path("devices").asInt() == 1 ? "device" : "devices",
                    Instant.ofEpochMilli(answer.path("fromMs").asLong()),
                    Instant.ofEpochMilli(answer.path("toMs").asLong())));
            if (!answer.path("complete").asBoolean())
                out.println("That is not all: take a shorter time, or one device.");
        }
    }

    private static String amount(JsonNode alarm) {
        if (!alarm.hasNonNull("value")) return "";
        String unit = alarm.hasNonNull("unit") ? " " + alarm.path("unit").asText() : "";
        String worst = alarm.hasNonNull("worst")
                        && alarm.path("worst").asDouble() != alarm.path("value").asDouble()
                ? ", at worst " + alarm.path("worst").asText() + unit
                : "";
        return "  " + alarm.path("value").asText() + unit + worst;
    }

    /// `thingstead alarm check FILE`.
    @Command(
            name = "check",
            description = "Says whether a file of rules can be followed, and what each rule means; needs no node.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The file of rules, in TOML.")
        private Path file = Path.of("");

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = out(spec);
            for (Rule rule : read(file).rules()) {
                out.println(rule.id() + ": " + rule.inWords() + (rule.isOn() ? "" : " (switched off)"));
            }
            out.flush();
            return 0;
        }
    }
}
