package io.thingstead.node.ledger;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.member;
import static io.thingstead.node.ledger.TestLedger.memberKey;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.AddMember;
import io.thingstead.node.ledger.action.Approve;
import io.thingstead.node.ledger.action.ChangeEngineKey;
import io.thingstead.node.ledger.action.ChangeRules;
import io.thingstead.node.ledger.action.Grant;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.Proposal;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RemoveMember;
import io.thingstead.node.ledger.action.RevokeGrant;
import io.thingstead.node.ledger.action.SetEndpoint;
import io.thingstead.node.ledger.action.SetMemberKey;
import io.thingstead.node.ledger.action.TakeSeat;
import io.thingstead.node.ledger.action.Withdraw;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/// What members of a shared ledger may ask for, sensible or not: decisions, seats, keys, grants; by the right signers
/// or
/// others; in batches that follow each other, or repeat, leave gaps, are forged, or are no batches.
final class RandomConsortium {
    private static final int NAMES = 8;

    private final Random random;
    private final TestLedger ledger;
    /// Node, identity and engine keys that took the place of the first ones.
    private final TreeMap<String, SigningKey> current = new TreeMap<>();

    private final List<byte[]> earlier = new ArrayList<>();
    private int freshKeys;

    RandomConsortium(Random random, TestLedger ledger) {
        this.random = random;
        this.ledger = ledger;
    }

    private MemberId someone() {
        return member(1 + random.nextInt(NAMES));
    }

    private SigningKey keyOf(MemberId member, KeyRole role) {
        byte[] record = ledger.values().get(StateKeys.member(member));
        if (record != null) {
            var known = MemberRecord.decode(member, record).key(role);
            for (SigningKey key : current.values()) {
                if (known.isPresent() && key.key().thumbprint().equals(known.get())) {
                    return key;
                }
            }
        }
        return key(member, role);
    }

    private SigningKey freshKey() {
        SigningKey key = key("fresh " + freshKeys++);
        current.put(key.key().thumbprint().hex(), key);
        return key;
    }

    /// What goes into the engine's pool before a block.
    List<byte[]> engineTransactions() {
        List<byte[]> all = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            all.add(engineTransaction());
        }
        return all;
    }

    private byte[] engineTransaction() {
        if (random.nextInt(12) == 0 && !earlier.isEmpty()) {
            return earlier.get(random.nextInt(earlier.size()));
        }
        MemberId by = random.nextInt(3) > 0 ? ACME : someone();
        long last = ledger.ledger().batchSequence(by);
        long sequence = last + 1 + (random.nextInt(3) == 0 ? random.nextInt(4) : 0);
        List<byte[]> inside = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            inside.add(transaction());
        }
        SigningKey signer = random.nextInt(15) == 0 ? keyOf(someone(), KeyRole.NODE) : keyOf(by, KeyRole.NODE);
        byte[] batch = MemberBatch.sign(ID, by, sequence, inside, signer);
        if (random.nextInt(20) == 0) {
            batch = TransactionFuzz.mutate(batch, random);
        }
        earlier.add(batch);
        return batch;
    }

    private byte[] transaction() {
        if (random.nextInt(25) == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        MemberId member = someone();
        Action action = action(member);
        List<SigningKey> signers = new ArrayList<>(signers(action, member));
        if (random.nextInt(12) == 0) {
            signers.set(0, keyOf(someone(), KeyRole.values()[3 + random.nextInt(5)]));
        }
        return ledger.transaction(signers.stream().distinct().toList(), random.nextInt(4) == 0, List.of(action));
    }

    private List<SigningKey> signers(Action action, MemberId member) {
        return switch (action) {
            case Propose _, Approve _, Withdraw _, SetMemberKey _ -> List.of(keyOf(member, KeyRole.IDENTITY));
            case TakeSeat seat -> List.of(keyOf(seat.member(), KeyRole.NODE), keyOf(seat.member(), KeyRole.ENGINE));
            default -> List.of(keyOf(member, KeyRole.NODE));
        };
    }

    Action action(MemberId member) {
        DeviceId device = DeviceId.of(member + ":box-" + random.nextInt(3));
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> new Propose(member, proposal());
            case 3, 4, 5, 6, 7, 8, 9 -> new Approve(member, openDecision());
            case 10 -> random.nextInt(4) == 0 ? new Withdraw(member, openDecision()) : new TakeSeat(member);
            case 11 -> new TakeSeat(withoutSeat());
            case 12 -> {
                KeyRole role = KeyRole.values()[2 + random.nextInt(7)];
                yield new SetMemberKey(member, memberKey(member, role, freshKey()));
            }
            case 13 -> new SetEndpoint(member, new Endpoint("host:1", "host:" + random.nextInt(70_000)));
            case 14 ->
                random.nextBoolean()
                        ? new Grant(device, someone(), random.nextInt(100), null)
                        : new RevokeGrant(device, someone());
            default ->
                random.nextBoolean()
                        ? RegisterDevice.withToken(device)
                        : new OpenLog(new LogId(member, 1 + random.nextInt(3)));
        };
    }

    /// A registered member that does not vote, if there is one.
    private MemberId withoutSeat() {
        ValidatorSet voters = ValidatorSet.decode(ledger.values().get(StateKeys.VALIDATORS));
        List<MemberId> waiting = new ArrayList<>();
        ledger.values().withPrefix(StateKeys.MEMBERS, (key, _) -> {
            MemberId member = new MemberId(key.substring(StateKeys.MEMBERS.length()));
            if (!voters.has(member) && ledger.values().get(StateKeys.removed(member)) == null) {
                waiting.add(member);
            }
        });
        return waiting.isEmpty() ? someone() : waiting.get(random.nextInt(waiting.size()));
    }

    private Proposal proposal() {
        MemberId member = someone();
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> new AddMember(TestLedger.fullRegistration(member), new Endpoint("host:1", "host:2"));
            case 5, 6, 7 -> new RemoveMember(member);
            case 8 -> {
                SigningKey fresh = freshKey();
                yield new ChangeEngineKey(
                        member,
                        fresh.key(),
                        memberKey(member, KeyRole.ENGINE, fresh).possession());
            }
            default -> new ChangeRules(1 + random.nextInt(2), 1_000_000);
        };
    }

    private long openDecision() {
        byte[] value = ledger.values().get(StateKeys.DECISIONS);
        if (value == null || random.nextInt(20) == 0) {
            return random.nextInt(10);
        }
        List<OpenDecisions.Open> open = OpenDecisions.decode(value).open();
        return open.isEmpty() ? 1 : open.get(random.nextInt(open.size())).number();
    }

    List<Misbehaviour> misbehaviour() {
        return random.nextInt(10) > 0
                ? List.of()
                : List.of(new Misbehaviour(
                        MemberSet.address(keyOf(someone(), KeyRole.ENGINE).key()), 1, 1 + random.nextInt(2)));
    }

    long gapMs() {
        return switch (random.nextInt(30)) {
            case 0 -> 1;
            case 1 -> 130_000;
            case 2 -> 8 * 24 * 3_600_000L;
            default -> 1 + random.nextInt(3_000);
        };
    }
}
