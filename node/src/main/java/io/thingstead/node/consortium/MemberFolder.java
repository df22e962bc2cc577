package io.thingstead.node.consortium;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.EraLink;
import io.thingstead.kit.proof.SoloCertificate;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.node.backup.Restored;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.Application.SnapshotOffer;
import io.thingstead.node.consensus.Application.TrustedHead;
import io.thingstead.node.consensus.EngineKeys;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.comet.CometNames;
import io.thingstead.node.consensus.comet.FirstVotes;
import io.thingstead.node.consensus.solo.SoloEngine;
import io.thingstead.node.consortium.FoundingPlan.Address;
import io.thingstead.node.consortium.FoundingPlan.Approval;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import io.thingstead.node.upgrade.Upgrade;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A member's data folder while no node runs in it, and the steps of founding and joining that are done there. Each
/// step
/// may be repeated: a crash leaves the folder as it was, or done.
public final class MemberFolder implements AutoCloseable {
    private static final long DAY_MS = 24 * 3_600_000L;
    private static final long WAIT_S = 60;
    private static final long FIRST_LOG = 1;

    private final Path folder;
    private final DataFolder held;
    private final Store store;
    private final LongSupplier clockMs;
    private volatile @Nullable Throwable failure;

    private MemberFolder(Path folder, LongSupplier clockMs) {
        this.folder = folder;
        this.clockMs = clockMs;
        Restored.requireWhole(folder);
        Upgrade.ifOlder(folder);
        this.held = DataFolder.open(folder);
        try {
            this.store = RocksStore.open(folder.resolve("store"), e -> failure = e);
        } catch (RuntimeException e) {
            held.close();
            throw e;
        }
    }

    /// Locks the folder; a node that runs in it must be stopped first.
    public static MemberFolder open(Path folder, LongSupplier clockMs) {
        return new MemberFolder(folder, clockMs);
    }

    private Path keyFolder() {
        return folder.resolve("keys");
    }

    private StoredLedger ledger() {
        if (!StoredLedger.isFounded(store)) {
            throw new ConsortiumException("there is no ledger in " + folder
                    + ": found one with `thingstead consortium found`, or join one with `thingstead consortium join`");
        }
        return StoredLedger.open(store);
    }

    /// What to hand to those who are to join. Founds a ledger of this member alone where there is none.
    public Invite invite(MemberId member, String domain) {
        if (!StoredLedger.isFounded(store)) {
            Founding.found(store, member, domain, MemberKeys.openOrCreate(keyFolder()), clockMs.getAsLong());
        }
        return withEngine((ledger, engine) -> Invite.of(
                founder(ledger).value(), ledger.trust(clockMs.getAsLong()).write()));
    }

    private static MemberId founder(LedgerReader ledger) {
        EraRecord era = ledger.era(ledger.head().era());
        if (!era.engine().equals(EraRecord.SOLO)) {
            throw new ConsortiumException(
                    "this ledger is shared by several members already: further ones come in by their decision");
        }
        return era.members().getFirst().member();
    }

    /// What is done with the ledger while its one member's engine runs.
    private interface Step<T> {
        T run(LedgerReader ledger, SoloEngine engine);
    }

    private <T> T withEngine(Step<T> step) {
        StoredLedger ledger = ledger();
        if (!ledger.info().era().engine().equals(EraRecord.SOLO)) {
            throw new ConsortiumException("this ledger is shared by several members already");
        }
        if (EngineKeys.areOfSeveral(keyFolder())) {
            throw new ConsortiumException("the keys in " + keyFolder() + " vote on a shared ledger already: finish"
                    + " `thingstead consortium begin`, or come back to it with `thingstead consortium rejoin`");
        }
        MemberKeys keys = MemberKeys.open(keyFolder());
        try (var engine = new SoloEngine(ledger, keys.of(KeyRole.ENGINE), clockMs, e -> failure = e)) {
            engine.start();
            return step.run(ledger.reader(), engine);
        }
    }

    /// Makes this member's keys and asks to join.
    ///
    /// @param address where the other members' engines will reach this one's, `host:port`
    public JoinRequest request(Invite invite, MemberId member, String domain, String address) {
        return request(invite, member, domain, address, "");
    }

