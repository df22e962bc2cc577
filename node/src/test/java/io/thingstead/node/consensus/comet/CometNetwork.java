package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.EraLink;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.node.Ports;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.Application.TrustedHead;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.EngineKeys;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.solo.SoloEngine;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.exchange.StatusRoute;
import io.thingstead.node.history.EventFetch;
import io.thingstead.node.history.EventRoute;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.KnownMembers;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.storage.Store;
import io.thingstead.node.trust.LinkFetch;
import io.thingstead.node.trust.LinkRoute;
import io.thingstead.node.trust.TrustHistory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Members in one JVM, each with its own store and a real CometBFT of its own. They share a ledger that the first one
/// founded alone: the others took a snapshot of it before the era of all began.
public final class CometNetwork implements AutoCloseable {
    private static final long EMPTY_MS = 1_000;

    private final List<Member> members = new CopyOnWriteArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> welcome = ConcurrentHashMap.newKeySet();
    private final Path program;
    private final TrustFile foundersTrust;
    private long keepBlocks;

    /// Keeps so many of the newest blocks only.
    CometNetwork keeping(long blocks) {
        keepBlocks = blocks;
        return this;
    }

    private long snapshotEvery = CometSettings.SNAPSHOT_EVERY;
    private long farBehind = CometSettings.FAR_BEHIND;

    /// Takes snapshots so often, and calls a member behind that lacks so many blocks.
    CometNetwork withSnapshots(long every, long behind) {
        snapshotEvery = every;
        farBehind = behind;
        return this;
    }

    private static boolean isOnLedger(StoredLedger ledger, String peer) {
        return ledger.reader().members().stream()
                .flatMap(member -> member.key(KeyRole.PEER).stream())
                .map(thumbprint -> ledger.reader().key(thumbprint))
                .anyMatch(key -> key != null && CometNames.peerId(key.key()).equals(peer));
    }

    /// Questions between members go straight to the other's route; as on the wire, only members are answered.
    private MemberAnswer asked(MemberId asking, MemberId member, String path, int maxBytes) {
        Member other =
                members.stream().filter(m -> m.id.equals(member)).findFirst().orElse(null);
        MemberRoute route = other == null
                ? null
                : other.routes.stream()
                        .filter(offered -> path.startsWith(offered.prefix()))
                        .findFirst()
                        .orElse(null);
        if (route == null) {
            throw new MemberUnreachable(member, "it does not run");
        }
        if (other.ledger.reader().member(asking) == null) {
            throw new MemberUnreachable(member, "it does not know who asks");
        }
        MemberAnswer answer = route.answer(asking, path.substring(route.prefix().length()));
        if (answer.body().length > maxBytes) {
            throw new MemberUnreachable(member, "it answers too much");
        }
        return answer;
    }

    /// A member, running or not.
    public final class Member {
        final MemberId id;
        final MemberKeys keys;
        final EngineKeys engineKeys;
        final SigningKey peerKey;
        final Store store;
        final Path home;
        final String address;
        private final List<MemberRoute> routes = new CopyOnWriteArrayList<>();
        private StoredLedger ledger;
        private CometEngine engine;
        private EventFetch fetch;
        private LinkFetch linkFetch;
        private UnaryOperator<Application> askedFor = UnaryOperator.identity();
        private UnaryOperator<Votes> signedBy = UnaryOperator.identity();
        private long standstillMs;
        private long holdMarginMs = VoteHold.MARGIN_MS;

        private Member(String name, MemberKeys keys, Store store, Path home, String address) {
            this(name, keys, keys.of(KeyRole.PEER), store, home, address);
        }

        private Member(String name, MemberKeys keys, SigningKey peerKey, Store store, Path home, String address) {
            this.id = new MemberId(name);
            this.keys = keys;
            this.engineKeys = EngineKeys.of(keys.of(KeyRole.ENGINE));
            this.peerKey = peerKey;
            this.store = store;
            this.home = home;
            this.address = address;
        }

        String peer() {
            return CometNames.peerId(peerKey.key()) + "@" + address;
        }

        public StoredLedger ledger() {
            return ledger;
        }

        /// What it may ask the others.
        OtherMembers exchange() {
            return (member, path, maxBytes) -> asked(id, member, path, maxBytes);
        }

        /// Who voted when, as this member knows it.
        TrustHistory trust() {
            return new TrustHistory(ledger.reader(), ledger.links());
        }

        public ConsensusEngine engine() {
            return engine;
        }

        public long enginePid() {
            return engine.pid();
        }

