package io.thingstead.node.ledger;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.device;
import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.merkle.StateProof;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.node.ledger.action.OpenLog;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Blocks, the clock, eras, and what the app hash binds.
class LedgerTest {
    private static final SigningKey NODE = key(KeyRole.NODE);

    private TestLedger ledger;

    @BeforeEach
    void found() {
        ledger = TestLedger.founded();
    }

    private OpenLog open(int number) {
        return new OpenLog(new LogId(ACME, number));
    }

    private long suspendedMs() {
        var in = io.thingstead.kit.crypto.CborReader.strict(ledger.values().get(StateKeys.CLOCK));
        in.readArrayOf(1);
        return in.readUint();
    }

    @Test
    void the_app_hash_binds_events_and_state() {
        ledger.submit(NODE, device("acme:box", key("box")));
        List<byte[]> leaves =
                ledger.events().stream().map(e -> MerkleTree.leafHash(e.leaf())).toList();
        byte[] expected = AppHash.of(
                1,
                leaves.size(),
                MerkleTree.root(leaves),
                ledger.ledger().state().root());
        assertThat(ledger.ledger().appHash()).isEqualTo(expected);
        assertThat(ledger.events()).extracting(Event::number).containsExactly(0L, 1L, 2L);
    }

    @Test
    void an_empty_block_leaves_the_app_hash_as_it_is() {
        byte[] before = ledger.ledger().appHash();
        for (int i = 0; i < 50; i++) {
            assertThat(ledger.block().appHash()).isEqualTo(before);
        }
        assertThat(ledger.ledger().position().height()).isEqualTo(51);
    }

    @Test
    void a_block_follows_the_last_in_height_and_time() {
        Position at = ledger.ledger().position();
        assertThatThrownBy(() -> ledger.ledger().execute(at.height(), at.blockTime() + 1, List.of()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ledger.ledger().execute(at.height() + 2, at.blockTime() + 1, List.of()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ledger.ledger().execute(at.height() + 1, at.blockTime(), List.of()))
                .isInstanceOf(IllegalStateException.class);
        ledger.blockAt(at.blockTime() + 1);
    }

    @Test
    void executing_changes_nothing_until_it_is_accepted() {
        byte[] before = ledger.ledger().appHash();
        byte[] transaction = ledger.transaction(NODE, open(2));
        byte[] one =
                ledger.ledger().execute(2, ledger.time(), List.of(transaction)).appHash();
        byte[] two =
                ledger.ledger().execute(2, ledger.time(), List.of(transaction)).appHash();
        assertThat(one).isEqualTo(two).isNotEqualTo(before);
        assertThat(ledger.ledger().appHash()).isEqualTo(before);
    }

    @Test
    void a_gap_of_over_two_minutes_is_told_by_the_next_block_with_a_transaction() {
        long time = ledger.ledger().position().blockTime();
        byte[] before = ledger.ledger().appHash();
        ledger.blockAt(time + 120_000);
        ledger.blockAt(time + 120_000 + 300_000);
        ledger.blockAt(time + 120_000 + 301_000);
        assertThat(ledger.ledger().appHash()).as("empty blocks tell nothing").isEqualTo(before);
        assertThat(suspendedMs()).isZero();
        ledger.submit(NODE, open(2));
        assertThat(suspendedMs()).isEqualTo(300_000);
        Event told = ledger.events().get(2);
        assertThat(told.type()).isEqualTo(EventType.CLOCK_SUSPENDED);
        assertThat(told.subjects()).containsExactly("ledger");
        assertThat(told.transaction()).isEqualTo(new byte[32]);
        assertThat(told.inWords()).isEqualTo("The ledger stood still for 300 s");
        ledger.submit(NODE, open(3));
        assertThat(suspendedMs()).as("told once").isEqualTo(300_000);
        ledger.blockAt(ledger.ledger().position().blockTime() + 121_000, ledger.transaction(NODE, open(4)));
        assertThat(suspendedMs()).isEqualTo(421_000);
    }

    @Test
    void a_new_era_goes_on_with_the_same_state_and_history() {
        ledger.submit(NODE, device("acme:box", key("box")));
        long time = ledger.ledger().position().blockTime();
        ledger.blockAt(time + 200_000);
        Ledger before = ledger.ledger();
        byte[] appHash = before.appHash();
        EraRecord second =
                era(2, before.position().height() + 10, ledger.events().size(), appHash);
        ledger.startEra(second);
        assertThat(before.position().era()).isEqualTo(2);
        assertThat(suspendedMs()).as("what was not told yet is counted").isEqualTo(200_000);
        assertThat(before.appHash()).isNotEqualTo(appHash);
        ledger.submit(NODE, open(2));
        assertThat(ledger.lastEvent().era()).isEqualTo(2);
        assertThat(ledger.lastEvent().height()).isEqualTo(second.initialHeight());
        assertThat(ledger.lastEvent().number()).isEqualTo(3);
        EraRecord kept = EraRecord.decode(ledger.values().get(StateKeys.era(2)));
        assertThat(kept.encode()).isEqualTo(second.encode());
    }

    @Test
    void an_era_that_does_not_follow_is_not_started() {
        byte[] appHash = ledger.ledger().appHash();
        int events = ledger.events().size();
        for (EraRecord wrong : List.of(
                era(3, 2, events, appHash),
                era(2, 1, events, appHash),
                era(2, 2, events + 1, appHash),
                era(2, 2, events, new byte[32]))) {
            assertThatThrownBy(() -> ledger.startEra(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        ledger.startEra(era(2, 2, events, appHash));
    }

    private static EraRecord era(long number, long height, long events, byte[] appHash) {
        var engine = new EraRecord.EraMember(ACME, key("second engine").key(), 1);
        return new EraRecord(number, "solo", EraRecord.chainId(ID, number), height, events, appHash, List.of(engine));
    }

    @Test
    void presence_and_absence_of_keys_are_proven_by_the_state_root() {
        for (int i = 0; i < 40; i++) {
            ledger.submit(NODE, device("acme:box-" + i, key("box " + i)));
        }
        StateMap state = ledger.ledger().state();
        for (int i = 0; i < 80; i++) {
            String stateKey = StateKeys.key(key("box " + i).key().thumbprint());
            byte[] path = StateKeys.bytes(stateKey);
            StateProof proof = StateProof.decode(state.prove(path).encode()).orElseThrow();
            if (i < 40) {
                byte[] value = ledger.values().get(stateKey);
                assertThat(proof.rootFor(path, StateMap.valueHash(value))).isEqualTo(state.root());
                byte[] other = value.clone();
                other[other.length - 1] ^= 1;
                assertThat(proof.rootFor(path, StateMap.valueHash(other))).isNotEqualTo(state.root());
            } else {
                assertThat(ledger.values().get(stateKey)).isNull();
                assertThat(proof.rootWithout(path)).isEqualTo(state.root());
                byte[] present = StateKeys.bytes(StateKeys.key(NODE.key().thumbprint()));
                assertThat(Arrays.equals(proof.rootWithout(present), state.root()))
                        .isFalse();
            }
        }
    }
}
