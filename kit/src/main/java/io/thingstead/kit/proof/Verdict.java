package io.thingstead.kit.proof;

/// What verification found, with the exit code that `thingstead verify` gives for it.
public enum Verdict {
    PROVEN("proven", 0),
    PROVEN_BY_ONE_MEMBER("proven-by-one-member", 0),
    ACCEPTED_BEFORE_REVOCATION("accepted-before-revocation", 1),
    FALSE("false", 1),
    UNREADABLE("unreadable", 2);

    private final String label;
    private final int exitCode;

    Verdict(String label, int exitCode) {
        this.label = label;
        this.exitCode = exitCode;
    }

    public String label() {
        return label;
    }

    public int exitCode() {
        return exitCode;
    }

    public boolean isProven() {
        return exitCode == 0;
    }
}
