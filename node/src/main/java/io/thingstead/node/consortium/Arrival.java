package io.thingstead.node.consortium;

import io.thingstead.kit.crypto.Directories;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.comet.EngineStart;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/// What an invite tells of a ledger that runs, in the data folder of a member that is on its way to it: it takes the
/// others' snapshot with it, and goes on from there.
///
/// The snapshot may be older than the invite and not know where the others are now. A node that ends before a block
/// has come on top of it begins at the invite again, which is kept for that.
public final class Arrival {
    private static final String ENGINE = "engine";
    private static final String STORE = "store";
    private static final String FORMER = "store.former";
    private static final String INVITE = "invite.json";

    private Arrival() {}

    /// Has the engine in this folder begin at a snapshot.
    ///
    /// @param isBelieved whether trust begins at the invite's header; else those that vote must have signed one
    static void begin(Path data, RunningInvite invite, boolean isBelieved) {
        Path engine = data.resolve(ENGINE);
        EngineStart.mark(engine);
        if (isBelieved) {
            new Admission(invite.height(), invite.headerHash()).write(engine);
        }
        invite.write(engine.resolve(INVITE));
        try {
            Directories.sync(engine);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the invite in " + engine, e);
        }
    }

    /// Puts what the invite tells into an empty store.
    static void found(Store store, RunningInvite invite) {
        StoredLedger.foundToJoin(store, invite.ledger(), invite.eraRecord(), invite.start(), invite.state());
    }

    /// Where a member is on its way and has nothing but a snapshot, begins at the invite again. Before the node opens
    /// its store.
    public static void again(Path data) {
        Path kept = data.resolve(ENGINE).resolve(INVITE);
        if (!EngineStart.isMarked(data.resolve(ENGINE)) || !Files.exists(kept)) {
            return;
        }
        RunningInvite invite = RunningInvite.read(kept);
        try {
            if (isSnapshotAlone(data)) {
                delete(data.resolve(FORMER));
                Files.move(data.resolve(STORE), data.resolve(FORMER), StandardCopyOption.ATOMIC_MOVE);
                Directories.sync(data);
            }
            // A crash here: there is no ledger, and the next start puts it there.
            try (Store store = open(data)) {
                if (!StoredLedger.isFounded(store)) {
                    found(store, invite);
                }
            }
            delete(data.resolve(FORMER));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot begin at the invite again in " + data, e);
        }
    }

    static Store open(Path data) {
        return RocksStore.open(data.resolve(STORE), e -> {
            throw new IllegalStateException("the data folder could not be written", e);
        });
    }

    /// A store in which no block was executed and no log opened.
    private static boolean isSnapshotAlone(Path data) {
        try (Store store = open(data)) {
            return StoredLedger.isFounded(store)
                    && Stream.of(Column.BLOCK, Column.CHECKPOINT, Column.CONTENT, Column.TOKEN)
                            .allMatch(column -> isEmpty(store, column));
        }
    }

    private static boolean isEmpty(Store store, Column column) {
        try (var scan = store.scan(column, new byte[0], null)) {
            return !scan.next();
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
