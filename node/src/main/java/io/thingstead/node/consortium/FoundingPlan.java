package io.thingstead.node.consortium;

import io.thingstead.kit.model.LedgerId;
import io.thingstead.node.ledger.EraRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What the members agree on before they share the ledger: the era that begins, who is in it, where each is reached,
/// and the ledger's state at that moment.
///
/// @param ledgerId of the ledger
/// @param era the era's record, in its form on the ledger
/// @param addresses where the members' engines are reached
/// @param manifest of the snapshot of the state, with its chunks
/// @param certificate of the snapshot's block, by the founder
public record FoundingPlan(
        String format,
        byte[] ledgerId,
        byte[] era,
        List<Address> addresses,
        long height,
        byte[] manifest,
        List<byte[]> chunks,
        byte[] certificate,
        List<Approval> approvals) {
    private static final String FORMAT = "thingstead-founding/1";
    private static final byte[] DOMAIN = "ts-era/1\0".getBytes(StandardCharsets.US_ASCII);

    /// Where a member's engine is reached, `host:port`, and its identity on the network of engines.
    public record Address(String member, String peerId, String engine) {
        /// How CometBFT is told of a peer.
        public String peer() {
            return peerId + "@" + engine;
        }
    }

    /// A member's signature, with its engine key, over the ledger's id and the era's record.
    public record Approval(String member, byte[] signature) {}

    static FoundingPlan of(
            LedgerId ledger,
            EraRecord era,
            List<Address> addresses,
            long height,
            byte[] manifest,
            List<byte[]> chunks,
            byte[] certificate) {
        return new FoundingPlan(
                FORMAT, ledger.bytes(), era.encode(), addresses, height, manifest, chunks, certificate, List.of());
    }

    public static FoundingPlan read(Path file) {
        FoundingPlan plan = Documents.read(file, FoundingPlan.class, "a founding plan");
        Documents.requireFormat(plan.format, FORMAT);
        return plan;
    }

    public static Approval readApproval(Path file) {
        return Documents.read(file, Approval.class, "an approval");
    }

    public static void writeApproval(Path file, Approval approval) {
        Documents.write(file, approval);
    }

    public void write(Path file) {
        Documents.write(file, this);
    }

    EraRecord eraRecord() {
        return EraRecord.decode(era);
    }

    LedgerId ledger() {
        return new LedgerId(ledgerId);
    }

    /// What each member signs with its engine key.
    byte[] toSign() {
        byte[] body = new io.thingstead.kit.crypto.CborWriter(64)
                .array(2)
                .bytes(ledgerId)
                .toBytes();
        byte[] message = Arrays.copyOf(DOMAIN, DOMAIN.length + body.length + era.length);
        System.arraycopy(body, 0, message, DOMAIN.length, body.length);
        System.arraycopy(era, 0, message, DOMAIN.length + body.length, era.length);
        return message;
    }

    public FoundingPlan with(List<Approval> more) {
        List<Approval> all = new ArrayList<>(approvals);
        for (Approval approval : more) {
            if (all.stream().noneMatch(a -> a.member.equals(approval.member))) {
                all.add(approval);
            }
        }
        return new FoundingPlan(format, ledgerId, era, addresses, height, manifest, chunks, certificate, all);
    }

    /// The members whose approval is not there yet, or does not verify.
    public List<String> missing() {
        return eraRecord().members().stream()
                .filter(m -> approvals.stream()
                        .noneMatch(a -> a.member.equals(m.member().value())
                                && m.engineKey().verify(toSign(), a.signature)))
                .map(m -> m.member().value())
                .toList();
    }

    /// In plain words what a member agrees to.
    public List<String> inWords() {
        EraRecord record = eraRecord();
        int members = record.members().size();
        int faults = (members - 1) / 3;
        List<String> words = new ArrayList<>();
        words.add("From block " + record.initialHeight() + " on, " + members + " members confirm the ledger together: "
                + String.join(
                        ", ",
                        record.members().stream().map(m -> m.member().value()).toList())
                + ".");
        words.add(
                faults == 0
                        ? "With " + members + " members none may fail: it takes 4 to bear one that fails or lies."
                        : faults + " of " + members
                                + " may fail or lie, and the ledger goes on and stays right. More than that, and it"
                                + " stops until they return; nothing is lost.");
        words.add("What was on the ledger before, " + record.firstEvent()
                + " events, stays there as the word of the founder alone, and is shown so.");
        words.add("Adding or removing a member takes more than two thirds of the members.");
        return words;
    }
}
