package io.thingstead.node.upgrade;

/// An upgrade or its rollback that cannot be done; the message begins with a stable code and says what to do.
public final class UpgradeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What is wrong, for programs.
    public enum Code {
        /// a rollback did not come to its end
        UNFINISHED("upgrade.unfinished"),
        /// there is nothing to go back to
        NOTHING("upgrade.nothing"),
        /// an older program would not understand what was written since
        USED("upgrade.used"),
        /// the mark of what is under way says nothing that is known
        MARK("upgrade.mark");

        private final String text;

        Code(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    private final Code code;

    UpgradeException(Code code, String message) {
        super(code.text + ": " + message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
