package io.thingstead.kit.proof;

/// One step of a verification (`docs/formats.md` §9), in plain words.
///
/// @param id the step's name in the formats document
/// @param found what was checked and what came of it
/// @param meaning what it means for somebody who knows no cryptography
public record Step(String id, Outcome outcome, String found, String meaning) {
    /// How a step ended. A step is not checked when one that it stands on failed.
    public enum Outcome {
        PASSED,
        FAILED,
        NOT_CHECKED
    }

    public boolean passed() {
        return outcome == Outcome.PASSED;
    }
}
