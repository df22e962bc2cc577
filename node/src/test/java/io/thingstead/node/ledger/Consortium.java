package io.thingstead.node.ledger;

import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.START;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A ledger in memory in an era of several members, `m1` to `mN`, whose keys come from names.
public final class Consortium {
    public static final List<KeyRole> ROLES =
            List.of(KeyRole.IDENTITY, KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.ATTEST);

    private final TreeMap<MemberId, Long> sequences = new TreeMap<>();
    private final List<Event> events = new ArrayList<>();
    private final MemoryValues values;
    private final Ledger ledger;
    private long nonces;

    /// With members of the first era, registered and seated.
    public Consortium(int members) {
        List<EraRecord.EraMember> seats = IntStream.rangeClosed(1, members)
                .mapToObj(Consortium::member)
                .map(m -> new EraRecord.EraMember(m, key(m, KeyRole.ENGINE).key(), 1))
                .toList();
        EraRecord era = new EraRecord(1, EraRecord.COMET, EraRecord.chainId(ID, 1), 1, 0, new byte[32], seats);
        SortedMap<String, byte[]> genesis = Ledger.genesis(era, ID);
        genesis.put(StateKeys.FOUNDED, new CborWriter().array(0).toBytes());
        for (EraRecord.EraMember seat : seats) {
            List<MemberRecord.RoleKey> keys = new ArrayList<>();
            for (KeyRole role : ROLES) {
                SigningKey key = key(seat.member(), role);
                keys.add(new MemberRecord.RoleKey(role, key.key().thumbprint()));
                KeyRecord record = KeyRecord.fresh(key.key(), seat.member().value(), seat.member(), role, 0);
                genesis.put(StateKeys.key(key.key().thumbprint()), record.encode());
            }
            MemberRecord record = new MemberRecord(seat.member(), seat.member() + ".example", keys);
            genesis.put(StateKeys.member(seat.member()), record.encode());
        }
        values = new MemoryValues(genesis);
        ledger = new Ledger(values, Ledger.stateOf(genesis), new Frontier(), new Position(ID, 1, 0, 0, 0));
    }

    public static MemberId member(int number) {
        return new MemberId("m" + number);
    }

    public static SigningKey key(MemberId member, KeyRole role) {
        return TestLedger.key(member + " " + role.label());
    }

    public static SigningKey key(int member, KeyRole role) {
        return key(member(member), role);
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

    public long height() {
        return ledger.position().height();
    }

    public long time() {
        return Math.max(START, ledger.position().blockTime() + 1_000);
    }

    public byte[] transaction(List<SigningKey> signers, Action... actions) {
        byte[] nonce = new byte[16];
        nonce[15] = (byte) nonces;
        nonce[14] = (byte) (nonces >> 8);
        nonce[13] = (byte) (nonces++ >> 16);
        return Transactions.sign(ID, nonce, time() + 3_600_000, Arrays.asList(actions), signers);
    }

    /// A transaction that any member's node may ask for.
    public byte[] registration(int member, String device) {
        return transaction(
                List.of(key(member, KeyRole.NODE)),
                RegisterDevice.withToken(DeviceId.of(member(member) + ":" + device)));
    }

    /// The member's next batch.
    public byte[] batch(int member, byte[]... transactions) {
        return batch(member, sequences.merge(member(member), 1L, Long::sum), transactions);
    }

    public static byte[] batch(int member, long sequence, byte[]... transactions) {
        return MemberBatch.sign(ID, member(member), sequence, List.of(transactions), key(member, KeyRole.NODE));
    }

    public BlockOutcome block(byte[]... batches) {
        return blockAt(time(), batches);
    }

    public BlockOutcome blockAt(long time, byte[]... batches) {
        return take(ledger.execute(height() + 1, time, List.of(batches)));
    }

    public BlockOutcome take(BlockOutcome outcome) {
        values.apply(outcome);
        ledger.accept(outcome);
        events.addAll(outcome.events());
        return outcome;
    }

    /// A block of one transaction with these actions, in a batch of the first member that can.
    public TransactionResult submit(List<SigningKey> signers, Action... actions) {
        return block(batch(1, transaction(signers, actions))).results().getFirst();
    }

    public Refusal refusal(SigningKey signer, Action... actions) {
        return submit(List.of(signer), actions)
                .firstRefusal()
                .map(Refused::code)
                .orElse(null);
    }

    /// The state, restored elsewhere.
    Ledger copy(MemoryValues into) {
        TreeMap<String, byte[]> all = new TreeMap<>();
        into.withPrefix("", all::put);
        Frontier edge = Frontier.decode(ledger.events().encode()).orElseThrow();
        return new Ledger(into, Ledger.stateOf(all), edge, ledger.position());
    }

    MemoryValues copyOfValues() {
        TreeMap<String, byte[]> all = new TreeMap<>();
        values.withPrefix("", all::put);
        return new MemoryValues(all);
    }
}
