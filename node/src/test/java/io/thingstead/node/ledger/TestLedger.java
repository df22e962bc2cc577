package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.AddDeviceKey;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.RotateDeviceKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A ledger in memory, of one member or several, whose keys all come from names, so that the same calls give the same
/// bytes.
public final class TestLedger {
    public static final MemberId ACME = new MemberId("acme");
    public static final LogId LOG = new LogId(ACME, 1);
    public static final LedgerId ID = LedgerId.ofHex("5a".repeat(32));
    public static final long START = 1_800_000_000_000L;
    public static final List<KeyRole> MEMBER_ROLES =
            List.of(KeyRole.IDENTITY, KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.ATTEST);

    private final List<Event> events = new ArrayList<>();
    private MemoryValues values;
    private Ledger ledger;
    private final List<Attachment> attachments = new ArrayList<>();
    private long nonces;
    private BlockOutcome last;

    /// Without its member yet.
    public static TestLedger empty() {
        return new TestLedger();
    }

    public static TestLedger founded() {
        TestLedger ledger = new TestLedger();
        ledger.block(ledger.foundingTransaction());
        return ledger;
    }

    /// In an era of several members: acme, and m2 to mN.
    public static TestLedger shared(int members) {
        TestLedger ledger = founded();
        for (int i = 2; i <= members; i++) {
            ledger.submit(key(KeyRole.IDENTITY), fullRegistration(member(i)));
        }
        ledger.startSharedEra(members);
        return ledger;
    }

    /// The era of acme, and m2 to mN, which are registered.
    public void startSharedEra(int members) {
        startEra(new EraRecord(
                ledger.position().era() + 1,
                EraRecord.COMET,
                EraRecord.chainId(ID, ledger.position().era() + 1),
                ledger.position().height() + 1,
                ledger.events().size(),
                ledger.appHash(),
                IntStream.rangeClosed(1, members)
                        .mapToObj(TestLedger::member)
                        .map(m -> new EraRecord.EraMember(
                                m, key(m, KeyRole.ENGINE).key(), 1))
                        .toList()));
    }

    private TestLedger() {
        SortedMap<String, byte[]> genesis = Ledger.genesis(firstEra(), ID);
        values = new MemoryValues(genesis);
        ledger = new Ledger(values, Ledger.stateOf(genesis), new Frontier(), new Position(ID, 1, 0, 0, 0));
    }

    public static EraRecord firstEra() {
        var engine = new EraRecord.EraMember(ACME, key("engine").key(), 1);
        return new EraRecord(1, "solo", EraRecord.chainId(ID, 1), 1, 0, new byte[32], List.of(engine));
    }

    /// The Ed25519 key of this name; member keys have their role's name.
    public static SigningKey key(String name) {
        return key(name, Algorithm.ED25519);
    }

    public static SigningKey key(String name, Algorithm algorithm) {
        return SigningKey.fromSecret(algorithm, Sha256.of(("key " + name).getBytes(StandardCharsets.UTF_8)));
    }

    public static SigningKey key(KeyRole role) {
        return key(role.label());
    }

    public static MemberId member(int number) {
        return number == 1 ? ACME : new MemberId("m" + number);
    }

    public static SigningKey key(MemberId member, KeyRole role) {
        return member.equals(ACME) ? key(role) : key(member + " " + role.label());
    }

    public static SigningKey key(int member, KeyRole role) {
        return key(member(member), role);
    }

    /// With the keys of the network between members, too.
    public static RegisterMember fullRegistration(MemberId member) {
        return new RegisterMember(
                member,
                member.value() + ".example",
                Stream.concat(MEMBER_ROLES.stream(), Stream.of(KeyRole.TLS, KeyRole.PEER))
                        .map(role -> memberKey(member, role))
                        .toList());
    }

    public static RegisterMember registration(MemberId member) {
        return new RegisterMember(
                member,
                member.value() + ".example",
                MEMBER_ROLES.stream().map(role -> memberKey(member, role)).toList());
    }

    public static RegisterMember.MemberKey memberKey(MemberId member, KeyRole role) {
        return memberKey(member, role, key(member, role));
    }

    public static RegisterMember.MemberKey memberKey(MemberId member, KeyRole role, SigningKey key) {
        return new RegisterMember.MemberKey(
                role, key.key(), Possession.sign(RegisterMember.subject(member, role), ID, key));
    }

    public byte[] foundingTransaction() {
        return transaction(List.of(key(KeyRole.IDENTITY)), true, List.of(registration(ACME), new OpenLog(LOG)));
    }

    public static RegisterDevice device(String name, SigningKey key) {
        return device(name, KeyRole.DEVICE, key);
    }

    public static RegisterDevice device(String name, KeyRole role, SigningKey key) {
        DeviceId id = DeviceId.of(name);
        return new RegisterDevice(id, role, key.key(), Possession.sign(id.value(), ID, key));
    }

