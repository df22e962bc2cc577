package io.thingstead.node.ledger;

import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Thumbprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Random blocks, executed twice and on a ledger that was put together again half-way, come to the same; and whatever
/// was asked, the state keeps its own laws.
class LedgerProperties {
    private static final int LEDGERS = 12;
    private static final int BLOCKS = 60;

    @Test
    void the_same_blocks_give_the_same_app_hash() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < LEDGERS; i++) {
            RandomBlocks blocks = new RandomBlocks(new Random(random.nextLong()));
            TestLedger one = TestLedger.founded();
            TestLedger two = TestLedger.founded();
            Ledger third = null;
            MemoryValues thirdValues = null;
            for (int b = 0; b < BLOCKS; b++) {
                long time = one.ledger().position().blockTime() + blocks.gapMs();
                byte[][] transactions = blocks.transactions(time).toArray(byte[][]::new);
                // On the first ledger the pool checks beforehand, so that it knows signatures already.
                for (byte[] transaction : transactions) {
                    one.ledger().check(transaction, time);
                }
                BlockOutcome outcome = one.blockAt(time, transactions);
                assertThat(two.blockAt(time, transactions).appHash()).isEqualTo(outcome.appHash());
                if (third != null) {
                    BlockOutcome same = third.execute(outcome.position().height(), time, List.of(transactions));
                    assertThat(same.appHash()).isEqualTo(outcome.appHash());
                    thirdValues.apply(same);
                    third.accept(same);
                }
                if (b == BLOCKS / 2) {
                    thirdValues = copy(one.values());
                    third = restored(one, thirdValues);
                    assertThat(third.appHash()).isEqualTo(outcome.appHash());
                }
                for (TransactionResult result : outcome.results()) {
                    taken += result.consumed() ? 1 : 0;
                    refused += result.refusals().size();
                }
            }
            checkLaws(one);
        }
        System.out.println(taken + " transactions taken, " + refused + " refusals");
        assertThat(taken).isGreaterThan(100);
        assertThat(refused).isGreaterThan(100);
    }

    private static MemoryValues copy(MemoryValues values) {
        TreeMap<String, byte[]> all = new TreeMap<>();
        values.withPrefix("", all::put);
        return new MemoryValues(all);
    }

    private static Ledger restored(TestLedger from, MemoryValues values) {
        TreeMap<String, byte[]> all = new TreeMap<>();
        values.withPrefix("", all::put);
        Frontier edge = Frontier.decode(from.ledger().events().encode()).orElseThrow();
        return new Ledger(values, Ledger.stateOf(all), edge, from.ledger().position());
    }

    private static void checkLaws(TestLedger ledger) {
        TreeSet<Thumbprint> inForce = new TreeSet<>();
        long events = ledger.events().size();
        ledger.values().withPrefix(StateKeys.KEYS, (stateKey, value) -> {
            KeyRecord record = KeyRecord.decode(value);
            assertThat(record.encode()).isEqualTo(value);
            assertThat(stateKey).isEqualTo("key/" + record.key().thumbprint().hex());
            assertThat(record.validFrom()).isBetween(0L, events - 1);
            assertThat(record.key().isStrong()).isTrue();
            if (record.inForce()) {
                inForce.add(record.key().thumbprint());
            } else {
                assertThat(record.validTo()).isBetween(record.validFrom(), events - 1);
                assertThat(record.endedAtMs())
                        .isEqualTo(
                                ledger.events().get(record.validTo().intValue()).blockTime());
            }
        });
        ledger.values().withPrefix(StateKeys.DEVICES, (stateKey, value) -> {
            DeviceId device = DeviceId.of(stateKey.substring(StateKeys.DEVICES.length()));
            for (Thumbprint key : DeviceRecord.decode(device, value).keys()) {
                assertThat(inForce.remove(key))
                        .as("a device's key is in force, and of one device")
                        .isTrue();
            }
        });
        for (KeyRole role : TestLedger.MEMBER_ROLES) {
            assertThat(inForce.remove(key(role).key().thumbprint())).isTrue();
        }
        assertThat(inForce).as("every other key in force is a device's").isEmpty();
        checkEvents(ledger);
    }

    private static void checkEvents(TestLedger ledger) {
        List<byte[]> leaves = new ArrayList<>();
        long before = 0;
        for (Event event : ledger.events()) {
            assertThat(event.number()).isEqualTo(leaves.size());
            assertThat(event.blockTime()).isGreaterThanOrEqualTo(before);
            assertThat(event.subjects()).isNotEmpty();
            assertThat(event.inWords()).doesNotContain("null");
            CborReader body = CborReader.strict(event.body());
            body.skip(8);
            body.expectEnd();
            before = event.blockTime();
            leaves.add(MerkleTree.leafHash(event.leaf()));
        }
        assertThat(ledger.ledger().events().root()).isEqualTo(MerkleTree.root(leaves));
    }
}
