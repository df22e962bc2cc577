package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.node.ledger.CommittedBlock;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.LedgerHead;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every engine promises (see [ConsensusEngine]). A subclass says how a running engine is made over a founded
/// ledger, with empty blocks often enough that a test may wait for them.
public abstract class EngineCompliance {
    private static final MemberId ACME = new MemberId("acme");
    private static final long WAIT_S = 60;

    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private final MemberKeys keys = MemberKeys.generate();
    private final LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private Running running;

    /// An engine that works, and the ledger that it works on.
    public record Running(ConsensusEngine engine, StoredLedger ledger) {
        LedgerReader reader() {
            return ledger.reader();
        }
    }

    /// Opens the founded ledger in the store and starts an engine on it.
    protected abstract Running start(Store store, MemberKeys keys, Consumer<Throwable> onFailure);

    /// Whether a certificate is one of this member, alone in the era.
    protected abstract boolean isRight(Certificate certificate, EraRecord era);

    @BeforeEach
    void found() {
        Founding.found(new MemoryStore(disk), ACME, "acme.example", keys, System.currentTimeMillis());
        running = start(new MemoryStore(disk), keys, failures::add);
    }

    @AfterEach
    void stop() {
        running.engine().close();
    }

    private void restart() {
        running.engine().close();
        running = start(new MemoryStore(disk), keys, failures::add);
    }

    private byte[] transaction(String device) {
        return transaction(RegisterDevice.withToken(DeviceId.of(device)), keys.of(KeyRole.NODE));
    }

    private byte[] transaction(RegisterDevice device, SigningKey signer) {
        return Transactions.sign(
                running.reader().head().ledger(),
                Founding.nonce(),
                running.reader().head().blockTime() + 600_000,
                List.of(device),
                List.of(signer));
    }

    private TransactionResult submitted(byte[] transaction) throws Exception {
        return running.engine().submit(transaction).get(WAIT_S, TimeUnit.SECONDS);
    }

    private static Optional<Refusal> refusal(TransactionResult result) {
        return result.firstRefusal().map(Refused::code);
    }

    @Test
    void a_started_engine_has_a_certified_head() {
        var certified = running.reader().certified().orElseThrow();
        assertThat(certified.head().height()).isPositive();
        assertThat(isRight(
                        certified.certificate(),
                        running.reader().era(certified.head().era())))
                .isTrue();
    }

    @Test
    void a_transaction_is_certified_and_shown_when_its_future_completes() throws Exception {
        for (int i = 0; i < 20; i++) {
            TransactionResult result = submitted(transaction("acme:box-" + i));
            assertThat(result.happened()).isTrue();
            assertThat(running.reader().head().height()).isGreaterThanOrEqualTo(result.height());
            assertThat(running.reader().device(DeviceId.of("acme:box-" + i))).isNotNull();
            assertThat(running.reader()
                            .event(result.events().getFirst().number())
                            .orElseThrow()
                            .leaf())
                    .isEqualTo(result.events().getFirst().leaf());
        }
    }

