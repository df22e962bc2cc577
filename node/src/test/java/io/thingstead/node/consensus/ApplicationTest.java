package io.thingstead.node.consensus;

import static io.thingstead.node.consensus.TestChain.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The stored ledger as an outside engine would use it.
class ApplicationTest {
    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private TestChain chain;
    private StoredLedger ledger;

    @BeforeEach
    void found() {
        chain = TestChain.founded(new MemoryStore(disk));
        ledger = chain.ledger();
    }

    private DecidedBlock next(byte[]... transactions) {
        return new DecidedBlock(ledger.info().height() + 1, chain.nextTime(), List.of(transactions));
    }

    @Test
    void a_ledger_is_founded_with_its_member_and_first_log_in_block_one() {
        assertThat(ledger.info().height()).isEqualTo(1);
        assertThat(ledger.info().blockTime()).isEqualTo(START);
        assertThat(chain.reader().member(TestChain.ACME)).isNotNull();
        assertThat(chain.reader().log(TestChain.LOG).origin())
                .isEqualTo("acme.example/" + chain.id().hex().substring(0, 8) + "/1");
        assertThat(chain.reader().events(0, 10)).extracting(Event::inWords).hasSize(2);
        assertThat(ledger.info().era().chainId())
                .isEqualTo("ts-" + chain.id().hex().substring(0, 8) + "-1");
    }

    @Test
    void a_store_holds_one_ledger_and_a_founding_is_whole() {
        assertThatThrownBy(() -> TestChain.founded(new MemoryStore(disk))).isInstanceOf(IllegalStateException.class);
        MemoryStore other = new MemoryStore();
        assertThatThrownBy(() -> Founding.found(other, TestChain.ACME, "not a domain", MemberKeys.generate(), START))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(StoredLedger.isFounded(other)).isFalse();
    }

    @Test
    void finalising_twice_before_the_commit_gives_the_same() {
        DecidedBlock block = next(chain.registration("acme:box"));
        Finalized first = ledger.finalizeBlock(block);
        Finalized second = ledger.finalizeBlock(block);
        assertThat(second.appHash()).isEqualTo(first.appHash());
        assertThat(ledger.info().appHash()).as("nothing is committed yet").isNotEqualTo(first.appHash());
    }

    @Test
    void a_crash_between_finalising_and_committing_forgets_the_block() {
        DecidedBlock block = next(chain.registration("acme:box"));
        byte[] before = ledger.info().appHash();
        Finalized first = ledger.finalizeBlock(block);
        TestChain again = chain.reopened(new MemoryStore(disk));
        assertThat(again.ledger().info().appHash()).isEqualTo(before);
        assertThat(again.ledger().finalizeBlock(block).appHash()).isEqualTo(first.appHash());
    }

