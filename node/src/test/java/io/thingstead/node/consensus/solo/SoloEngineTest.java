package io.thingstead.node.consensus.solo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.SoloCertificate;
import io.thingstead.node.consensus.EngineCompliance;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.TestChain;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/// The embedded engine keeps the promises of the seam, and its own.
class SoloEngineTest extends EngineCompliance {
    private static final long EMPTY_MS = 20;

    @Override
    protected Running start(Store store, MemberKeys keys, Consumer<Throwable> onFailure) {
        return start(store, keys, System::currentTimeMillis, onFailure);
    }

    private static Running start(Store store, MemberKeys keys, LongSupplier clockMs, Consumer<Throwable> onFailure) {
        StoredLedger ledger = StoredLedger.open(store);
        SoloEngine engine = new SoloEngine(ledger, keys.of(KeyRole.ENGINE), clockMs, onFailure, EMPTY_MS);
        engine.start();
        return new Running(engine, ledger);
    }

    @Override
    protected boolean isRight(Certificate certificate, EraRecord era) {
        SoloCertificate solo = (SoloCertificate) certificate;
        return solo.header().isSignedBy(era.members().getFirst().engineKey(), solo.signature());
    }

    @Test
    void block_time_grows_even_when_the_clock_goes_back() throws Exception {
        MemoryStore store = new MemoryStore();
        TestChain chain = TestChain.founded(store);
        AtomicLong clock = new AtomicLong(TestChain.START + 5_000);
        Running running = start(store, chain.keys(), clock::get, e -> {});
        CountDownLatch blocks = new CountDownLatch(5);
        running.ledger().reader().onBlock(block -> blocks.countDown());
        clock.set(TestChain.START - 1_000_000);
        for (int i = 0; i < 3; i++) {
            running.engine().submit(chain.registration("acme:box-" + i)).get(60, TimeUnit.SECONDS);
        }
        assertThat(blocks.await(60, TimeUnit.SECONDS)).isTrue();
        running.engine().close();
        long height = running.ledger().info().height();
        for (long h = 2; h <= height; h++) {
            assertThat(running.ledger().blocks().block(h).orElseThrow().time())
                    .isGreaterThan(
                            running.ledger().blocks().block(h - 1).orElseThrow().time());
        }
    }

    @Test
    void it_makes_no_blocks_of_an_era_with_another_engine_key() {
        MemoryStore store = new MemoryStore();
        TestChain.founded(store);
        assertThatThrownBy(() -> start(store, MemberKeys.generate(), System::currentTimeMillis, e -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("engine key");
    }

    @Test
    void an_engine_that_did_not_start_leaves_nobody_waiting() throws Exception {
        MemoryStore store = new MemoryStore();
        TestChain chain = TestChain.founded(store);
        SoloEngine engine = new SoloEngine(
                StoredLedger.open(store), MemberKeys.generate().of(KeyRole.ENGINE), System::currentTimeMillis, e -> {});
        assertThatThrownBy(engine::start).isInstanceOf(IllegalStateException.class);
        var answer = engine.submit(chain.registration("acme:box")).get(60, TimeUnit.SECONDS);
        assertThat(answer.firstRefusal().orElseThrow().code()).isEqualTo(Refusal.STORE_UNAVAILABLE);
        engine.close();
    }
}
