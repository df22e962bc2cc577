package io.thingstead.kit.proof;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;

/// Thrown inside this package's readers where a file is not of its form; turned into a refusal at their border. Without
/// a stack trace: hostile input must not be expensive.
final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreadable(String message) {
        super(message, null, false, false);
    }

    <T> Result<T> refused() {
        return Result.no(Refusal.PROOF_UNREADABLE, String.valueOf(getMessage()));
    }
}
