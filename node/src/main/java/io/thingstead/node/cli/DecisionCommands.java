package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead consortium decisions`, `agree` and `withdraw`: this member's voice, through its running node, which
/// signs
/// with the identity key. Nothing is agreed to before it was said in plain words.
final class DecisionCommands {
    private DecisionCommands() {}

    /// What a command at a running node has in common.
    abstract static class AtNode implements Callable<Integer> {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The running node's data folder (default: thingstead-data/node).")
        private Path data = DataOption.NODE;

        @Spec
        private @Nullable CommandSpec spec;

        final RunningNode node() {
            return RunningNode.in(data);
        }

        final void say(String line) {
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            out.println(line);
            out.flush();
        }

        final void show(JsonNode decision) {
            words(decision).forEach(this::say);
        }
    }

    /// A decision as a person reads it.
    static List<String> words(JsonNode decision) {
        List<String> lines = new ArrayList<>();
        List<String> approvals = new ArrayList<>();
        decision.path("approvals").forEach(member -> approvals.add(member.asText()));
        boolean open = decision.path("open").asBoolean();
        lines.add("Decision " + decision.path("number").asLong() + ", proposed by "
                + decision.path("proposer").asText()
                + (open
                        ? ", open until "
                                + Instant.ofEpochMilli(
                                        decision.path("expiresAt").asLong())
                        : ", " + decision.path("end").asText())
                + ":");
        decision.path("words").forEach(sentence -> lines.add("  " + sentence.asText()));
        lines.add("  Approved by " + String.join(", ", approvals)
                + (open
                        ? "; " + decision.path("needed").asInt() + " of "
                                + decision.path("voters").asInt() + " are needed."
                        : "."));
        return lines;
    }

    static boolean confirmed(String question) {
        var console = Objects.requireNonNull(System.console());
        if (!console.isTerminal()) {
            return false;
        }
        String answer = console.readLine("%s [y/N] ", question);
        return answer != null && answer.strip().equalsIgnoreCase("y");
    }

    /// `thingstead consortium decisions`.
    @Command(
            name = "decisions",
            description = "Shows what the members decide on, and what they decided.",
            mixinStandardHelpOptions = true)
    static final class Decisions extends AtNode {
        @Option(names = "--all", description = "Those that are closed, too.")
        private boolean all;

        @Override
        public Integer call() {
            int shown = 0;
            for (JsonNode decision : node().getJson("/api/decisions").path("decisions")) {
                if (all || decision.path("open").asBoolean()) {
                    show(decision);
                    shown++;
                }
            }
            if (shown == 0) {
                say(all ? "Nothing was ever proposed." : "Nothing is open.");
            }
            return 0;
        }
    }

    abstract static class OfOne extends AtNode {
        @Parameters(paramLabel = "N", description = "The decision's number.")
        private long number;

        @Option(names = "--yes", description = "Do not ask.")
        private boolean yes;

        final Integer answer(String question, String what, String done) {
            RunningNode node = node();
            for (JsonNode decision : node.getJson("/api/decisions").path("decisions")) {
                if (decision.path("number").asLong() == number) {
                    show(decision);
                    if (!yes && !confirmed(question)) {
                        say("Nothing was done.");
                        return 1;
                    }
                    JsonNode after = node.post("/api/decisions/" + number + "/" + what, Map.of());
                    say(done);
                    if (after.path("end").asText().equals("passed")) {
                        say("That was enough: it is carried out.");
                    }
                    return 0;
                }
            }
            throw new RunningNode.NodeException("there is no decision " + number);
        }
    }

    /// `thingstead consortium agree`.
    @Command(
            name = "agree",
            description = "Says in plain words what a decision means, and approves it for this member.",
            mixinStandardHelpOptions = true)
    static final class Agree extends OfOne {
        @Override
        public Integer call() {
            return answer("Do you approve?", "approve", "Approved.");
        }
    }

    /// `thingstead consortium withdraw`.
    @Command(name = "withdraw", description = "Takes back what this member proposed.", mixinStandardHelpOptions = true)
    static final class Withdraw extends OfOne {
        @Override
        public Integer call() {
            return answer("Do you withdraw it?", "withdraw", "Withdrawn.");
        }
    }
}
