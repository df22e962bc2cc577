package io.thingstead.node.backup;

/// A backup that cannot be made or put back; the message begins with a stable code and says what to do.
public final class BackupException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What is wrong, for programs.
    public enum Code {
        /// the target is there already, or is no place for a backup
        TARGET("backup.target"),
        /// there is nothing to back up
        NOTHING("backup.nothing"),
        /// it was not written to its end, or is no backup
        INCOMPLETE("backup.incomplete"),
        /// a file in it is not what was written
        DAMAGED("backup.damaged"),
        /// it was written by a newer version
        NEWER("backup.newer"),
        /// the folder to restore into holds something
        NOT_EMPTY("restore.not-empty"),
        /// a restore did not come to its end
        UNFINISHED("restore.unfinished"),
        /// the mark of a restore that is done says nothing that is known
        MARK("restore.mark"),
        /// the keys are not those of the member in the backup
        KEYS("restore.keys"),
        /// the keys vote on a ledger of several members, which is newer than the ledger here
        SHARED("restore.shared"),
        /// what was restored does not check
        NOT_SOUND("restore.not-sound");

        private final String text;

        Code(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    private final Code code;

    BackupException(Code code, String message) {
        super(code.text + ": " + message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
