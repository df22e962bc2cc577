package io.thingstead.kit.proof;

import static io.thingstead.kit.proof.Step.Outcome.FAILED;
import static io.thingstead.kit.proof.Step.Outcome.NOT_CHECKED;
import static io.thingstead.kit.proof.Step.Outcome.PASSED;

import io.thingstead.kit.model.Result;
import java.time.Instant;
import java.util.List;

/// Says each step of a verification in plain words: what was compared with what, and what that means.
final class StepWords {
    private final ProofFile proof;
    private final TrustFile trust;
    private final AnchorEvent event;
    private final KeyRecord record;

    StepWords(ProofFile proof, TrustFile trust) {
        this.proof = proof;
        this.trust = trust;
        this.event = proof.anchor().event();
        this.record = proof.key().record();
    }

    Step form() {
        int count = proof.reading().readings().size();
        return new Step(
                "form",
                PASSED,
                "Both files are complete and well formed; the frame holds " + count
                        + (count == 1 ? " reading." : " readings."),
                "Nothing is missing, doubled, or open to two readings.");
    }

    /// @param linked the trust file with the proof's links, or why they do not hold
    Step links(Result<TrustFile> linked) {
        return switch (linked) {
            case Result.Ok<TrustFile>(var known) ->
                step(
                        "links",
                        true,
                        "Links lead from your trust file to the members that signed: "
                                + String.join("; ", LinkWords.of(proof.links(), known)) + ".",
                        "",
                        "More than two thirds of the members before and after each change have signed it.");
            case Result.No<TrustFile>(var refused) -> step("links", false, "", refused.text() + ".", "");
        };
    }

    Step era(boolean ok) {
        return step(
                "era",
                ok,
                "Your trust file lists era " + proof.era() + " of ledger "
                        + shortHex(trust.ledger().hex()) + ", run by " + members() + ".",
                "Your trust file lists no era " + proof.era() + " with the engine that this proof is of.",
                "Everything below is checked against your trust file and against nothing else.");
    }

    Step certificate(boolean ok) {
        var block = "Block " + proof.certificate().height();
        var at = block + " of " + time(proof.certificate().blockTime());
        return switch (proof.certificate()) {
            case SoloCertificate _ ->
                step(
                        "certificate",
                        ok,
                        at + " is signed by the engine key of " + members() + ".",
                        block + " is not one that the engine key of " + members()
                                + " signed for this ledger and era, or it differs from the block your trust file knows.",
                        "The ledger's state at that block was made final by " + members()
                                + "; without that key nobody can make such a block.");
            case CometCertificate comet ->
                step(
                        "certificate",
                        ok,
                        at + " is signed by " + comet.votes().size() + " of " + count() + " members: "
                                + String.join(", ", signers(comet)) + ".",
                        block + " is not signed by more than two thirds of the members your trust file lists ("
                                + members() + "), or it differs from the block your trust file knows. If members came"
                                + " or went since, bring the trust file up to date (thingstead trust update), or ask for"
                                + " the proof with links from it (thingstead prove --links-from).",
                        "The ledger's state at that block was made final by the members together; fewer than "
                                + "two thirds of them cannot make such a block.");
        };
    }

    Step appHash(boolean ok) {
        return step(
                "app-hash",
                ok,
                "Event " + event.eventNo() + " and the record of key " + shortKey()
                        + " are both under the hash in that block.",
                "The event or the key record shown here is not what that block holds.",
                "What the proof shows of the ledger was really there, to the last bit.");
    }

    Step anchor(boolean ok) {
        return step(
                "anchor",
                ok,
                "Event " + event.eventNo() + " fixed the first " + event.toSize() + " entries of log " + event.log()
                        + " on " + time(event.blockTime()) + "; entry "
                        + proof.inclusion().index() + " is one of the new ones.",
                "The event does not fix this entry of this log, or is later than the block.",
                "From that moment on the log could not be rewritten up to there without being caught.");
    }

    Step inclusion(boolean ok) {
        return step(
                "inclusion",
                ok,
                "The frame is entry " + proof.inclusion().index() + " of log " + event.log() + ".",
                "The frame, as shown here, is not entry " + proof.inclusion().index() + " of the log that was fixed.",
                "These bytes, with this time of receipt, were in the log by then.");
    }

    Step signature(boolean ok) {
        return step(
                "signature",
                ok,
                "The frame is signed with key " + shortKey() + ".",
                "The frame's signature is not one of key " + shortKey() + " for this ledger.",
                "Only the holder of that key can have made these readings, and nobody has changed them since.");
    }

    Step device(boolean ok) {
        var d = proof.reading().frame().device();
        var device = d == null ? record.owner() : d.value();
        return step(
                "device",
                ok,
                "The key is registered for " + record.owner() + " of member " + record.member() + " and may sign for "
                        + device + ".",
                "The key of " + record.owner() + " of member " + record.member() + " may not sign for " + device
                        + " in log " + event.log() + ".",
                record.role() == 1
                        ? "The device itself signed."
                        : record.role() == 2
                                ? "A gateway signed for the device: you trust the gateway too."
                                : "The member signed for the device: you trust the member's word for what it received.");
    }

    Step standing(boolean stands, boolean beforeRevocation) {
        var validTo = record.validTo();
        var valid = "valid from event " + record.validFrom() + (validTo == null ? " on" : " until event " + validTo);
        if (!stands && beforeRevocation) {
            return new Step(
                    "standing",
                    PASSED,
                    "The key (" + valid + ") had ended when the log was fixed by event " + event.eventNo()
                            + "; the member says that it received the frame before.",
                    "That it was in time is the word of " + event.log().member() + " alone.");
        }
        return step(
                "standing",
                stands,
                "The key was " + valid + ", and the log was fixed by event " + event.eventNo() + ".",
                "The key, " + valid + ", did not stand when the log was fixed by event " + event.eventNo() + ".",
                "The key had been neither lost nor withdrawn when the log was fixed.");
    }

    Step verdict(Verdict found, boolean agrees) {
        return step(
                "verdict",
                agrees,
                "The file says of itself \"" + proof.verdict() + "\", and that is what the steps say.",
                "The file says of itself \"" + proof.verdict() + "\", but its content can be at best \"" + found.label()
                        + "\".",
                "A file that claims more than it holds is false.");
    }

    Step notChecked(String id, String why) {
        return new Step(id, NOT_CHECKED, "Not checked: " + why + ".", "A step before failed.");
    }

    private static Step step(String id, boolean ok, String passed, String failed, String meaning) {
        return new Step(id, ok ? PASSED : FAILED, ok ? passed : failed, ok ? meaning : "So nothing is proven.");
    }

    private int count() {
        return voters().size();
    }

    private List<String> signers(CometCertificate comet) {
        var set = new MemberSet(voters()).members();
        return comet.votes().stream()
                .filter(vote -> vote.index() < set.size())
                .map(vote -> set.get(vote.index()).member().value())
                .toList();
    }

    private String members() {
        return voters().isEmpty() ? "nobody known" : LinkWords.names(voters());
    }

    /// Those who voted when the certificate was signed, by the trust file.
    private List<TrustFile.EraMember> voters() {
        return trust.era(proof.era())
                .map(era -> era.membersAt(proof.certificate().height()))
                .orElseGet(List::of);
    }

    private String shortKey() {
        return shortHex(record.key().thumbprint().hex());
    }

    private static String shortHex(String hex) {
        return hex.substring(0, 8) + "…";
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }
}
