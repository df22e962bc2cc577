package io.thingstead.node.consensus.simulated;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.SoloCertificate;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.EngineCompliance;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.storage.Store;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The engine of the simulations keeps the promises of the seam, as the real ones do.
class SimulatedEngineTest extends EngineCompliance {
    private static final MemberId ACME = new MemberId("acme");
    private static final long EMPTY_MS = 30;

    private final EngineDisk disk = new EngineDisk();

    @Override
    protected Running start(Store store, MemberKeys keys, Consumer<Throwable> onFailure) {
        StoredLedger ledger = StoredLedger.open(store);
        if (ledger.info().era().engine().equals(EraRecord.SOLO)) {
            ledger.startEra(next(ledger, keys));
        }
        var engine = new Driven(ledger, disk, keys, onFailure);
        engine.start();
        return new Running(engine, ledger);
    }

    private static EraRecord next(StoredLedger ledger, MemberKeys keys) {
        var info = ledger.info();
        byte[] header = ledger.blocks().block(info.height()).orElseThrow().header();
        ledger.certify(info.height(), SoloHeader.decode(header).orThrow().sign(keys.of(KeyRole.ENGINE)));
        return new EraRecord(
                2,
                EraRecord.COMET,
                EraRecord.chainId(info.ledger(), 2),
                info.height() + 1,
                ledger.reader().head().eventsSize(),
                info.appHash(),
                List.of(new EraMember(ACME, keys.of(KeyRole.ENGINE).key(), 1)));
    }

    @Override
    protected boolean isRight(Certificate certificate, EraRecord era) {
        return switch (certificate) {
            case CometCertificate comet -> new MemberSet(era.forTrust().members()).certifies(comet, era.chainId());
            // The block of the era before.
            case SoloCertificate solo ->
                solo.header().isSignedBy(era.members().getFirst().engineKey(), solo.signature());
        };
    }

    /// The engine with a thread that lets time pass, as the kit's tests expect it of an engine.
    private static final class Driven implements ConsensusEngine {
        private static final long CLOSE_MS = 5_000;

        private final SimulatedEngine engine;
        private final Consumer<Throwable> onFailure;
        private final Thread thread;
        private volatile boolean closed;
        private volatile boolean failed;

        Driven(StoredLedger ledger, EngineDisk disk, MemberKeys keys, Consumer<Throwable> onFailure) {
            var alone = new SimulatedEngine.Outlet() {
                @Override
                public void toAll(Message message) {}

                @Override
                public void to(MemberId member, Message message) {}
            };
            this.engine = new SimulatedEngine(
                    ledger,
                    disk,
                    ACME,
                    keys,
                    System::currentTimeMillis,
                    () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                    alone,
                    EMPTY_MS);
            this.onFailure = onFailure;
            this.thread = Thread.ofPlatform().unstarted(this::run);
        }

        @Override
        public String name() {
            return engine.name();
        }

        @Override
        public void start() {
            engine.start();
            thread.start();
            // The block of the era before may be certified still; the engine has begun with one of its own.
            while (!hasAgreed() && !failed) {
                Thread.onSpinWait();
            }
        }

        private boolean hasAgreed() {
            long era = engine.ledger().reader().head().era();
            return engine.ledger()
                    .reader()
                    .certified()
                    .filter(certified -> certified.head().era() == era)
                    .isPresent();
        }

        private void run() {
            try {
                while (!closed) {
                    engine.step();
                    Thread.sleep(1);
                }
                engine.stopTaking();
                long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
                while (!engine.isLanded() && System.nanoTime() < until) {
                    engine.step();
                }
                engine.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                failed = true;
                engine.fail(e);
                onFailure.accept(e);
            }
        }

        @Override
        public CompletableFuture<TransactionResult> submit(byte[] transaction) {
            return engine.submit(transaction);
        }

        @Override
        public void close() {
            closed = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
