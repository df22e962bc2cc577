package io.thingstead.kit.proof;

import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.util.List;

/// Verifies a proof file against a trust file, step by step as `docs/formats.md` §9 numbers them. Pure: no network, no
/// clock, no file; it believes the trust file and nothing else.
public final class ProofVerifier {
    private ProofVerifier() {}

    public static Report verify(byte[] proofFile, byte[] trustFile) {
        return switch (TrustFile.read(trustFile)) {
            case Result.No<TrustFile>(var refused) -> unreadable(refused);
            case Result.Ok<TrustFile>(var trust) ->
                switch (ProofFile.read(proofFile)) {
                    case Result.No<ProofFile>(var refused) -> unreadable(refused);
                    case Result.Ok<ProofFile>(var proof) -> verify(proof, trust);
                };
        };
    }

    public static Report verify(ProofFile proof, TrustFile trust) {
        var verification = new Verification(proof, trust);
        var steps = verification.steps();
        var verdict = steps.stream().allMatch(Step::passed) ? verification.believed() : Verdict.FALSE;
        var linked = verification.trust();
        var claim = Claim.of(proof, linked);
        return new Report(
                verdict, steps, claim, trust.asOf(), trust.root(), Limits.notProven(claim, verdict, proof, linked));
    }

    private static Report unreadable(Refused refused) {
        var step = new Step(
                "form",
                Step.Outcome.FAILED,
                refused.text(),
                "This cannot be read as a proof, so nothing is proven and nothing is disproven. Ask for the file again.");
        return new Report(Verdict.UNREADABLE, List.of(step), null, null, null, List.of());
    }
}
