package io.thingstead.node.consortium;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `consortium.json` in a member's data folder: where the other members are reached, and what they signed when the
/// consortium was founded.
public record ConsortiumFile(
        String format, long era, List<FoundingPlan.Address> addresses, List<FoundingPlan.Approval> approvals) {
    private static final String FORMAT = "thingstead-consortium/1";
    private static final String NAME = "consortium.json";

    static void write(Path folder, FoundingPlan plan) {
        Documents.write(
                folder.resolve(NAME),
                new ConsortiumFile(FORMAT, plan.eraRecord().number(), plan.addresses(), plan.approvals()));
    }

    /// The members' addresses, none where the folder knows of no consortium.
    public static List<FoundingPlan.Address> addresses(Path folder) {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return List.of();
        }
        ConsortiumFile read = Documents.read(file, ConsortiumFile.class, "a consortium's file");
        Documents.requireFormat(read.format, FORMAT);
        return read.addresses;
    }
}
