package io.thingstead.node.mirror;

import static io.thingstead.node.mirror.Consortium.LOG;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Promise;
import io.thingstead.node.ledger.BrokenPromise;
import io.thingstead.node.ledger.BrokenPromise.How;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.PromiseEvidence;
import io.thingstead.node.mirror.PromiseCheck.Outcome;
import io.thingstead.node.mirror.PromiseCheck.Standing;
import io.thingstead.node.storage.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A promise that a device got, looked at in another member's mirror of the log.
class PromiseCheckTest {
    private final Consortium members = new Consortium();
    private final Mirrors mirrors = members.mirrors(2);
    private final Face face = members.face();

    /// Ten leaves are final and mirrored.
    @BeforeEach
    void anchor() {
        members.show(face);
        members.anchor(face.grow("leaf", 10));
        members.follower(mirrors, 2).round();
    }

    private static byte[] entry(String what) {
        return Face.entry(Face.commitment(what));
    }

    private byte[] promise(long index, byte[] entry, long anchorBy) {
        return new Promise(TestLedger.ID, LOG, index, entry, anchorBy).sign(Face.KEY);
    }

    private Outcome outcome(byte[] promise) {
        return mirrors.promises().check(promise).orThrow();
    }

    private Refusal refusal(byte[] promise) {
        return ((Result.No<Outcome>) mirrors.promises().check(promise))
                .refused()
                .code();
    }

    private long now() {
        return members.chain.reader().head().blockTime();
    }

    private List<BrokenPromise> broken() {
        return members.chain.reader().brokenPromises();
    }

    @Test
    void a_promise_that_was_kept_is_said_to_be_so_and_nothing_is_told() {
        assertThat(outcome(promise(3, entry("leaf 3"), now())).standing()).isEqualTo(Standing.KEPT);
        assertThat(broken()).isEmpty();
    }

    @Test
    void a_leaf_that_was_dropped_after_it_was_promised_is_evidence_on_the_ledger() {
        byte[] promise = promise(3, entry("what the device sent"), now());
        Outcome found = outcome(promise);
        assertThat(found).isEqualTo(new Outcome(LOG, 3, Standing.BROKEN, How.REPLACED));
        assertThat(broken()).hasSize(1);
        assertThat(broken().getFirst().log()).isEqualTo(LOG);
        assertThat(broken().getFirst().index()).isEqualTo(3);
        assertThat(outcome(promise)).as("told twice, known once").isEqualTo(found);
        assertThat(broken()).hasSize(1);
    }

    @Test
    void a_leaf_that_never_became_final_is_evidence_when_its_time_is_over_and_not_before() {
        byte[] promise = promise(10, entry("leaf 10"), now() + 30_000);
        assertThat(outcome(promise).standing()).isEqualTo(Standing.OPEN);
        while (now() <= TestLedger.START + 60_000) members.chain.block();
        assertThat(outcome(promise).standing()).isEqualTo(Standing.OPEN);
        assertThat(broken()).isEmpty();
        long over = now() + 30_000 + PromiseEvidence.GRACE_MS;
        while (now() <= over) members.chain.block();
        assertThat(outcome(promise)).isEqualTo(new Outcome(LOG, 10, Standing.BROKEN, How.LATE));
        assertThat(broken().getFirst().how()).isEqualTo(How.LATE);
    }

    @Test
    void a_mirror_that_lacks_what_is_final_does_not_judge() {
        members.anchor(face.grow("leaf", 1));
        assertThat(refusal(promise(3, entry("other"), now()))).isEqualTo(Refusal.BUSY);
        assertThat(broken()).isEmpty();
    }

    /// The log grows between the evidence and its block, once for each of so many attempts.
    private Mirrors overtaken(int times) {
        int[] left = {times};
        Mirrors[] own = {null};
        own[0] = members.mirrors(3, new MemoryStore(), List.of(), actions -> {
            if (left[0]-- > 0) {
                members.anchor(face.grow("leaf", 1));
                var refused = members.ask(KeyRole.NODE, 3, actions);
                members.follower(own[0], 3).round();
                return refused;
            }
            return members.ask(KeyRole.NODE, 3, actions);
        });
        members.follower(own[0], 3).round();
        return own[0];
    }

    @Test
    void a_log_that_is_anchored_while_the_ledger_decides_is_looked_at_again() {
        byte[] promise = promise(3, entry("what the device sent"), now());
        var once = (Result.No<Outcome>) overtaken(1).promises().check(promise);
        assertThat(once.refused().code()).isEqualTo(Refusal.BUSY);
        assertThat(broken()).isEmpty();
        var found =
                overtaken(3).promises().check(promise, Duration.ofSeconds(30)).orThrow();
        assertThat(found).isEqualTo(new Outcome(LOG, 3, Standing.BROKEN, How.REPLACED));
        assertThat(broken()).hasSize(1);
    }

    @Test
    void what_no_log_key_signed_is_no_promise() {
        SigningKey stranger = TestLedger.key(3, KeyRole.LOG);
        assertThat(refusal(new Promise(TestLedger.ID, LOG, 3, entry("x"), now()).sign(stranger)))
                .isEqualTo(Refusal.EVIDENCE_INVALID);
        LogId unknown = new LogId(Consortium.ACME, 9);
        assertThat(refusal(new Promise(TestLedger.ID, unknown, 3, entry("x"), now()).sign(Face.KEY)))
                .isEqualTo(Refusal.EVIDENCE_INVALID);
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] good = promise(3, entry("dropped"), now());
        for (int i = 0; i < 2_000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(refusal(bad)).isEqualTo(Refusal.EVIDENCE_INVALID);
        }
        assertThat(broken()).isEmpty();
    }
}
