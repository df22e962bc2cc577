package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/// A contract's file on the command line, with the values that are given beside it.
final class ContractText {
    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "A term's value, or a party's account, in the place of the file's. May be given often.")
    private Map<String, String> given = new LinkedHashMap<>();

    ContractFile read(Path file) {
        return ContractFile.read(text(file), given);
    }

    Map<String, String> given() {
        return given;
    }

    /// The number of the contract that what happened is about.
    static long number(JsonNode done) {
        for (JsonNode event : done.path("events")) {
            for (JsonNode subject : event.path("subjects")) {
                if (subject.asText().startsWith("contract/")) {
                    return Long.parseLong(subject.asText().substring("contract/".length()));
                }
            }
        }
        throw new RunningNode.NodeException("the ledger did not say which contract it became");
    }

    /// Where a contract stands, who may do what, and every step so far, the oldest first.
    static void status(JsonNode contract, PrintWriter out) {
        out.println("Contract " + contract.path("number").asLong() + ", "
                + contract.path("title").asText() + ": "
                + contract.path("status").asText()
                + (contract.hasNonNull("state")
                        ? " in “" + contract.path("state").asText() + "”: "
                                + contract.path("means").asText()
                        : ""));
        for (JsonNode party : contract.path("parties")) {
            if (!party.path("signed").asBoolean()) {
                out.println("  to be signed by " + party.path("name").asText() + " ("
                        + party.path("account").asText() + ")");
            }
        }
        for (JsonNode way : contract.path("ways")) {
            String parties = String.join(
                    " and ",
                    way.path("parties").valueStream().map(JsonNode::asText).toList());
            out.println(
                    "  “" + way.path("name").asText() + "” → " + way.path("to").asText() + ": "
                            + (parties.isEmpty()
                                    ? "when " + way.path("shows").asText()
                                    : way.path("by").asText() + " by " + parties));
        }
        if (contract.hasNonNull("dueMs")) {
            out.println("  time moves it on at "
                    + Instant.ofEpochMilli(contract.path("dueMs").asLong()));
        }
        for (JsonNode held : contract.path("held")) {
            out.println("  holds " + held.path("amount").asText() + " in “"
                    + held.path("deposit").asText() + "”");
        }
        for (JsonNode step : contract.path("history").valueStream().toList().reversed()) {
            out.println(Instant.ofEpochMilli(step.path("timeMs").asLong()) + "  "
                    + step.path("words").asText());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new RunningNode.NodeException(
                    "no file " + file + ". A template to begin with: thingstead contract template cold-chain");
        } catch (CharacterCodingException e) {
            throw new RunningNode.NodeException(file + " is not text in UTF-8.");
        } catch (IOException e) {
            throw new RunningNode.NodeException("cannot read " + file + ": " + e.getMessage());
        }
    }

    /// What is found in a contract; whether it may be signed.
    static boolean tell(ContractFile read, Path file, PrintWriter out) {
        for (Finding finding : read.findings()) {
            out.println(file + ":" + finding);
        }
        return read.isSound();
    }
}
