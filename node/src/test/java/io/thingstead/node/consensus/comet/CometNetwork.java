package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.Application.TrustedHead;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.solo.SoloEngine;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.storage.Store;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;

/// Members in one JVM, each with its own store and a real CometBFT of its own. They share a ledger that the first one
/// founded alone: the others took a snapshot of it before the era of all began.
public final class CometNetwork implements AutoCloseable {
    private static final long EMPTY_MS = 1_000;

    private final List<Member> members = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Path program;

    /// A member, running or not.
    public final class Member {
        final MemberId id;
        final MemberKeys keys;
        final SigningKey peerKey = SigningKey.generate(Algorithm.ED25519);
        final Store store;
        final Path home;
        final String address;
        private StoredLedger ledger;
        private CometEngine engine;

        private Member(String name, MemberKeys keys, Store store, Path home, String address) {
            this.id = new MemberId(name);
            this.keys = keys;
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
            var settings = new CometSettings(program, home, address, others, EMPTY_MS, 300, 0);
            engine = new CometEngine(
                    ledger,
                    settings,
                    id,
                    keys.of(KeyRole.NODE),
                    keys.of(KeyRole.ENGINE),
                    peerKey,
                    ids::contains,
                    System::currentTimeMillis,
                    failures::add);
        }

        void start() {
            open();
            engine.start();
        }

        void stop() {
            engine.close();
        }

        void restart() {
            ledger = StoredLedger.open(store);
            start();
        }
    }

    /// Founds the ledger; the members are ready to start.
    public CometNetwork(Path program, int count, Path folder, IntFunction<Store> stores) throws Exception {
        this.program = program;
        for (int i = 0; i < count; i++) {
            String name = "m" + (i + 1);
            members.add(new Member(
                    name, MemberKeys.generate(), stores.apply(i), folder.resolve(name), "127.0.0.1:" + freePort()));
        }
        Member founder = members.getFirst();
        Founding.found(founder.store, founder.id, "m1.example", founder.keys, System.currentTimeMillis());
        founder.ledger = StoredLedger.open(founder.store);
        BlockRecord last = registerOthers(founder);
        var info = founder.ledger.info();
        for (Member other : members.subList(1, count)) {
            StoredLedger.found(other.store, info.ledger(), info.era());
            other.ledger = StoredLedger.open(other.store);
            var offer = founder.ledger.snapshot();
            var trusted = new TrustedHead(1, last.height(), last.time(), last.headerHash(), last.appHash());
            other.ledger.offer(offer, trusted);
            for (int i = 0; i < offer.chunks(); i++) {
                other.ledger.apply(i, founder.ledger.chunk(i));
            }
        }
        EraRecord era = new EraRecord(
                2,
                EraRecord.COMET,
                EraRecord.chainId(info.ledger(), 2),
                info.height() + 1,
                founder.ledger.reader().head().eventsSize(),
                info.appHash(),
                members.stream()
                        .map(m -> new EraMember(m.id, m.keys.of(KeyRole.ENGINE).key(), 1))
                        .toList());
        members.forEach(m -> m.ledger.startEra(era));
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

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
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
