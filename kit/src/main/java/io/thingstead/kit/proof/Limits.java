package io.thingstead.kit.proof;

import io.thingstead.kit.model.TrustLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a proof does not prove. Shown with every verdict, so that a green light is not taken for more than it is.
final class Limits {
    private Limits() {}

    static List<String> notProven(Claim claim, Verdict verdict, ProofFile proof, TrustFile trust) {
        if (verdict == Verdict.FALSE) return List.of("Nothing in this file is proven.");
        var limits = new ArrayList<String>();
        limits.add("That the sensor told the truth, or was where it should be: a key signs whatever it is given.");
        limits.add("That the device's own clock was right. The ledger proves only that the frame was in the log by "
                + Instant.ofEpochMilli(claim.notAfterMs())
                + "; that it was not there before "
                + Instant.ofEpochMilli(claim.notBeforeMs())
                + " holds if you believe the device's numbering or the member's receipt.");
        limits.add("That there are no other readings: a proof shows what is in the log, not what was never sent.");
        if (claim.trust() == TrustLevel.GATEWAY_SIGNED) {
            limits.add("That the device itself spoke: its gateway signed.");
        }
        if (claim.trust() == TrustLevel.MEMBER_ATTESTED) {
            limits.add("That the device itself spoke: the member signed what it says it received from it.");
        }
        if (verdict == Verdict.PROVEN) {
            limits.add(
                    "That the ledger's clock was exact: a block carries the time at which the members agreed on the block"
                            + " before it, up to 10 seconds earlier on a quiet ledger, and longer after it stood still.");
            limits.add("That the members did not lie together: " + String.join(", ", claim.whoseWord())
                    + " make this ledger's blocks, and more than two thirds of them could agree on something false.");
        } else if (trust.whoAloneNamed(proof.anchor().event().era()).isEmpty()) {
            limits.add("That no second history exists: one member alone, " + claim.whoseWordAlone()
                    + ", made this part of the ledger, and could show another history to somebody else.");
        }
        trust.whoAloneNamed(proof.era())
                .ifPresent(one ->
                        limits.add("That the members are who their names say: your trust goes back to a time when "
                                + one.member() + " alone made the ledger, and named the others."));
        if (!proof.links().isEmpty() || trust.root().asOf() != trust.asOf()) {
            limits.add("That members who have left guarded their engine keys: your trust goes back to block "
                    + trust.root().height() + " ("
                    + Instant.ofEpochMilli(trust.root().asOf())
                    + "), and more than two thirds of those who voted then could show another history together.");
        }
        limits.add("That the trust file is the right one: you must know who gave it to you.");
        return List.copyOf(limits);
    }
}
