package io.thingstead.node.consortium;

import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.TrustFile;
import java.nio.file.Path;

/// What a founder hands to who is to join: which ledger, and the trust file to check the founder's word with. Not
/// secret; whoever hands it over must be known, for everything that follows is checked against it.
///
/// @param trust the ledger's trust file
public record Invite(String format, String founder, byte[] trust) {
    private static final String FORMAT = "thingstead-invite/1";

    static Invite of(String founder, byte[] trust) {
        return new Invite(FORMAT, founder, trust);
    }

    public static Invite read(Path file) {
        Invite invite = Documents.read(file, Invite.class, "an invite");
        Documents.requireFormat(invite.format, FORMAT);
        return invite;
    }

    public void write(Path file) {
        Documents.write(file, this);
    }

    TrustFile trustFile() {
        return switch (TrustFile.read(trust)) {
            case Result.Ok<TrustFile>(TrustFile read) -> read;
            case Result.No<TrustFile>(var refused) -> throw new ConsortiumException("the invite's " + refused.text());
        };
    }
}
