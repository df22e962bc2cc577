package io.thingstead.kit.proof;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a verification found: the verdict, each step in plain words, the facts, and what is not proven.
///
/// @param claim null when the files could not be read
/// @param trustAsOf when the trust file was made or brought up to date, in ms; null when the files could not be read
/// @param trustRoot the file that trust began with; null when the files could not be read
public record Report(
        Verdict verdict,
        List<Step> steps,
        @Nullable Claim claim,
        @Nullable Long trustAsOf,
        TrustFile.@Nullable Root trustRoot,
        List<String> notProven) {
    public Report {
        steps = List.copyOf(steps);
        notProven = List.copyOf(notProven);
    }

    public int exitCode() {
        return verdict.exitCode();
    }

    /// The first step that failed, if one did.
    public @Nullable Step failure() {
        return steps.stream()
                .filter(step -> step.outcome() == Step.Outcome.FAILED)
                .findFirst()
                .orElse(null);
    }
}