    /// @param node where the other members' nodes will reach this one, `host:port`; empty while a ledger is founded
    public JoinRequest request(Invite invite, MemberId member, String domain, String address, String node) {
        if (StoredLedger.isFounded(store)) {
            throw new ConsortiumException(folder + " holds a ledger already: join from an empty data folder");
        }
        requireAddress(address);
        if (!node.isEmpty()) {
            requireAddress(node);
        }
        LedgerId ledger = invite.trustFile().ledger();
        MemberKeys keys = MemberKeys.openOrCreate(keyFolder());
        byte[] openLog = Transactions.sign(
                ledger,
                Founding.nonce(),
                clockMs.getAsLong() + DAY_MS - 60_000,
                List.of(new OpenLog(new LogId(member, FIRST_LOG))),
                List.of(keys.of(KeyRole.NODE)));
        return JoinRequest.of(
                ledger,
                member,
                domain,
                address,
                node,
                Founding.possessed(ledger, member, keys),
                openLog,
                keys.of(KeyRole.IDENTITY));
    }

    /// How the ledger stands here.
    public Standing standing() {
        StoredLedger ledger = ledger();
        ledger.show(ledger.info().height());
        LedgerReader reader = ledger.reader();
        return Standing.of(reader, self(reader).map(MemberId::value).orElse(null));
    }

    /// Whose folder this is, where the ledger knows it.
    private Optional<MemberId> self(LedgerReader reader) {
        Thumbprint own = MemberKeys.open(keyFolder()).of(KeyRole.IDENTITY).key().thumbprint();
        return Optional.ofNullable(reader.key(own)).map(KeyRecord::member);
    }

    /// Makes this member's keys, where there are none yet, and asks to join a ledger that runs. What the invite
    /// tells of the ledger is put here: a node started in this folder waits until the members have let it in,
    /// and takes their state then. A member that is on the ledger already comes back by [Rejoin].
    public JoinRequest request(RunningInvite invite, MemberId member, String domain, String engine, String node) {
        requireAddress(engine);
        requireAddress(node);
        LedgerId ledger = invite.ledger();
        MemberKeys keys = MemberKeys.openOrCreate(keyFolder());
        Path engineFolder = folder.resolve("engine");
        if (!StoredLedger.isFounded(store)) {
            Rejoin.refuseKnown(invite, keys.of(KeyRole.IDENTITY).key().thumbprint());
            Arrival.begin(folder, invite, true);
            FirstVotes.begin(engineFolder, keyFolder(), invite.eraRecord().chainId());
            // A crash before: the same command does it again. After: the ledger is known here.
            Arrival.found(store, invite);
        } else if (!StoredLedger.open(store).info().ledger().equals(ledger)) {
            throw new ConsortiumException(folder + " holds another ledger: join from an empty data folder");
        }
        return JoinRequest.of(
                ledger,
                member,
                domain,
                engine,
                node,
                Founding.possessed(ledger, member, keys),
                new byte[0],
                keys.of(KeyRole.IDENTITY));
    }

    /// What a member of a ledger that runs hands to who is to join; its node is stopped.
    public RunningInvite runningInvite() {
        StoredLedger ledger = ledger();
        if (ledger.info().era().isSolo()) {
            throw new ConsortiumException("this ledger has one member: use `thingstead consortium found`");
        }
        ledger.show(ledger.info().height());
        LedgerReader reader = ledger.reader();
        MemberId self = self(reader)
                .filter(member -> !reader.isRemoved(member))
                .orElseThrow(() -> new ConsortiumException(
                        "whose folder " + folder + " is, is no member of its ledger: ask one that is for the invite"));
        return RunningInvite.of(self.value(), reader, ledger.eraStart(), clockMs.getAsLong());
    }

    private static void requireAddress(String address) {
        if (!Endpoint.isAddress(address)) {
            throw new ConsortiumException("an address is host:port, not \"" + address + "\"");
        }
    }

    /// The founder registers those who asked, and plans the era in which all confirm together.
    public FoundingPlan plan(List<JoinRequest> requests, String ownAddress) {
        requireAddress(ownAddress);
        MemberKeys keys = MemberKeys.open(keyFolder());
        List<EraMember> members = new ArrayList<>();
        List<Address> addresses = withEngine((ledger, engine) -> {
            List<Address> found = new ArrayList<>();
            MemberId self = founder(ledger);
            members.add(new EraMember(self, keys.of(KeyRole.ENGINE).key(), 1));
            found.add(new Address(
                    self.value(), CometNames.peerId(keys.of(KeyRole.PEER).key()), ownAddress));
            for (JoinRequest request : requests) {
                register(ledger, engine, request, keys);
                MemberRecord record = ledger.member(request.memberId());
                if (record == null) {
                    throw new ConsortiumException("member " + request.member() + " was not registered");
                }
                var engineKey = ledger.key(record.key(KeyRole.ENGINE).orElseThrow());
                if (engineKey == null) {
                    throw new ConsortiumException("member " + request.member() + " has no engine key on the ledger");
                }
                members.add(new EraMember(request.memberId(), engineKey.key(), 1));
                found.add(new Address(request.member(), request.peerId(), request.address()));
            }
            return found;
        });
        return plan(members, addresses);
    }

