package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Directories;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The member's engine key, and the next one while the members decide on it. Which of the two signs at a height follows
/// from who votes there; once the next one does, it takes the place of the old one, which is gone for ever.
public final class EngineKeys {
    private static final String CURRENT = "engine.pem";
    private static final String NEXT = "engine-next.pem";
    /// Says in which era the keys beside it vote.
    public static final String VOTES_IN = "votes-in";

    private final @Nullable Path folder;
    private SigningKey current;
    private @Nullable SigningKey next;
    private @Nullable String votesIn;

    private EngineKeys(@Nullable Path folder, SigningKey current, @Nullable SigningKey next) {
        this.folder = folder;
        this.current = current;
        this.next = next;
    }

    /// The keys in the folder of a member's keys, the current one among them.
    public static EngineKeys open(Path folder) {
        Path next = folder.resolve(NEXT);
        return new EngineKeys(
                folder, SigningKey.load(folder.resolve(CURRENT)), Files.exists(next) ? SigningKey.load(next) : null);
    }

    /// A key that lives in memory only, as the next one will.
    public static EngineKeys of(SigningKey current) {
        return new EngineKeys(null, current, null);
    }

    /// Whether the keys in a folder may have signed votes on a ledger of several members, in whatever era.
    public static boolean areOfSeveral(Path folder) {
        return Files.exists(folder.resolve(VOTES_IN));
    }

    /// Whether these keys may have signed votes in an era: this is known wherever the keys are taken.
    public synchronized boolean hasVotedIn(String chainId) {
        if (votesIn == null && folder != null && Files.exists(folder.resolve(VOTES_IN))) {
            try {
                votesIn = Files.readString(folder.resolve(VOTES_IN)).strip();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read in which era the keys in " + folder + " vote", e);
            }
        }
        return chainId.equals(votesIn);
    }

    /// These keys may sign votes in an era from now on. Returns when it is on disk.
    public synchronized void votesIn(String chainId) {
        if (hasVotedIn(chainId)) {
            return;
        }
        if (folder != null) {
            Path partial = folder.resolve(VOTES_IN + ".partial");
            try (FileChannel out = FileChannel.open(
                    partial,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer text = StandardCharsets.UTF_8.encode(chainId + "\n");
                while (text.hasRemaining()) {
                    out.write(text);
                }
                out.force(true);
                Files.move(
                        partial,
                        folder.resolve(VOTES_IN),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
                Directories.sync(folder);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write in which era the keys in " + folder + " vote", e);
            }
        }
        votesIn = chainId;
    }

    public synchronized SigningKey current() {
        return current;
    }

    /// The next key, made at the first call, so that a proposal that is repeated is for the same key.
    public synchronized SigningKey next() {
        SigningKey made = next;
        if (made == null) {
            made = SigningKey.generate(Algorithm.ED25519);
            if (folder != null) {
                made.save(folder.resolve(NEXT));
            }
            next = made;
        }
        return made;
    }

    /// The key of these whose public half is given.
    public synchronized Optional<SigningKey> holding(VerifyingKey key) {
        SigningKey other = next;
        if (current.key().equals(key)) {
            return Optional.of(current);
        }
        return other != null && other.key().equals(key) ? Optional.of(other) : Optional.empty();
    }

    /// The members count this key's votes from now on: when it is the next one, the old one is dropped.
    public synchronized void inForce(VerifyingKey key) {
        SigningKey other = next;
        if (other == null || !other.key().equals(key)) {
            return;
        }
        if (folder != null) {
            try {
                Files.move(
                        folder.resolve(NEXT),
                        folder.resolve(CURRENT),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
                Directories.sync(folder);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot put the next engine key in place in " + folder, e);
            }
        }
        // A crash before the move leaves both keys, and who votes says which one signs; after it, the new one alone.
        current = other;
        next = null;
    }
}
