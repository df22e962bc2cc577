package io.thingstead.node.consensus.comet;

import io.thingstead.node.consensus.EngineKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Says, before a member's engine first runs in an era, that its key has signed nothing there yet: an empty record of
/// votes. Only this makes one. It is made once for these keys and this era, which stands with the keys: a member that
/// lost its record of votes and does the same step again has none, and must wait (see [VoteHold]).
public final class FirstVotes {
    static final String RECORD = "signer.state";

    private FirstVotes() {}

    /// @param engine the engine's folder
    /// @param keys the folder of the member's keys
    public static void begin(Path engine, Path keys, String chainId) {
        begin(engine, EngineKeys.open(keys), chainId);
    }

    static void begin(Path engine, EngineKeys keys, String chainId) {
        if (keys.hasVotedIn(chainId)) {
            return;
        }
        try {
            Files.createDirectories(engine);
            SignerState.begin(engine.resolve(RECORD));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the record of votes in " + engine, e);
        }
        // A crash here: nothing was signed, and the same step finds the record and goes on.
        keys.votesIn(chainId);
    }
}
