package io.thingstead.node.cli;

import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
