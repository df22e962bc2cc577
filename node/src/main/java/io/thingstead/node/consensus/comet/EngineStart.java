package io.thingstead.node.consensus.comet;

import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.comet.CometFiles.StateSync;
import io.thingstead.node.exchange.OtherMembers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides, each time before the engine starts, where it begins: at its blocks, at the era's first block, or at a
/// snapshot. That it begins at a snapshot is written down in the file `resync` before its blocks are forgotten, and
/// stands there until the ledger has gone on by a block of its own: after a crash in between all of it is done again.
public final class EngineStart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineStart.class);
    private static final String RESYNC = "resync";

    private final StoredLedger ledger;
    private final CometSettings settings;
    private final CometFiles files;
    private final @Nullable CatchUp catchUp;
    private final @Nullable LightBlocks lightBlocks;
    private final CometApplication application;
    private final SnapshotTaking taking;
    private final Consumer<@Nullable StateSync> writeConfig;
    private volatile boolean resyncs;

    EngineStart(
            StoredLedger ledger,
            CometSettings settings,
            CometFiles files,
            @Nullable CatchUp catchUp,
            @Nullable OtherMembers others,
            CometApplication application,
            SnapshotTaking taking,
            Consumer<@Nullable StateSync> writeConfig) {
        this.ledger = ledger;
        this.settings = settings;
        this.files = files;
        this.catchUp = catchUp;
        this.lightBlocks = others == null ? null : new LightBlocks(others);
        this.application = application;
        this.taking = taking;
        this.writeConfig = writeConfig;
        this.resyncs = isMarked(settings.home());
    }

    /// Has the engine in this folder begin at a snapshot when it starts.
    public static void mark(Path home) {
        try {
            Files.createDirectories(home);
            Files.writeString(home.resolve(RESYNC), "begins at a snapshot\n");
            io.thingstead.kit.crypto.Directories.sync(home);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + home.resolve(RESYNC), e);
        }
    }

    /// Whether the engine in this folder begins at a snapshot, or is still on its way from there.
    public static boolean isMarked(Path home) {
        return Files.exists(home.resolve(RESYNC));
    }

    void prepare() {
        taking.reset();
        boolean lost = !files.hasBlocks();
        if (!resyncs && needsSnapshot(lost)) {
            mark(settings.home());
            resyncs = true;
        }
        application.tellFromStart(lost && !resyncs);
        writeConfig.accept(resyncs ? stateSync() : null);
    }

    private boolean needsSnapshot(boolean lost) {
        CatchUp others = catchUp;
        if (others == null) {
            return false;
        }
        if (lost) {
            synchronized (ledger) {
                Application.Info info = ledger.info();
                long first = info.era().initialHeight();
                boolean goesOn = info.height() >= first;
                if (goesOn && (info.height() - first >= settings.farBehind() || !ledger.hasBlocksFrom(first))) {
                    LOG.warn("the engine lost its blocks: it begins at a snapshot of another member");
                    return true;
                }
            }
        }
        if (others.isBehind(settings.farBehind())) {
            LOG.info("this member is over {} blocks behind: it takes a snapshot of another one", settings.farBehind());
            return true;
        }
        return false;
    }

    private StateSync stateSync() {
        CatchUp others = catchUp;
        LightBlocks light = lightBlocks;
        if (others == null || light == null) {
            throw new CometProcess.NotYet("begins at a snapshot, and cannot ask the other members");
        }
        CatchUp.Plan plan = others.plan()
                .orElseThrow(() -> new CometProcess.NotYet("waits for a snapshot: " + CatchUp.WITNESSES
                        + " other members at least must answer, and let this one in"));
        // A crash from here on: the mark stands, and the engine begins at a snapshot again.
        files.forgetBlocks();
        return new StateSync(
                plan.witnesses().stream().map(light::of).toList(),
                plan.trusted().height(),
                plan.trusted().hash());
    }

    /// The ledger has a block that came after the snapshot: the engine goes on from its own blocks.
    void wentOn() {
        if (resyncs) {
            resyncs = false;
            try {
                Files.deleteIfExists(settings.home().resolve(RESYNC));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        LightBlocks light = lightBlocks;
        if (light != null) {
            light.close();
        }
    }
}
