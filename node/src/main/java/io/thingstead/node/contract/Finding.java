package io.thingstead.node.contract;

/// What is to be said about a contract before anyone signs it, and where.
///
/// @param code stable, `docs/contracts.md` lists them
/// @param line from 1 on, 0: nowhere in particular
/// @param text what is the matter, in words for people
/// @param mend what to do about it
public record Finding(Severity severity, String code, int line, int column, String text, String mend) {
    public enum Severity {
        /// Nobody can sign it like this.
        ERROR,
        /// Worth knowing before signing.
        NOTE
    }

    static Finding error(String code, Spot at, String text, String mend) {
        return new Finding(Severity.ERROR, code, at.line(), at.column(), text, mend);
    }

    static Finding note(String code, Spot at, String text, String mend) {
        return new Finding(Severity.NOTE, code, at.line(), at.column(), text, mend);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    @Override
    public String toString() {
        return (line == 0 ? "" : line + ":" + column + " ") + (isError() ? "error " : "note ") + code + ": " + text
                + (mend.isEmpty() ? "" : "\n    " + mend);
    }
}
