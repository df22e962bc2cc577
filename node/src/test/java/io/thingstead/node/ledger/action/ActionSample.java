package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.LOG;
import static io.thingstead.node.ledger.TestLedger.device;
import static io.thingstead.node.ledger.TestLedger.fullRegistration;
import static io.thingstead.node.ledger.TestLedger.furtherKey;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.member;
import static io.thingstead.node.ledger.TestLedger.memberKey;
import static io.thingstead.node.ledger.TestLedger.registration;
import static io.thingstead.node.ledger.TestLedger.rotation;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.Promise;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.TestLedger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One action of each kind that succeeds on a ledger with the device `acme:box` (key `box`), and who may sign it.
///
/// @param shared whether it takes a ledger of several members
record ActionSample(Action action, List<SigningKey> signers, boolean shared) {
    private ActionSample(Action action, SigningKey signer) {
        this(action, List.of(signer), false);
    }

    private static ActionSample shared(Action action, SigningKey... signers) {
        return new ActionSample(action, List.of(signers), true);
    }

    static final MemberId GLOBEX = new MemberId("globex");
    static final Endpoint ENDPOINT = new Endpoint("engine.globex.example:26656", "node.globex.example:7443");

    private static final byte[] ANCHORED = MerkleTree.leafHash(entry());

    private static byte[] entry() {
        byte[] entry = new byte[33];
        entry[0] = 1;
        return entry;
    }

    /// A checkpoint of one leaf, signed by the log of acme.
    private static byte[] note(int root) {
        byte[] rootBytes = new byte[32];
        rootBytes[0] = (byte) root;
        SigningKey log = key(KeyRole.LOG);
        String origin = LOG.origin("acme.example", ID);
        NoteKey name = new NoteKey(origin, log.key().point());
        return SignedNote.sign(new Checkpoint(origin, 1, rootBytes).body(), name, log::sign)
                .encode()
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return action.name();
    }

    private static List<ActionSample> ofMembersAndDevices() {
        SigningKey node = key(KeyRole.NODE);
        SigningKey identity = key(KeyRole.IDENTITY);
        SigningKey box = key("box");
        return List.of(
                new ActionSample(new OpenLog(new LogId(ACME, 2)), node),
                new ActionSample(new CloseLog(LOG, 2), node),
                new ActionSample(device("acme:lamp", key("lamp")), node),
                new ActionSample(device("acme:hub", KeyRole.GATEWAY, key("hub", Algorithm.ES256)), node),
                new ActionSample(RegisterDevice.withToken(DeviceId.of("acme:meter")), node),
                new ActionSample(
                        new RegisterDevices(IntStream.range(0, 5)
                                .mapToObj(i -> device("acme:many-" + i, key("many-" + i)))
                                .toList()),
                        node),
                new ActionSample(rotation("acme:box", box, 41, key("box 2", Algorithm.ES256)), box),
                new ActionSample(
                        new RevokeDeviceKey(DeviceId.of("acme:box"), box.key().thumbprint(), 2), node),
                new ActionSample(new AnchorCheckpoint(LOG, 0, 9, new byte[32], List.of()), key(KeyRole.LOG)),
                new ActionSample(furtherKey("acme:box", key("box 3")), node),
                new ActionSample(new SetMemberKey(ACME, memberKey(ACME, KeyRole.PEER)), identity),
                new ActionSample(new SetMemberKey(ACME, memberKey(ACME, KeyRole.NODE, key("node 2"))), identity),
                new ActionSample(new SetEndpoint(ACME, ENDPOINT), node),
                new ActionSample(new Propose(ACME, new AddMember(fullRegistration(GLOBEX), ENDPOINT)), identity),
                shared(new Grant(DeviceId.of("acme:box"), member(2), 5, null), node),
                shared(new RevokeGrant(DeviceId.of("acme:box"), member(3)), node),
                shared(new LogEvidence(LOG, note(1), new LogEvidence.Against.Note(note(2))), key(2, KeyRole.NODE)),
                shared(
                        new LogEvidence(LOG, note(1), new LogEvidence.Against.Anchored(ANCHORED, List.of())),
                        key(2, KeyRole.NODE)),
                shared(
                        new PromiseEvidence(
                                LOG,
                                new Promise(ID, LOG, 0, new byte[33], 5).sign(key(KeyRole.LOG)),
                                new PromiseEvidence.Other(entry(), List.of())),
                        key(2, KeyRole.IDENTITY)),
                shared(
                        new PromiseEvidence(LOG, new Promise(ID, LOG, 1, new byte[33], 5).sign(key(KeyRole.LOG)), null),
                        key(2, KeyRole.NODE)),
                shared(new Propose(ACME, new RemoveMember(member(3))), identity),
                shared(
                        new Propose(
                                ACME,
                                new ChangeEngineKey(
                                        member(2),
                                        key("new engine").key(),
                                        memberKey(member(2), KeyRole.ENGINE, key("new engine"))
                                                .possession())),
                        identity),
                shared(new Propose(ACME, new ChangeRules(2, 500)), identity),
                shared(new Approve(member(2), 1), key(2, KeyRole.IDENTITY)),
                shared(new Withdraw(ACME, 1), identity),
                shared(new TakeSeat(member(5)), key(5, KeyRole.NODE), key(5, KeyRole.ENGINE)));
    }

    static List<ActionSample> all() {
        return Stream.concat(
                        ofMembersAndDevices().stream(),
                        Stream.of(MoneySamples.all(), ContractSamples.all(), MarketSamples.all())
                                .flatMap(List::stream)
                                .map(sample -> new ActionSample(sample.action(), List.of(sample.signer()), false)))
                .toList();
    }

    /// The founding action too, which no founded ledger takes.
    static List<Action> ofEveryKind() {
        return Stream.concat(
                        Stream.of((Action) registration(ACME)), all().stream().map(ActionSample::action))
                .toList();
    }

    /// With the device and money; when shared, with four members that vote, one that does not, and an open decision.
    TestLedger ledger() {
        TestLedger ledger = TestLedger.founded();
        ledger.submit(key(KeyRole.NODE), device("acme:box", key("box")));
        MoneySamples.prepare(ledger);
        if (action.type() >= DraftContract.TYPE) {
            ContractSamples.prepare(ledger);
        }
        if (action.type() >= PublishOffer.TYPE) {
            MarketSamples.prepare(ledger);
        }
        if (shared) {
            for (int i = 2; i <= 5; i++) {
                ledger.submit(key(KeyRole.IDENTITY), fullRegistration(member(i)));
            }
            ledger.startSharedEra(4);
            ledger.submit(key(KeyRole.IDENTITY), new Propose(ACME, new RemoveMember(member(4))));
            ledger.submit(key(KeyRole.NODE), new Grant(DeviceId.of("acme:box"), member(3), 0, 9L));
            ledger.submit(key(KeyRole.LOG), new AnchorCheckpoint(LOG, 0, 1, ANCHORED, List.of()));
            ledger.block();
            ledger.block();
        }
        return ledger;
    }
}