        void open() {
            List<String> others =
                    members.stream().filter(m -> m != this).map(Member::peer).toList();
            List<String> ids = members.stream()
                    .map(m -> CometNames.peerId(m.peerKey.key()))
                    .toList();
            var settings = new CometSettings(
                    program, home, address, others, EMPTY_MS, 300, keepBlocks, snapshotEvery, farBehind);
            engine = new CometEngine(
                            ledger,
                            settings,
                            id,
                            keys.of(KeyRole.NODE),
                            engineKeys,
                            peerKey,
                            peer -> ids.contains(peer) || welcome.contains(peer) || isOnLedger(ledger, peer),
                            System::currentTimeMillis,
                            failures::add)
                    .catchingUpBy((member, path, maxBytes) -> asked(id, member, path, maxBytes));
        }

        /// What it answers its engine in place of its ledger and its signer, from its next start on.
        void lie(UnaryOperator<Application> ledgerAsked, UnaryOperator<Votes> signer) {
            this.askedFor = ledgerAsked;
            this.signedBy = signer;
        }

        /// How much younger than its start a block must be before it votes again after it lost its record of votes.
        void holdsBackFor(long millis) {
            this.holdMarginMs = millis;
        }

        /// How long without a block before its engine is started anew, from its next start on.
        void restartAfter(long millis) {
            this.standstillMs = millis;
        }

        void start() {
            open();
            engine.between(askedFor, signedBy);
            engine.holdsBackFor(holdMarginMs);
            if (standstillMs > 0) {
                engine.restartAfter(standstillMs);
            }
            TrustHistory trust = trust();
            routes.addAll(List.of(
                    engine.route(),
                    new EventRoute(ledger.history()),
                    new LinkRoute(trust),
                    new StatusRoute(
                            id,
                            "test",
                            ledger.reader(),
                            () -> engine.holdsBack().isPresent())));
            OtherMembers exchange = exchange();
            Supplier<List<MemberId>> others = () ->
                    members.stream().map(m -> m.id).filter(m -> !m.equals(id)).toList();
            fetch = new EventFetch(ledger.history(), exchange, others, failures::add);
            fetch.start();
            linkFetch = new LinkFetch(trust, exchange, others);
            linkFetch.start();
            engine.start();
        }

        void stop() {
            routes.clear();
            fetch.close();
            linkFetch.close();
            engine.close();
        }

        void restart() {
            ledger = StoredLedger.open(store);
            ledger.show(ledger.info().height());
            start();
        }
    }

    /// Founds the ledger; the members are ready to start.
    public CometNetwork(Path program, int count, Path folder, IntFunction<Store> stores) throws Exception {
        this(program, count, count, folder, stores, false);
    }

    /// @param seated how many of the members vote from the beginning; the others may take a seat later
    CometNetwork(Path program, int count, int seated, Path folder, IntFunction<Store> stores) throws Exception {
        this(program, count, seated, folder, stores, false);
    }

    /// @param twin whether the last member runs twice, with the same keys and two signers that do not know each other:
    ///     it stands at the end of the list once more. Only its network identity is another one: an engine keeps a
    ///     single connection to each identity, so the others would hear one of the two at most.
    CometNetwork(Path program, int count, Path folder, IntFunction<Store> stores, boolean twin) throws Exception {
        this(program, count, count, folder, stores, twin);
    }

    private CometNetwork(Path program, int count, int seated, Path folder, IntFunction<Store> stores, boolean twin)
            throws Exception {
        this.program = program;
        for (int i = 0; i < count; i++) {
            String name = "m" + (i + 1);
            members.add(new Member(
                    name, MemberKeys.generate(), stores.apply(i), folder.resolve(name), "127.0.0.1:" + Ports.free()));
        }
        Member founder = members.getFirst();
        Founding.found(founder.store, founder.id, "m1.example", founder.keys, System.currentTimeMillis());
        founder.ledger = StoredLedger.open(founder.store);
        BlockRecord last = registerOthers(founder);
        var info = founder.ledger.info();
        for (Member other : members.subList(1, count)) {
            takeOver(other, last);
        }
        EraRecord era = new EraRecord(
                2,
                EraRecord.COMET,
                EraRecord.chainId(info.ledger(), 2),
                info.height() + 1,
                founder.ledger.reader().head().eventsSize(),
                info.appHash(),
                members.stream()
                        .limit(seated)
                        .map(m -> new EraMember(m.id, m.keys.of(KeyRole.ENGINE).key(), 1))
                        .toList());
        foundersTrust = founder.ledger.reader().trust(System.currentTimeMillis());
        EraLink link = link(founder, era);
        if (twin) {
            Member once = members.getLast();
            Member second = new Member(
                    once.id.value(),
                    once.keys,
                    SigningKey.generate(Algorithm.ED25519),
                    stores.apply(count),
                    folder.resolve(once.id + "-again"),
                    "127.0.0.1:" + Ports.free());
            takeOver(second, last);
            members.add(second);
        }
        members.forEach(m -> {
            FirstVotes.begin(m.home, m.engineKeys, era.chainId());
            m.ledger.startEra(era, Optional.of(link));
        });
    }

