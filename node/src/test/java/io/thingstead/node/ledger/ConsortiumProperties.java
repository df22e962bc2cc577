package io.thingstead.node.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.EraRecord.EraMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Random histories of several members: whatever is asked and by whom, all who execute the same blocks agree, what a
/// proposer chooses is acceptable to the others, and the state keeps its laws.
class ConsortiumProperties {
    private static final int HISTORIES = 8;
    private static final int BLOCKS = 70;

    /// A decided block.
    private record Block(long time, List<byte[]> transactions, List<Misbehaviour> misbehaviour) {}

    private final TreeMap<String, Integer> happened = new TreeMap<>();

    @Test
    void members_agree_and_the_state_keeps_its_laws() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < HISTORIES; i++) {
            history(new Random(random.nextLong()), 1 + random.nextInt(5));
        }
        System.out.println(happened);
        assertThat(happened)
                .containsKeys(
                        "member-registered",
                        "decision-passed",
                        "member-key-set",
                        "member-misbehaved",
                        "refused",
                        "skipped",
                        "set changed");
    }

    private void history(Random random, int members) {
        TestLedger one = TestLedger.shared(members);
        TestLedger two = TestLedger.shared(members);
        RandomConsortium consortium = new RandomConsortium(random, one);
        Laws laws = new Laws(one);
        List<byte[]> pool = new ArrayList<>();
        Ledger restored = null;
        MemoryValues restoredValues = null;
        for (int b = 0; b < BLOCKS; b++) {
            long time = one.ledger().position().blockTime() + consortium.gapMs();
            pool.addAll(consortium.engineTransactions());
            Block block = next(random, one, pool, time, consortium.misbehaviour());
            byte[][] transactions = block.transactions.toArray(byte[][]::new);
            BlockOutcome outcome = one.engineBlockAt(time, block.misbehaviour, transactions);
            laws.check(block, outcome);
            BlockOutcome same = two.engineBlockAt(time, block.misbehaviour, transactions);
            assertThat(same.appHash()).isEqualTo(outcome.appHash());
            assertThat(same.validators()).isEqualTo(outcome.validators());
            assertThat(same.split()).isEqualTo(outcome.split());
            if (restored != null) {
                BlockOutcome again =
                        restored.execute(outcome.position().height(), time, block.transactions, block.misbehaviour);
                assertThat(again.appHash()).isEqualTo(outcome.appHash());
                restoredValues.apply(again);
                restored.accept(again);
            }
            if (b == BLOCKS / 2) {
                TreeMap<String, byte[]> all = new TreeMap<>();
                one.values().withPrefix("", all::put);
                restoredValues = new MemoryValues(all);
                Frontier edge = Frontier.decode(one.ledger().events().encode()).orElseThrow();
                restored = new Ledger(
                        restoredValues, Ledger.stateOf(all), edge, one.ledger().position());
            }
            outcome.events().forEach(event -> count(event.type().label()));
            outcome.split().stream().filter(n -> n == 0).forEach(_ -> count("skipped"));
            outcome.validators().ifPresent(_ -> count("set changed"));
        }
        checkKeys(one);
    }

    private void count(String what) {
        happened.merge(what, 1, Integer::sum);
    }

    /// Mostly what a proposer chooses of the pool, which others must accept; now and then what a cheating majority
    /// might decide.
    private static Block next(
            Random random, TestLedger ledger, List<byte[]> pool, long time, List<Misbehaviour> misbehaviour) {
        if (random.nextInt(6) == 0) {
            List<byte[]> any = new ArrayList<>(pool.subList(0, Math.min(pool.size(), random.nextInt(6))));
            return new Block(time, any, misbehaviour);
        }
        int maxBytes = 500 + random.nextInt(20_000);
        List<byte[]> chosen = ledger.ledger().propose(pool, time, maxBytes);
        assertThat(ledger.ledger().acceptable(ledger.height() + 1, time, chosen))
                .as("what was proposed is acceptable")
                .isTrue();
        assertThat(chosen.stream().mapToInt(t -> t.length).sum()).isLessThanOrEqualTo(maxBytes);
        for (byte[] batch : chosen) {
            assertThat(ledger.ledger().check(batch, time))
                    .as("the pool keeps it")
                    .isEmpty();
        }
        pool.removeIf(batch -> chosen.contains(batch) || random.nextInt(10) == 0);
        return new Block(time, chosen, misbehaviour);
    }

    /// What holds after every block.
    private static final class Laws {
        private final TestLedger ledger;
        private final TreeSet<String> batches = new TreeSet<>();
        private final TreeMap<MemberId, Long> sequences = new TreeMap<>();
        private final TreeMap<Thumbprint, MemberId> engineKeys = new TreeMap<>();
        private long changedAt = Long.MIN_VALUE / 2;

        Laws(TestLedger ledger) {
            this.ledger = ledger;
            validators().forEach(m -> engineKeys.put(m.engineKey().thumbprint(), m.member()));
        }

        private List<EraMember> validators() {
            return ValidatorSet.decode(ledger.values().get(StateKeys.VALIDATORS))
                    .members();
        }

        private MemberRecord record(MemberId member) {
            byte[] value = ledger.values().get(StateKeys.member(member));
            assertThat(value).as("%s is registered", member).isNotNull();
            return MemberRecord.decode(member, value);
        }

        void check(Block block, BlockOutcome outcome) {
            checkValidators(outcome);
            checkBatches(block, outcome);
            checkDecisions();
        }

        private void checkValidators(BlockOutcome outcome) {
            List<EraMember> now = validators();
            assertThat(now).isNotEmpty().hasSizeLessThanOrEqualTo(ValidatorSet.MAX_MEMBERS);
            for (EraMember validator : now) {
                VerifyingKey engine = validator.engineKey();
                assertThat(validator.power()).isEqualTo(1);
                assertThat(record(validator.member()).key(KeyRole.ENGINE)).contains(engine.thumbprint());
                assertThat(keyInForce(engine.thumbprint())).isTrue();
                assertThat(ledger.values().get(StateKeys.removed(validator.member())))
                        .isNull();
            }
            for (EraMember update : outcome.validatorUpdates()) {
                if (update.power() == 0) {
                    assertThat(engineKeys.remove(update.engineKey().thumbprint()))
                            .as("a key that goes was there: the engine would halt")
                            .isEqualTo(update.member());
                } else {
                    assertThat(engineKeys.put(update.engineKey().thumbprint(), update.member()))
                            .isNull();
                }
            }
            TreeMap<Thumbprint, MemberId> expected = new TreeMap<>();
            now.forEach(m -> expected.put(m.engineKey().thumbprint(), m.member()));
            assertThat(engineKeys).as("the engine's set follows").isEqualTo(expected);
            assertThat(outcome.validators().isPresent())
                    .isEqualTo(!outcome.validatorUpdates().isEmpty());
            if (outcome.validators().isPresent()) {
                assertThat(outcome.position().height() - changedAt).isGreaterThanOrEqualTo(3);
                changedAt = outcome.position().height();
            }
        }

        private boolean keyInForce(Thumbprint key) {
            return KeyRecord.decode(ledger.values().get(StateKeys.key(key))).inForce();
        }

        private void checkBatches(Block block, BlockOutcome outcome) {
            for (int i = 0; i < block.transactions.size(); i++) {
                if (outcome.split().get(i) > 0
                        && MemberBatch.decode(block.transactions.get(i))
                                instanceof Result.Ok<MemberBatch>(MemberBatch batch)) {
                    assertThat(batches.add(batch.member() + " " + batch.sequence()))
                            .as("a number is used once")
                            .isTrue();
                    long before = sequences.getOrDefault(batch.member(), 0L);
                    assertThat(batch.sequence()).isEqualTo(before + 1);
                    sequences.put(batch.member(), batch.sequence());
                }
            }
            sequences.forEach((member, last) -> {
                BatchStanding standing = BatchStanding.decode(ledger.values().get(StateKeys.batch(member)));
                assertThat(standing.sequence()).isEqualTo(last);
                assertThat(standing.flowsOver()).isFalse();
            });
        }

        private void checkDecisions() {
            byte[] value = ledger.values().get(StateKeys.DECISIONS);
            List<Long> open = value == null
                    ? List.of()
                    : OpenDecisions.decode(value).open().stream()
                            .map(OpenDecisions.Open::number)
                            .toList();
            TreeSet<Long> stillOpen = new TreeSet<>();
            ledger.values().withPrefix(StateKeys.DECISION, (key, bytes) -> {
                long number = Long.parseLong(key.substring(StateKeys.DECISION.length()));
                DecisionRecord record = DecisionRecord.decode(number, bytes);
                assertThat(record.encode()).isEqualTo(bytes);
                assertThat(record.approvals()).doesNotHaveDuplicates().startsWith(record.proposer());
                if (record.isOpen()) {
                    stillOpen.add(number);
                }
            });
            assertThat(open).containsExactlyElementsOf(stillOpen);
        }
    }

    /// Every key in force of a member is the one of its role, or an old log key; a removed member's working keys ended.
    private static void checkKeys(TestLedger ledger) {
        ledger.values().withPrefix(StateKeys.KEYS, (_, value) -> {
            KeyRecord key = KeyRecord.decode(value);
            if (key.inForce() && key.owner().equals(key.member().value()) && key.role() != KeyRole.LOG) {
                MemberRecord record =
                        MemberRecord.decode(key.member(), ledger.values().get(StateKeys.member(key.member())));
                assertThat(record.key(key.role())).contains(key.key().thumbprint());
                boolean removed = ledger.values().get(StateKeys.removed(key.member())) != null;
                assertThat(removed
                                && List.of(KeyRole.NODE, KeyRole.ENGINE, KeyRole.TLS, KeyRole.PEER)
                                        .contains(key.role()))
                        .isFalse();
            }
        });
    }
}