    /// An engine that lost its data, or was told a lower height, replays what the application has already.
    @Test
    void an_engine_that_knows_less_replays_and_gets_the_first_answers() {
        List<DecidedBlock> blocks = new ArrayList<>();
        List<List<TransactionResult>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long gap = i == 4 ? 1_000_000 : 1_000;
            byte[] repeated = chain.registration("acme:box-" + i / 2);
            byte[] mixed = chain.transaction(
                    chain.key(KeyRole.NODE),
                    chain.device("acme:bay-" + i, SigningKey.generate(Algorithm.ED25519)),
                    new OpenLog(new LogId(new MemberId("rival"), 1)));
            List<byte[]> transactions =
                    i % 3 == 2 ? List.of() : List.of(repeated, new byte[] {1, 2, 3}, mixed, repeated);
            DecidedBlock block =
                    new DecidedBlock(ledger.info().height() + 1, ledger.info().blockTime() + gap, transactions);
            blocks.add(block);
            answers.add(chain.block(block));
        }
        TestChain again = chain.reopened(new MemoryStore(disk));
        Application.Info before = again.ledger().info();
        for (int i = 0; i < blocks.size(); i++) {
            DecidedBlock block = blocks.get(i);
            BlockRecord kept = again.ledger().blocks().block(block.height()).orElseThrow();
            Finalized finalized = again.ledger().finalizeBlock(block);
            assertThat(finalized.appHash()).isEqualTo(kept.appHash());
            assertSame(finalized.results(), answers.get(i));
            again.ledger().commit(block.height(), kept.header(), kept.headerHash());
            again.ledger().certify(block.height(), chain.sign(kept.header()));
        }
        assertThat(again.ledger().info()).usingRecursiveComparison().isEqualTo(before);
        assertThat(again.reader().head().height()).isEqualTo(before.height());
    }

    private static void assertSame(List<TransactionResult> actual, List<TransactionResult> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            TransactionResult one = actual.get(i);
            TransactionResult two = expected.get(i);
            assertThat(one.consumed()).isEqualTo(two.consumed());
            assertThat(one.height()).isEqualTo(two.height());
            assertThat(one.identity()).isEqualTo(two.identity());
            assertThat(one.events().stream().map(e -> List.of(e.leaf())).toList())
                    .usingRecursiveComparison()
                    .isEqualTo(two.events().stream().map(e -> List.of(e.leaf())).toList());
            assertThat(one.refusals().stream().map(Refused::code))
                    .containsExactlyElementsOf(
                            two.refusals().stream().map(Refused::code).toList());
        }
    }

    @Test
    void an_engine_with_another_chain_is_stopped() {
        DecidedBlock block = next(chain.registration("acme:box"));
        chain.block(block);
        DecidedBlock otherTime = new DecidedBlock(block.height(), block.time() + 1, block.transactions());
        DecidedBlock otherContent = new DecidedBlock(block.height(), block.time(), List.of());
        assertThatThrownBy(() -> ledger.finalizeBlock(otherTime)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ledger.finalizeBlock(otherContent)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ledger.commit(block.height(), new byte[] {1}, new byte[32]))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ledger.commit(block.height() + 1, new byte[] {1}, new byte[32]))
                .as("never finalised")
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void a_proposal_takes_what_stands_once_in_order_and_within_its_size() {
        byte[] one = chain.registration("acme:one");
        byte[] two = chain.registration("acme:two");
        byte[] seen = chain.registration("acme:seen");
        chain.block(seen);
        long time = chain.nextTime();
        List<byte[]> pool = List.of(one, new byte[] {1}, seen, one, two);
        assertThat(ledger.propose(pool, time, 1_000_000)).containsExactly(one, two);
        assertThat(ledger.propose(pool, time, one.length)).containsExactly(one);
        assertThat(ledger.propose(pool, time + 2_000_000_000L, 1_000_000))
                .as("expired then")
                .isEmpty();
    }

    @Test
    void another_members_proposal_is_checked_whole() {
        byte[] one = chain.registration("acme:one");
        assertThat(ledger.process(next(one))).isTrue();
        assertThat(ledger.process(next())).isTrue();
        assertThat(ledger.process(next(one, one))).isFalse();
        assertThat(ledger.process(next(one, new byte[] {1}))).isFalse();
        DecidedBlock good = next(one);
        assertThat(ledger.process(new DecidedBlock(good.height() + 1, good.time(), List.of())))
                .isFalse();
        assertThat(ledger.process(new DecidedBlock(good.height(), START, List.of())))
                .isFalse();
    }

    @Test
    void readers_see_a_block_when_it_is_certified_not_before() {
        SigningKey box = SigningKey.generate(Algorithm.ED25519);
        DecidedBlock block = next(chain.transaction(chain.key(KeyRole.NODE), chain.device("acme:box", box)));
        Finalized finalized = ledger.finalizeBlock(block);
        byte[] header = chain.header(block, finalized.appHash());
        ledger.commit(block.height(), header, io.thingstead.kit.crypto.Sha256.of(header));
        assertThat(ledger.isCertified()).isFalse();
        assertThat(chain.reader().head().height()).isEqualTo(1);
        assertThat(chain.reader().key(box.key().thumbprint())).isNull();
        assertThat(chain.reader().devices(null, 10)).isEmpty();
        assertThat(chain.reader().events(0, 10)).hasSize(2);
        ledger.certify(block.height(), chain.sign(header));
        assertThat(ledger.isCertified()).isTrue();
        assertThat(chain.reader().key(box.key().thumbprint())).isNotNull();
        assertThat(chain.reader().devices(null, 10)).hasSize(1);
        assertThat(chain.reader().deviceCount()).isEqualTo(1);
        assertThat(chain.reader().events(0, 10)).hasSize(3);
    }

    @Test
    void an_era_with_another_engine_key_goes_on_after_a_restart() {
        chain.block(chain.registration("acme:box"));
        Application.Info info = ledger.info();
        SigningKey engine = SigningKey.generate(Algorithm.ED25519);
        EraRecord second = new EraRecord(
                2,
                EraRecord.SOLO,
                EraRecord.chainId(info.ledger(), 2),
                100,
                chain.reader().head().eventsSize(),
                info.appHash(),
                List.of(new EraRecord.EraMember(TestChain.ACME, engine.key(), 1)));
        ledger.startEra(second);
        assertThat(ledger.info().era().number()).isEqualTo(2);
        assertThat(ledger.info().height()).isEqualTo(99);
        assertThat(ledger.info().headerHash()).isEqualTo(new byte[32]);
        TestChain again = chain.reopened(new MemoryStore(disk));
        assertThat(again.ledger().info()).usingRecursiveComparison().isEqualTo(ledger.info());
        again.block(again.registration("acme:bay"));
        assertThat(again.reader().head().height()).isEqualTo(100);
        assertThat(again.reader().eras()).extracting(EraRecord::number).containsExactly(1L, 2L);
        var trust = again.reader().trust(5);
        assertThat(io.thingstead.kit.proof.TrustFile.read(trust.write())
                        .orThrow()
                        .eras())
                .hasSize(2);
    }
}
