package io.thingstead.node.consortium;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.EraLink;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.EraRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

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

    public FoundingPlan {
        addresses = List.copyOf(addresses);
        chunks = List.copyOf(chunks);
        approvals = List.copyOf(approvals);
    }

    /// Where a member's engine is reached, `host:port`, and its identity on the network of engines.
    public record Address(String member, String peerId, String engine) {
        private static final Pattern PEER_ID = Pattern.compile("[0-9a-f]{40}");

        boolean isWellFormed() {
            return MemberId.parse(member).isPresent()
                    && PEER_ID.matcher(peerId).matches()
                    && Endpoint.isAddress(engine);
        }

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
        plan.check();
        return plan;
    }

    /// What engines are told of it has its form. That the founder signed its state, and the members its era, is checked
    /// when it is approved and begun.
    private void check() {
        Documents.requireFormat(format, FORMAT);
        try {
            EraRecord record = eraRecord();
            boolean isWellFormed = record.engine().equals(EraRecord.COMET)
                    && record.chainId().equals(EraRecord.chainId(ledger(), record.number()))
                    && !record.members().isEmpty()
                    && Certificate.read(certificate).height() == height
                    && addresses.stream().allMatch(Address::isWellFormed);
            if (isWellFormed) {
                return;
            }
        } catch (CborMalformed | IllegalArgumentException e) {
            throw new ConsortiumException("the plan is damaged (" + e.getMessage() + "): ask for it again");
        }
        throw new ConsortiumException("the plan is damaged: ask for it again");
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
        return EraLink.toSign(ledger(), era);
    }

    /// The link by which verifiers get from the era before into this one.
    EraLink link(EraRecord before) {
        List<byte[]> signatures = approvals.stream().map(Approval::signature).toList();
        return EraLink.of(
                Certificate.read(certificate),
                era,
                EraLink.approvals(before.forTrust().members(), toSign(), signatures),
                EraLink.approvals(eraRecord().forTrust().members(), toSign(), signatures));
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