    /// All members approve the era, as they do with a founding plan.
    private EraLink link(Member founder, EraRecord era) {
        var info = founder.ledger.info();
        byte[] message = EraLink.toSign(info.ledger(), era.encode());
        List<byte[]> signatures = members.stream()
                .map(m -> m.keys.of(KeyRole.ENGINE).sign(message))
                .toList();
        return EraLink.of(
                founder.ledger.certificate(info.height()).orElseThrow(),
                era.encode(),
                EraLink.approvals(info.era().forTrust().members(), message, signatures),
                EraLink.approvals(era.forTrust().members(), message, signatures));
    }

    /// The trust file that the founder gave away when it was alone.
    TrustFile foundersTrust() {
        return foundersTrust;
    }

    /// Takes the founder's ledger as it stands.
    private void takeOver(Member other, BlockRecord last) {
        Member founder = members.getFirst();
        var info = founder.ledger.info();
        StoredLedger.found(other.store, info.ledger(), info.era());
        other.ledger = StoredLedger.open(other.store);
        var offer = founder.ledger.snapshot();
        var trusted = new TrustedHead(1, last.height(), last.time(), last.headerHash(), last.appHash());
        other.ledger.offer(offer, trusted);
        for (int i = 0; i < offer.chunks(); i++) {
            other.ledger.apply(i, founder.ledger.chunk(i));
        }
    }

    /// The founder's last block alone: it registers the others.
    private BlockRecord registerOthers(Member founder) throws Exception {
        LedgerId id = founder.ledger.info().ledger();
        List<RegisterMember> registrations = members.stream()
                .skip(1)
                .map(m -> new RegisterMember(m.id, m.id + ".example", Founding.possessed(id, m.id, m.keys)))
                .toList();
        var transaction = Transactions.sign(
                id,
                Founding.nonce(),
                System.currentTimeMillis() + 600_000,
                registrations,
                List.of(founder.keys.of(KeyRole.IDENTITY)));
        try (var engine = new SoloEngine(
                founder.ledger, founder.keys.of(KeyRole.ENGINE), System::currentTimeMillis, failures::add)) {
            engine.start();
            if (!engine.submit(transaction).get().happened()) {
                throw new IllegalStateException("the members were not registered");
            }
        }
        return founder.ledger.blocks().block(founder.ledger.info().height()).orElseThrow();
    }

    /// A member that is not one of the ledger yet, with an invite of the first one.
    Member joining(String name, MemberKeys keys, Store store, Path home) throws Exception {
        Member joining = new Member(name, keys, store, home, "127.0.0.1:" + Ports.free());
        StoredLedger first = members.getFirst().ledger;
        synchronized (first) {
            var info = first.info();
            StoredLedger.foundToJoin(
                    store, info.ledger(), info.era(), first.eraStart(), KnownMembers.of(first.reader()));
        }
        FirstVotes.begin(home, joining.engineKeys, first.info().era().chainId());
        EngineStart.mark(home);
        joining.ledger = StoredLedger.open(store);
        members.add(joining);
        return joining;
    }

    public List<Member> members() {
        return members;
    }

    public Member member(int number) {
        return members.get(number);
    }

    public Queue<Throwable> failures() {
        return failures;
    }

    /// Lets an engine with this network identity be a peer, as if it were one of a member.
    void welcome(String peerId) {
        welcome.add(peerId);
    }

    /// Starts all, side by side.
    public void start() throws InterruptedException {
        List<Thread> starting =
                members.stream().map(m -> Thread.ofPlatform().start(m::start)).toList();
        for (Thread thread : starting) {
            thread.join();
        }
    }

    /// A transaction of the founder's node key, which any member may hand over.
    public byte[] registration(String device) {
        Member founder = members.getFirst();
        return Transactions.sign(
                founder.ledger.info().ledger(),
                Founding.nonce(),
                System.currentTimeMillis() + 600_000,
                List.of(RegisterDevice.withToken(DeviceId.of(device))),
                List.of(founder.keys.of(KeyRole.NODE)));
    }

    @Override
    public void close() {
        List<Thread> closing = members.stream()
                .filter(m -> m.engine != null)
                .map(m -> Thread.ofPlatform().start(m::stop))
                .toList();
        closing.forEach(thread -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
