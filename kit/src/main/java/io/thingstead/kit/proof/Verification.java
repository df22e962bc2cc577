package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The checks of one verification, each a pure question to the two files. `steps` asks them all, so that a reader sees
/// everything that is wrong.
final class Verification {
    private final ProofFile proof;
    private final Result<TrustFile> linked;
    private final TrustFile trust;
    private final Certificate certificate;
    private final AnchorEvent event;
    private final KeyRecord record;

    Verification(ProofFile proof, TrustFile trust) {
        this.proof = proof;
        this.linked = proof.links().isEmpty() ? Result.ok(trust) : trust.extended(proof.links());
        this.trust = linked instanceof Result.Ok<TrustFile>(var known) ? known : trust;
        this.certificate = proof.certificate();
        this.event = proof.anchor().event();
        this.record = proof.key().record();
    }

    /// The trust file with what the proof's links add to it.
    TrustFile trust() {
        return trust;
    }

    List<Step> steps() {
        var era = trust.era(proof.era());
        var words = new StepWords(proof, trust);
        var steps = new ArrayList<Step>();
        steps.add(words.form());
        if (!proof.links().isEmpty()) steps.add(words.links(linked));
        steps.add(words.era(eraIsUsable(era)));
        steps.add(
                era.isPresent() && eraIsUsable(era)
                        ? words.certificate(certificateHolds(era.get()))
                        : words.notChecked("certificate", "without a known era nobody's signature counts"));
        steps.add(words.appHash(appHashHolds()));
        steps.add(words.anchor(anchorHolds()));
        steps.add(words.inclusion(inclusionHolds()));
        steps.add(words.signature(signatureHolds()));
        steps.add(words.device(deviceHolds()));
        steps.add(words.standing(stands(), acceptedBeforeRevocation()));
        var found = verdict();
        steps.add(words.verdict(found, found.label().equals(proof.verdict())));
        return steps;
    }

    /// The verdict if every step passes (step 9).
    Verdict verdict() {
        if (!stands()) return acceptedBeforeRevocation() ? Verdict.ACCEPTED_BEFORE_REVOCATION : Verdict.FALSE;
        boolean manyMade = isOfMany(event.era(), event.height());
        boolean manySigned = isOfMany(proof.era(), certificate.height());
        return manyMade && manySigned ? Verdict.PROVEN : Verdict.PROVEN_BY_ONE_MEMBER;
    }

    /// The verdict for this verifier: where one member alone named the others, all of it is that member's word.
    Verdict believed() {
        boolean named = trust.whoAloneNamed(proof.era()).isEmpty()
                && trust.whoAloneNamed(event.era()).isEmpty();
        return verdict() == Verdict.PROVEN && !named ? Verdict.PROVEN_BY_ONE_MEMBER : verdict();
    }

    /// What one member alone made final is its word, whoever signs later.
    private boolean isOfMany(long era, long height) {
        return trust.era(era).filter(e -> e.isOfMany(height)).isPresent();
    }

    /// Step 1.
    private boolean eraIsUsable(Optional<TrustFile.Era> era) {
        return era.filter(e -> switch (certificate) {
                    case SoloCertificate _ ->
                        e.isSolo() && e.membersAt(certificate.height()).size() == 1;
                    case CometCertificate _ -> e.isComet();
                })
                .isPresent();
    }

    /// Step 2.
    private boolean certificateHolds(TrustFile.Era era) {
        long height = certificate.height();
        boolean inEra = height >= era.initialHeight()
                && trust.eraAfter(era.number())
                        .filter(next -> height >= next.initialHeight())
                        .isEmpty();
        return inEra
                && trust.allows(certificate)
                && new MemberSet(era.membersAt(height)).certifies(certificate, trust.ledger(), era);
    }

    /// Step 3: roots are computed from what is shown, never taken from the file.
    private boolean appHashHolds() {
        var eventsRoot = proof.anchor().eventsRoot();
        return eventsRoot != null
                && Arrays.equals(
                        AppHash.of(
                                certificate.rulesVersion(),
                                proof.anchor().eventsSize(),
                                eventsRoot,
                                proof.key().stateRoot()),
                        certificate.appHash());
    }

    /// Step 4.
    private boolean anchorHolds() {
        var inclusion = proof.inclusion();
        return event.type() == AnchorEvent.CHECKPOINT_ANCHORED
                && event.log().equals(inclusion.log())
                && event.toSize() == inclusion.treeSize()
                && event.fromSize() <= inclusion.index()
                && inclusion.index() < event.toSize()
                && event.era() <= proof.era()
                && trust.era(event.era()).isPresent()
                && event.height() <= certificate.height()
                && event.blockTime() <= certificate.blockTime();
    }

    /// Step 5.
    private boolean inclusionHolds() {
        var inclusion = proof.inclusion();
        return MerkleVerifier.verifyInclusion(
                proof.reading().leafHash(), inclusion.index(), inclusion.treeSize(), inclusion.path(), event.root());
    }

    /// Step 6.
    private boolean signatureHolds() {
        var frame = proof.reading().frame();
        VerifyingKey key = record.key();
        var kid = frame.kid();
        return frame.hasAlgorithmOf(key)
                && (kid == null || Arrays.equals(kid, key.kid()))
                && frame.cose().verify(CoseKind.FRAME, trust.ledger(), key);
    }

    /// Step 7.
    private boolean deviceHolds() {
        var onBehalf = proof.reading().frame().device();
        var owner = DeviceId.parse(record.owner());
        boolean roleFits;
        if (record.role() == 1) {
            roleFits = owner.isPresent() && (onBehalf == null || onBehalf.equals(owner.get()));
        } else {
            roleFits = (record.role() == 2 || record.role() == 3) && onBehalf != null;
        }
        var device = Optional.ofNullable(onBehalf).or(() -> owner);
        return roleFits
                && record.member().equals(proof.inclusion().log().member())
                && record.member().equals(event.log().member())
                && device.filter(d -> d.member().equals(record.member())).isPresent();
    }

    /// Step 8: by event number, the only order on the ledger.
    private boolean stands() {
        var validTo = record.validTo();
        return record.validFrom() <= event.eventNo() && (validTo == null || event.eventNo() < validTo);
    }

    private boolean acceptedBeforeRevocation() {
        var validTo = record.validTo();
        var endedAt = record.endedAtMs();
        return record.validFrom() <= event.eventNo()
                && validTo != null
                && validTo <= event.eventNo()
                && endedAt != null
                && proof.reading().receivedMs() < endedAt;
    }
}