    private void register(LedgerReader ledger, SoloEngine engine, JoinRequest request, MemberKeys keys) {
        LedgerId id = ledger.head().ledger();
        if (ledger.member(request.memberId()) == null) {
            byte[] transaction = Transactions.sign(
                    id,
                    Founding.nonce(),
                    validUntil(ledger),
                    List.of(request.registration(id)),
                    List.of(keys.of(KeyRole.IDENTITY)));
            require(submitted(engine, transaction), "the ledger refuses member " + request.member());
        }
        if (ledger.log(new LogId(request.memberId(), FIRST_LOG)) == null) {
            require(
                    submitted(engine, request.openLog()),
                    "the log of " + request.member()
                            + " cannot be opened (a request to join is good for a day: ask for a new one)");
        }
    }

    private long validUntil(LedgerReader ledger) {
        return Math.max(clockMs.getAsLong(), ledger.head().blockTime()) + 600_000;
    }

    private static void require(TransactionResult result, String otherwise) {
        result.firstRefusal().ifPresent(refused -> {
            throw new ConsortiumException(otherwise + ": " + refused);
        });
    }

    private static TransactionResult submitted(SoloEngine engine, byte[] transaction) {
        try {
            return engine.submit(transaction).get(WAIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the ledger does not decide", e);
        }
    }

    /// The state that the plan starts from is that of the newest block, which must be one that changed something: only
    /// such a block's state can be handed over.
    private FoundingPlan plan(List<EraMember> members, List<Address> addresses) {
        StoredLedger ledger = ledger();
        SnapshotOffer offer = ledger.snapshot();
        Application.Info info = ledger.info();
        if (offer.height() != info.height()) {
            throw new ConsortiumException("an empty block came in between: run the same command again");
        }
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 0; i < offer.chunks(); i++) {
            byte[] chunk = ledger.chunk(i);
            if (chunk == null) {
                throw new IllegalStateException("the snapshot ended while it was taken");
            }
            chunks.add(chunk);
        }
        Certificate certificate = ledger.certificate(info.height()).orElseGet(() -> certified(ledger, info.height()));
        EraRecord next = new EraRecord(
                info.era().number() + 1,
                EraRecord.COMET,
                EraRecord.chainId(info.ledger(), info.era().number() + 1),
                info.height() + 1,
                ledger.reader().head().eventsSize(),
                info.appHash(),
                members.stream()
                        .sorted(java.util.Comparator.comparing(m -> m.member().value()))
                        .toList());
        return FoundingPlan.of(
                info.ledger(), next, addresses, info.height(), offer.manifest(), chunks, certificate.encode());
    }

    /// The newest block's certificate is kept with the next block: here it is made once more.
    private Certificate certified(StoredLedger ledger, long height) {
        MemberKeys keys = MemberKeys.open(keyFolder());
        byte[] header = ledger.blocks().block(height).orElseThrow().header();
        var decoded = io.thingstead.kit.proof.SoloHeader.decode(header).orThrow();
        ledger.certify(height, decoded.sign(keys.of(KeyRole.ENGINE)));
        return ledger.certificate(height).orElseThrow();
    }

    /// Checks the plan against the invite and this member's own keys, and signs it.
    public Approval approve(FoundingPlan plan, @Nullable Invite invite) {
        EraRecord era = plan.eraRecord();
        MemberKeys keys = MemberKeys.open(keyFolder());
        EraMember self = era.members().stream()
                .filter(m -> m.engineKey().equals(keys.of(KeyRole.ENGINE).key()))
                .findFirst()
                .orElseThrow(() -> new ConsortiumException("this member's engine key is not in the plan"));
        if (invite != null) {
            requireFounded(plan, invite.trustFile());
        }
        return new Approval(self.member().value(), keys.of(KeyRole.ENGINE).sign(plan.toSign()));
    }

