package io.thingstead.node.consensus.comet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the engine key signed last; where that was lost, why it signs nothing yet.
final class VoteRecord implements AutoCloseable {
    private @Nullable SignerState state;
    private @Nullable VoteHold hold;

    private VoteRecord(@Nullable SignerState state, @Nullable VoteHold hold) {
        this.state = state;
        this.hold = hold;
    }

    static VoteRecord of(SignerState state) {
        return new VoteRecord(state, null);
    }

    /// The record in this file, or a hold where there is no such file or it was emptied.
    ///
    /// @param hasVoted whether a block tells that something was signed
    static VoteRecord open(Path file, BooleanSupplier hasVoted, Function<Path, VoteHold> lost) {
        return Files.exists(file) && !(isEmpty(file) && hasVoted.getAsBoolean())
                ? of(SignerState.open(file))
                : new VoteRecord(null, lost.apply(file));
    }

    private static boolean isEmpty(Path file) {
        try {
            return Files.size(file) == 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the state of the engine's signer " + file, e);
        }
    }

    /// Null while nothing is signed.
    synchronized @Nullable SignerState state() {
        return state;
    }

    /// Why nothing is signed, or empty.
    synchronized Optional<String> why() {
        return Optional.ofNullable(hold).map(VoteHold::why);
    }

    /// A block is durable here.
    synchronized void decided(long height, long blockTime) {
        VoteHold holding = hold;
        if (holding == null) {
            return;
        }
        SignerState from = holding.decided(height, blockTime);
        if (from != null) {
            state = from;
            hold = null;
        }
    }

    /// People end the hold; false where there is none.
    synchronized boolean release() {
        VoteHold holding = hold;
        if (holding == null) {
            return false;
        }
        state = holding.release();
        hold = null;
        return true;
    }

    @Override
    public synchronized void close() {
        SignerState open = state;
        if (open != null) {
            open.close();
        }
    }
}
