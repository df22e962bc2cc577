package io.thingstead.bench;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.MemberCore;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// The ledger of one member with the embedded engine: registrations of devices with keys, each with its proof of
/// possession (about 250 bytes), signed, checked, in a synced block and certified; and a start with all of them.
final class LedgerBench {
    private static final NodeConfig CONFIG = NodeConfig.DEFAULT.withMember("bench");
    private static final int AT_ONCE = 256;
    private static final int BULK = 256;
    private static final int SINGLE_PER_SECOND = 2_000;
    private static final int BULK_PER_SECOND = 5_000;
    private static final int VERIFICATIONS_EACH = 2;

    private final Path folder;
    private final int seconds;
    private final Consumer<Figure> figures;
    private final Consumer<String> progress;

    LedgerBench(Path folder, int seconds, Consumer<Figure> figures, Consumer<String> progress) {
        this.folder = folder;
        this.seconds = seconds;
        this.figures = figures;
        this.progress = progress;
    }

    void run() throws InterruptedException {
        Path data = folder.resolve("ledger");
        int singles = SINGLE_PER_SECOND * seconds;
        int bulks = BULK_PER_SECOND * seconds / BULK;
        try (MemberCore core = open(data)) {
            SigningKey key = SigningKey.generate(Algorithm.ED25519);
            byte[] signed = new byte[250];
            double limit = Limits.verifications(key.key(), signed, key.sign(signed), 2);
            progress.accept("making " + (2 * singles + bulks * BULK) + " keys and their proofs of possession");
            List<? extends Action> warmup = registrations(core, "warm-up", singles);
            List<? extends Action> single = registrations(core, "single", singles);
            List<? extends Action> bulk = IntStream.range(0, bulks)
                    .mapToObj(i -> new RegisterDevices(registrations(core, "bulk-" + i, BULK)))
                    .toList();
            progress.accept("warming up");
            perSecond(core, warmup);
            progress.accept("transactions of one action each");
            figure("ledger.tx", perSecond(core, single), limit, "transactions of one registration each");
            progress.accept("transactions of " + BULK + " registrations each");
            figure("ledger.bulk", BULK * perSecond(core, bulk), limit, "in transactions of " + BULK);
        }
        progress.accept("starting with all of them");
        long start = System.nanoTime();
        try (MemberCore core = open(data)) {
            double ms = (System.nanoTime() - start) / 1e6;
            long devices = core.ledger().deviceCount();
            figures.accept(Figure.of("ledger.open", ms, "ms", "start of a member with " + devices + " devices"));
        }
    }

    private void figure(String name, double perSecond, double verifications, String text) {
        figures.accept(new Figure(
                name,
                perSecond,
                "registrations/s",
                verifications / VERIFICATIONS_EACH,
                String.format(
                        Locale.ROOT,
                        "%s, %d at once, checked, synced, certified; limit: half the verifications/s, as each has two signatures",
                        text,
                        AT_ONCE)));
    }

    private static MemberCore open(Path data) {
        return MemberCore.open(data, CONFIG, System::currentTimeMillis, trouble -> {
            throw new IllegalStateException("the ledger has stopped", trouble);
        });
    }

    private static List<RegisterDevice> registrations(MemberCore core, String prefix, int count) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> registration(core, prefix, i))
                .toList();
    }

    private static RegisterDevice registration(MemberCore core, String prefix, int i) {
        DeviceId id = new DeviceId(core.member(), prefix + "-" + i);
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        byte[] possession = Possession.sign(id.value(), core.registrar().ledger(), key);
        return new RegisterDevice(id, KeyRole.DEVICE, key.key(), possession);
    }

    /// One transaction for each action, so many at once.
    private static double perSecond(MemberCore core, List<? extends Action> actions) throws InterruptedException {
        Semaphore window = new Semaphore(AT_ONCE);
        long start = System.nanoTime();
        for (Action action : actions) {
            window.acquire();
            Thread.ofVirtual().start(() -> {
                core.registrar().ask(List.of(action)).ifPresent(refused -> {
                    throw new IllegalStateException("the bench's device was refused: " + refused);
                });
                window.release();
            });
        }
        window.acquire(AT_ONCE);
        return actions.size() / ((System.nanoTime() - start) / 1e9);
    }
}
