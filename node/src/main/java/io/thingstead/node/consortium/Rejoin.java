package io.thingstead.node.consortium;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Directories;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.node.consensus.EngineKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.comet.Outlook;
import io.thingstead.node.exchange.Exchange;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.KnownMembers;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValidatorSet;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.FolderVersion;
import io.thingstead.node.storage.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Prepares the data folder of a member that lost it and kept its keys: the next node that starts there comes back as
/// this member, takes the others' state, closes the old log on the ledger and opens the next one. No member decides on
/// it, since the keys are those that the ledger knows.
///
/// A mark in the folder says from the first step on until the next log is open that what stands beside the keys was
/// made here: nothing was acknowledged and no vote recorded that could not be lost again. After a crash the same
/// command does all of it again.
///
/// What the keys have signed is not known any more. So no record of votes is made, whatever the keys say about where
/// they voted: the node holds its votes back until it cannot vote twice. The log's data being gone, its next
/// checkpoints would contradict the old ones: it is closed even where the ledger has no anchor of it. And the numbers
/// that the attest key gave to devices' telemetry are forgotten: it gets a new one.
public final class Rejoin {
    private static final String MARK = "rejoining";
    private static final String KEYS = "keys";
    private static final Set<String> NOT_DATA = Set.of("lock", KEYS, FolderVersion.FILE);
    private static final List<KeyRole> NEEDED =
            List.of(KeyRole.IDENTITY, KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.TLS, KeyRole.PEER);
    private static final List<KeyRole> AS_ON_THE_LEDGER = List.of(KeyRole.LOG, KeyRole.NODE, KeyRole.TLS, KeyRole.PEER);
    private static final String NEXT_ENGINE_KEY = "engine-next";
    private static final String ANOTHER = "ask any member for one: `thingstead consortium invite`";

    private final Path data;
    private final Path from;
    private final RunningInvite invite;
    private final SortedMap<String, byte[]> known;
    private final @Nullable TrustFile trust;

    /// A folder that is ready.
    ///
    /// @param ledger on which it is a member
    /// @param endpoint where the others reach it, as the ledger knows it
    /// @param votes whether the others count its engine key's votes
    /// @param voters how many vote
    /// @param outlook what the others said
    public record Prepared(
            LedgerId ledger,
            MemberRecord member,
            @Nullable Endpoint endpoint,
            boolean votes,
            int voters,
            Outlook outlook) {
        /// Whether the others go on without this member: else none of them makes the block that ends its wait.
        public boolean isSpared() {
            return ValidatorSet.tolerated(voters) > 0;
        }
    }

    private Rejoin(Path data, @Nullable Path keys, RunningInvite invite, @Nullable TrustFile trust) {
        this.data = data;
        this.from = keys == null ? data.resolve(KEYS) : keys;
        this.invite = invite;
        this.known = invite.state();
        this.trust = trust;
    }

    /// Checks everything before it writes anything.
    ///
    /// Throws [ConsortiumException] with a code: nothing was done, or the same may be done again with another one.
    ///
    /// @param keys the folder of the member's keys, null: `keys` in the data folder
    /// @param trust against which the invite is checked; null: whoever made it is believed, which people must have
    ///     said
    public static Prepared prepare(Path data, @Nullable Path keys, RunningInvite invite, @Nullable TrustFile trust) {
        try {
            return new Rejoin(data, keys, invite, trust).prepare();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare the data folder " + data, e);
        }
    }

    /// Whether what stands in this folder was prepared, and its next log is not open yet.
    public static boolean isUnderWay(Path data) {
        return Files.exists(data.resolve(MARK));
    }

    /// The next log is open on the ledger. Returns when that is on disk.
    public static void done(Path data) {
        try {
            Files.deleteIfExists(data.resolve(MARK));
            Directories.sync(data);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write that the member is back in " + data, e);
        }
    }

    /// Refuses the keys of a member that is on the ledger, where a newcomer's are wanted.
    static void refuseKnown(RunningInvite invite, Thumbprint identity) {
        KnownMembers.withIdentity(invite.state(), identity).ifPresent(member -> {
            throw new ConsortiumException(
                    Refusal.MEMBER_EXISTS,
                    "the keys here are those of " + member.member()
                            + ", which is on the ledger: it comes back with `thingstead consortium rejoin`");
        });
    }

    private Prepared prepare() throws IOException {
        if (trust != null) {
            invite.requireOf(trust);
        }
        MemberRecord member = member();
        boolean votes = votes(member);
        try (DataFolder _ = DataFolder.lock(data)) {
            requireEmpty();
            Files.writeString(data.resolve(MARK), member.member() + " comes back\n");
            Directories.sync(data);
            keepKeys();
            // A crash from here on: the mark stands, and all of it is done again.
            Arrival.delete(data.resolve("store"));
            Arrival.delete(data.resolve("engine"));
            FolderVersion.write(data, FolderVersion.CURRENT);
            return begin(member, votes);
        }
    }

