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

/// A ledger in memory with one member, whose keys all come from names, so that the same calls give the same bytes.
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

    public static RegisterMember registration(MemberId member) {
        return new RegisterMember(
                member,
                member.value() + ".example",
                MEMBER_ROLES.stream().map(role -> memberKey(member, role)).toList());
    }

    public static RegisterMember.MemberKey memberKey(MemberId member, KeyRole role) {
        SigningKey key = member.equals(ACME) ? key(role) : key(member + " " + role.label());
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
        return Transactions.sign(ID, nonce(), time() + 60_000, actions, atomic, signers);
    }

    public byte[] transaction(SigningKey signer, Action... actions) {
        return transaction(List.of(signer), false, Arrays.asList(actions));
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

    public BlockOutcome blockAt(long time, byte[]... transactions) {
        last = ledger.execute(ledger.position().height() + 1, time, List.of(transactions));
        take(last);
        return last;
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