    public static AddDeviceKey furtherKey(String name, SigningKey key) {
        DeviceId id = DeviceId.of(name);
        return new AddDeviceKey(id, key.key(), Possession.sign(id.value(), ID, key));
    }

    public static RotateDeviceKey rotation(String name, SigningKey old, long finalN, SigningKey key) {
        DeviceId id = DeviceId.of(name);
        return new RotateDeviceKey(id, old.key().thumbprint(), finalN, key.key(), Possession.sign(id.value(), ID, key));
    }

    /// A transaction that is valid for a minute, with a nonce that counts.
    public byte[] transaction(List<SigningKey> signers, boolean atomic, List<? extends Action> actions) {
        List<Attachment> needed = actions.stream()
                .flatMap(action -> action.attached().stream())
                .map(commitment -> attachments.stream()
                        .filter(attachment -> Arrays.equals(attachment.commitment(), commitment))
                        .findFirst()
                        .orElseThrow())
                .toList();
        return Transactions.sign(ID, nonce(), time() + 60_000, actions, atomic, signers, needed);
    }

    public byte[] transaction(SigningKey signer, Action... actions) {
        return transaction(List.of(signer), false, Arrays.asList(actions));
    }

    /// Transactions whose actions speak of this carry it from now on.
    public byte[] attaching(Attachment attachment) {
        attachments.add(attachment);
        return attachment.commitment();
    }

    public byte[] nonce() {
        byte[] nonce = new byte[16];
        nonce[15] = (byte) nonces;
        nonce[14] = (byte) (nonces >> 8);
        nonce[13] = (byte) (nonces >> 16);
        nonces++;
        return nonce;
    }

    /// The time of the next block, one second after the last.
    public long time() {
        return Math.max(START, ledger.position().blockTime() + 1_000);
    }

    public BlockOutcome block(byte[]... transactions) {
        return blockAt(time(), transactions);
    }

    /// In an era of several members, acme hands them in.
    public BlockOutcome blockAt(long time, byte[]... transactions) {
        boolean plain = era().isSolo() || transactions.length == 0;
        return plain ? engineBlockAt(time, transactions) : engineBlockAt(time, nextBatch(1, transactions));
    }

    private EraRecord era() {
        return EraRecord.decode(values.get(StateKeys.era(ledger.position().era())));
    }

    /// A block of what the engine orders.
    public BlockOutcome engineBlock(byte[]... engineTransactions) {
        return engineBlockAt(time(), engineTransactions);
    }

    public BlockOutcome engineBlockAt(long time, byte[]... engineTransactions) {
        return engineBlockAt(time, List.of(), engineTransactions);
    }

    public BlockOutcome engineBlockAt(long time, List<Misbehaviour> misbehaviour, byte[]... engineTransactions) {
        last = ledger.execute(height() + 1, time, List.of(engineTransactions), misbehaviour);
        take(last);
        return last;
    }

    public long height() {
        return ledger.position().height();
    }

    public static byte[] batch(int member, long sequence, byte[]... transactions) {
        return MemberBatch.sign(ID, member(member), sequence, List.of(transactions), key(member, KeyRole.NODE));
    }

    public byte[] nextBatch(int member, byte[]... transactions) {
        return batch(member, ledger.batchSequence(member(member)) + 1, transactions);
    }

    public void startEra(EraRecord era) {
        take(ledger.startEra(era));
    }

    private void take(BlockOutcome outcome) {
        values.apply(outcome);
        ledger.accept(outcome);
        events.addAll(outcome.events());
    }

    /// A block with one transaction of these actions.
    public TransactionResult submit(SigningKey signer, Action... actions) {
        return block(transaction(signer, actions)).results().getFirst();
    }

    public TransactionResult submit(List<SigningKey> signers, Action... actions) {
        return block(transaction(signers, false, Arrays.asList(actions)))
                .results()
                .getFirst();
    }

    public Refusal refusal(List<SigningKey> signers, Action... actions) {
        return submit(signers, actions).firstRefusal().map(Refused::code).orElse(null);
    }

    /// The same, and why it was refused, or null.
    public Refusal refusal(SigningKey signer, Action... actions) {
        return submit(signer, actions).firstRefusal().map(Refused::code).orElse(null);
    }

    public Ledger ledger() {
        return ledger;
    }

    public MemoryValues values() {
        return values;
    }

    public List<Event> events() {
        return events;
    }

    public Event lastEvent() {
        return events.getLast();
    }

    public KeyRecord keyRecord(SigningKey key) {
        byte[] value = values.get(StateKeys.key(key.key().thumbprint()));
        return value == null ? null : KeyRecord.decode(value);
    }

    public DeviceRecord deviceRecord(String name) {
        DeviceId id = DeviceId.of(name);
        byte[] value = values.get(StateKeys.device(id));
        return value == null ? null : DeviceRecord.decode(id, value);
    }

    public LogRecord logRecord(LogId log) {
        byte[] value = values.get(StateKeys.log(log));
        return value == null ? null : LogRecord.decode(log, value);
    }
}