    private MemberRecord member() {
        for (KeyRole role : NEEDED) {
            if (!Files.exists(file(from, role))) {
                throw new ConsortiumException(
                        Refusal.KEYS_MISSING,
                        "there is no " + file(from, role) + ": put the member's keys there from a copy, or say where"
                                + " they are with --keys");
            }
        }
        MemberRecord member = KnownMembers.withIdentity(known, thumbprint(KeyRole.IDENTITY))
                .orElseThrow(() -> new ConsortiumException(
                        Refusal.MEMBER_UNKNOWN,
                        "the keys in " + from + " are of no member that the invite to ledger " + invite.ledger()
                                + " knows: is it the right ledger? If the member was let in after the invite was made, "
                                + ANOTHER));
        if (known.containsKey(StateKeys.removed(member.member()))) {
            throw new ConsortiumException(
                    Refusal.MEMBER_REMOVED,
                    "the members removed " + member.member() + ": it does not come back. Who wants to join again does"
                            + " so under another name with keys of its own: `thingstead consortium join`");
        }
        for (KeyRole role : AS_ON_THE_LEDGER) {
            if (member.key(role).filter(thumbprint(role)::equals).isEmpty()) {
                throw new ConsortiumException(
                        Refusal.KEYS_OLD,
                        file(from, role) + " is not the key that the ledger knows as the " + role.label() + " key of "
                                + member.member() + ": take a newer copy of the keys");
            }
        }
        return member;
    }

    private static Path file(Path folder, KeyRole role) {
        return folder.resolve(role.label() + ".pem");
    }

    private Thumbprint thumbprint(KeyRole role) {
        return SigningKey.load(file(from, role)).key().thumbprint();
    }

    private boolean votes(MemberRecord member) {
        return invite.voters()
                .find(member.member())
                .flatMap(voter -> EngineKeys.open(from).holding(voter.engineKey()))
                .isPresent();
    }

    private void requireEmpty() throws IOException {
        if (isUnderWay(data)) {
            return;
        }
        try (Stream<Path> files = Files.list(data)) {
            Optional<String> other = files.map(file -> file.getFileName().toString())
                    .filter(name -> !NOT_DATA.contains(name))
                    .sorted()
                    .findFirst();
            if (other.isPresent()) {
                throw new ConsortiumException(
                        Refusal.FOLDER_NOT_EMPTY,
                        data + " has more in it than keys (" + other.get() + "): where the data are whole, start the"
                                + " node; where they are lost, move everything but `keys` elsewhere first");
            }
        }
    }

    /// The member's keys, and a new one with which it attests.
    private void keepKeys() throws IOException {
        Path own = Files.createDirectories(data.resolve(KEYS));
        if (!Files.isSameFile(own, from)) {
            for (KeyRole role : NEEDED) {
                copy(file(from, role), file(own, role));
            }
            Path next = from.resolve(NEXT_ENGINE_KEY + ".pem");
            if (Files.exists(next)) {
                copy(next, own.resolve(next.getFileName()));
            }
        }
        Path attest = file(own, KeyRole.ATTEST);
        Path fresh = attest.resolveSibling(attest.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        SigningKey.generate(Algorithm.ED25519).save(fresh);
        Files.move(fresh, attest, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Directories.sync(own);
    }

    private static void copy(Path from, Path to) {
        SigningKey key = SigningKey.load(from);
        if (!Files.exists(to)) {
            key.save(to);
        } else if (!SigningKey.load(to).key().equals(key.key())) {
            throw new ConsortiumException(
                    Refusal.FOLDER_NOT_EMPTY,
                    to + " is there already and another key than " + from + ": move it elsewhere first");
        }
    }

    private Prepared begin(MemberRecord member, boolean votes) {
        Path keys = data.resolve(KEYS);
        // The keys may have voted, whatever a copy of them from long ago says.
        EngineKeys.open(keys).votesIn(invite.eraRecord().chainId());
        Arrival.begin(data, invite, trust == null);
        try (Store store = Arrival.open(data)) {
            Arrival.found(store, invite);
            StoredLedger ledger = StoredLedger.open(store);
            Outlook outlook = outlook(ledger, member.member(), SigningKey.load(file(keys, KeyRole.TLS)));
            if (outlook.isEnough() && !outlook.isTrusted()) {
                throw new ConsortiumException(
                        Refusal.INVITE_OLD,
                        "the invite is too old: the members that it knows have not signed what the others show now; "
                                + ANOTHER + ", and say the same with that one");
            }
            return new Prepared(
                    invite.ledger(),
                    member,
                    ledger.reader().endpoint(member.member()).orElse(null),
                    votes,
                    invite.voters().size(),
                    outlook);
        }
    }

    private Outlook outlook(StoredLedger ledger, MemberId self, SigningKey tls) {
        try (Exchange others = new Exchange(self, tls, ledger.reader())) {
            return Outlook.of(ledger, self, others, invite.height(), trust == null ? invite.headerHash() : null);
        }
    }
}