    /// The state that the plan starts from is the one that the founder certified.
    private static TrustedHead requireFounded(FoundingPlan plan, TrustFile trust) {
        if (!plan.ledger().equals(trust.ledger())
                || !(Certificate.read(plan.certificate()) instanceof SoloCertificate certificate)) {
            throw new ConsortiumException("the plan is not for the ledger of the invite");
        }
        EraRecord next = plan.eraRecord();
        var before = trust.era(next.number() - 1)
                .orElseThrow(() -> new ConsortiumException("the plan's era does not follow one of the invite"));
        var header = certificate.header();
        boolean holds = header.ledger().equals(trust.ledger())
                && header.era() == before.number()
                && header.height() == plan.height()
                && next.initialHeight() == plan.height() + 1
                && java.util.Arrays.equals(header.appHash(), next.previousAppHash())
                && header.isSignedBy(before.members().getFirst().engineKey(), certificate.signature());
        if (!holds) {
            throw new ConsortiumException("the plan's state is not one that the founder of the invite signed");
        }
        return new TrustedHead(header.era(), header.height(), header.blockTime(), header.hash(), header.appHash());
    }

    /// Begins the era that all members have approved. For a member that joins this takes over the ledger's state first.
    public void begin(FoundingPlan plan, @Nullable Invite invite) {
        List<String> missing = plan.missing();
        if (!missing.isEmpty()) {
            throw new ConsortiumException("not approved yet by " + String.join(", ", missing));
        }
        EraRecord era = plan.eraRecord();
        if (!StoredLedger.isFounded(store)) {
            if (invite == null) {
                throw new ConsortiumException("the invite is needed to check the plan against");
            }
            TrustFile trust = invite.trustFile();
            requireFounded(plan, trust);
            EraRecord first = firstEra(trust);
            StoredLedger.found(store, plan.ledger(), first);
        }
        StoredLedger ledger = StoredLedger.open(store);
        if (ledger.info().era().number() == era.number()) {
            ConsortiumFile.write(folder, plan);
            return;
        }
        if (invite != null && ledger.info().height() < ledger.info().era().initialHeight()) {
            takeSnapshot(plan, ledger, requireFounded(plan, invite.trustFile()));
        }
        if (ledger.info().height() != plan.height()) {
            throw new ConsortiumException(
                    "the ledger went on to block " + ledger.info().height() + " after the plan was made at block "
                            + plan.height() + ": make a new plan");
        }
        if (ledger.blocks().block(plan.height()).isPresent() && !ledger.isCertified()) {
            Certificate last = certified(ledger, plan.height());
            assert last.height() == plan.height();
        }
        ConsortiumFile.write(folder, plan);
        EraRecord before = ledger.reader().era(era.number() - 1);
        EraLink link = plan.link(before);
        if (!link.holds(plan.ledger(), before.forTrust())) {
            throw new ConsortiumException("the plan lacks the founder's certificate or approval");
        }
        FirstVotes.begin(folder.resolve("engine"), keyFolder(), era.chainId());
        ledger.startEra(era, Optional.of(link));
        // A crash before: the era is begun by the same command. After: it has begun.
    }

    private static EraRecord firstEra(TrustFile trust) {
        var first = trust.era(1).orElseThrow(() -> new ConsortiumException("the invite lacks the first era"));
        return new EraRecord(
                first.number(),
                first.engine(),
                first.chainId(),
                first.initialHeight(),
                first.firstEvent(),
                first.previousAppHash(),
                first.members().stream()
                        .map(m -> new EraMember(m.member(), m.engineKey(), m.power()))
                        .toList());
    }

    private static void takeSnapshot(FoundingPlan plan, StoredLedger ledger, TrustedHead trusted) {
        var offer =
                new SnapshotOffer(plan.height(), plan.manifest(), plan.chunks().size());
        ledger.offer(offer, trusted).ifPresent(MemberFolder::refuse);
        for (int i = 0; i < plan.chunks().size(); i++) {
            ledger.apply(i, plan.chunks().get(i)).ifPresent(MemberFolder::refuse);
        }
    }

    private static void refuse(Refused refused) {
        throw new ConsortiumException("the plan's state is not what it says: " + refused);
    }

    @Override
    public void close() {
        store.close();
        held.close();
        if (failure != null) {
            throw new IllegalStateException("the data folder could not be written", failure);
        }
    }
}