    @Test
    void transactions_of_many_threads_are_each_decided_once() throws Exception {
        int threads = 4;
        int each = 50;
        List<CompletableFuture<TransactionResult>> all = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            int thread = t;
            Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    all.add(running.engine().submit(transaction("acme:t-" + thread + "-" + i)));
                }
                done.countDown();
            });
        }
        done.await();
        List<Long> events = new ArrayList<>();
        for (var future : all) {
            TransactionResult result = future.get(WAIT_S, TimeUnit.SECONDS);
            assertThat(result.happened()).isTrue();
            events.add(result.events().getFirst().number());
        }
        assertThat(events).hasSize(threads * each).doesNotHaveDuplicates();
        assertThat(running.reader().deviceCount()).isEqualTo(threads * each);
        running.engine().close();
        assertThat(LedgerReplay.of(new MemoryStore(disk)).fault()).isNull();
    }

    @Test
    void what_is_refused_is_answered_and_leaves_no_trace() throws Exception {
        byte[] before = running.reader().head().appHash();
        byte[] unsigned = transaction("acme:box");
        unsigned[unsigned.length - 1] ^= 1;
        byte[] stranger =
                transaction(RegisterDevice.withToken(DeviceId.of("acme:box")), SigningKey.generate(Algorithm.ED25519));
        assertThat(refusal(submitted(unsigned))).contains(Refusal.TX_SIGNATURE);
        assertThat(refusal(submitted(stranger))).contains(Refusal.TX_SIGNER);
        assertThat(refusal(submitted(new byte[0]))).contains(Refusal.TX_MALFORMED);
        assertThat(refusal(submitted(new byte[] {1, 2, 3}))).contains(Refusal.TX_MALFORMED);
        assertThat(refusal(submitted(new byte[70_000]))).contains(Refusal.TX_MALFORMED);
        assertThat(running.reader().head().appHash()).isEqualTo(before);
    }

    @Test
    void an_action_that_is_declined_is_on_the_ledger_as_refused() throws Exception {
        SigningKey box = SigningKey.generate(Algorithm.ED25519);
        RegisterDevice wrong = new RegisterDevice(
                DeviceId.of("acme:box"),
                KeyRole.DEVICE,
                box.key(),
                Possession.sign("acme:other", running.reader().head().ledger(), box));
        TransactionResult result = submitted(transaction(wrong, keys.of(KeyRole.NODE)));
        assertThat(result.consumed()).isTrue();
        assertThat(refusal(result)).contains(Refusal.KEY_POSSESSION);
        assertThat(running.reader().history("device/acme:box", 5)).hasSize(1);
    }

    @Test
    void the_same_transaction_twice_happens_once() throws Exception {
        byte[] transaction = transaction("acme:box");
        var first = running.engine().submit(transaction);
        var second = running.engine().submit(transaction);
        List<TransactionResult> results =
                List.of(first.get(WAIT_S, TimeUnit.SECONDS), second.get(WAIT_S, TimeUnit.SECONDS));
        assertThat(results).filteredOn(TransactionResult::happened).hasSize(1);
        assertThat(results)
                .filteredOn(r -> refusal(r).equals(Optional.of(Refusal.TX_SEEN)))
                .hasSize(1);
    }

    @Test
    void blocks_follow_each_other_in_height_time_and_certificate() throws Exception {
        LinkedBlockingQueue<CommittedBlock> blocks = new LinkedBlockingQueue<>();
        running.reader().onBlock(blocks::add);
        for (int i = 0; i < 5; i++) {
            running.engine().submit(transaction("acme:box-" + i));
        }
        LedgerHead before = null;
        int empty = 0;
        for (int i = 0; i < 12; i++) {
            CommittedBlock block = blocks.poll(WAIT_S, TimeUnit.SECONDS);
            assertThat(block).as("the next block comes").isNotNull();
            LedgerHead head = block.head();
            if (before != null) {
                assertThat(head.height()).isEqualTo(before.height() + 1);
                assertThat(head.blockTime()).isGreaterThan(before.blockTime());
                assertThat(head.eventsSize())
                        .isEqualTo(before.eventsSize() + block.events().size());
            }
            if (before != null && block.events().isEmpty()) {
                empty++;
                assertThat(head.appHash()).as("an empty block changes nothing").isEqualTo(before.appHash());
            }
            before = head;
        }
        assertThat(empty).as("an idle chain makes empty blocks").isPositive();
        running.engine().close();
        for (long height = 1; height <= before.height(); height++) {
            BlockRecord block = running.ledger().blocks().block(height).orElseThrow();
            Certificate certificate = running.ledger().certificate(height).orElseThrow();
            assertThat(isRight(certificate, running.reader().era(block.era()))).isTrue();
            assertThat(certificate.appHash()).isEqualTo(block.appHash());
        }
    }

    @Test
    void after_a_restart_it_goes_on_where_it_was() throws Exception {
        submitted(transaction("acme:box"));
        LedgerHead before = running.reader().head();
        restart();
        assertThat(running.reader().head().height()).isGreaterThanOrEqualTo(before.height());
        assertThat(running.reader().head().appHash()).isEqualTo(before.appHash());
        assertThat(submitted(transaction("acme:bay")).happened()).isTrue();
        assertThat(refusal(submitted(transaction("acme:box")))).contains(Refusal.DEVICE_EXISTS);
    }

    @Test
    void a_listener_that_fails_stops_neither_the_engine_nor_the_other_listeners() throws Exception {
        CountDownLatch heard = new CountDownLatch(3);
        running.reader().onBlock(_ -> {
            throw new IllegalStateException("a view that is broken");
        });
        running.reader().onBlock(_ -> heard.countDown());
        for (int i = 0; i < 3; i++) {
            assertThat(submitted(transaction("acme:box-" + i)).happened()).isTrue();
        }
        assertThat(heard.await(WAIT_S, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).isEmpty();
    }

    @Test
    void a_closed_engine_answers_everybody() throws Exception {
        List<CompletableFuture<TransactionResult>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(running.engine().submit(transaction("acme:box-" + i)));
        }
        running.engine().close();
        waiting.add(running.engine().submit(transaction("acme:late")));
        for (var future : waiting) {
            TransactionResult result = future.get(WAIT_S, TimeUnit.SECONDS);
            assertThat(result.happened() || refusal(result).equals(Optional.of(Refusal.BUSY)))
                    .isTrue();
        }
        assertThat(refusal(waiting.getLast().join())).contains(Refusal.BUSY);
        long happened = waiting.stream().filter(f -> f.join().happened()).count();
        restart();
        assertThat(running.reader().deviceCount()).isEqualTo(happened);
    }

    /// The crash points are the store's writes; the process ends there, as `onFailure` demands.
    @ParameterizedTest
    @EnumSource(FaultyStore.Fault.class)
    void a_failed_write_stops_it_loses_nothing_told_and_tells_nothing_false(FaultyStore.Fault fault) throws Exception {
        for (int failing = 1; failing <= 8; failing++) {
            running.engine().close();
            FaultyStore faulty = new FaultyStore(new MemoryStore(disk), fault, failing);
            running = start(faulty, keys, failures::add);
            List<String> told = new ArrayList<>();
            LedgerHead shown = running.reader().head();
            for (int i = 0; !faulty.hasFailed() || i == 0; i++) {
                String device = "acme:f-" + failing + "-" + i;
                try {
                    if (submitted(transaction(device)).happened()) {
                        told.add(device);
                        shown = running.reader().head();
                    }
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(EngineStopped.class);
                }
            }
            assertThat(failures.poll(WAIT_S, TimeUnit.SECONDS)).isNotNull();
            assertThat(refusal(submitted(transaction("acme:after")))).contains(Refusal.STORE_UNAVAILABLE);
            restart();
            assertThat(running.reader().head().height()).isGreaterThanOrEqualTo(shown.height());
            for (String device : told) {
                assertThat(running.reader().device(DeviceId.of(device)))
                        .as(device)
                        .isNotNull();
            }
            byte[] header = running.ledger()
                    .blocks()
                    .block(shown.height())
                    .orElseThrow()
                    .headerHash();
            assertThat(Arrays.equals(header, shown.headerHash()))
                    .as("what was certified stays")
                    .isTrue();
        }
        assertThat(failures).isEmpty();
        running.engine().close();
        assertThat(LedgerReplay.of(new MemoryStore(disk)).fault()).isNull();
    }
}
