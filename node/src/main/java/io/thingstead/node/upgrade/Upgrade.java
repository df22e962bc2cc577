package io.thingstead.node.upgrade;

import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.FolderVersion;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.upgrade.UpgradeException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a data folder to this program's version, and back. The store is kept as it was first; a mark stands while
/// steps are under way. What is broken off is begun again from the kept copy; so no program ever works on a folder
/// between two versions.
public final class Upgrade {
    private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);

    private final Path data;
    private final List<Step> steps;
    private final Consumer<String> says;
    private final KeptCopy copy;

    Upgrade(Path data, List<Step> steps, Consumer<String> says) {
        this.data = data;
        this.steps = steps;
        this.says = says;
        this.copy = new KeptCopy(data);
    }

    /// Where a folder goes or went.
    ///
    /// @param from the version that it was of
    /// @param to the one that it is of now
    public record Done(int from, int to) {
        public boolean isNothing() {
            return from == to;
        }
    }

    /// Upgrades a folder that is older than this program. A folder that is new, or of this version, stays as it is; one
    /// that is newer is refused.
    ///
    /// @param says gets a line of what is being done
    public static Done ifOlder(Path data, Consumer<String> says) {
        return new Upgrade(data, Step.ALL, says).forward();
    }

    /// The same, said in the node's messages.
    public static Done ifOlder(Path data) {
        return ifOlder(data, line -> LOG.info("upgrade of {}: {}", data, line));
    }

    /// Goes back to the version from before the last upgrade, losing nothing that was acknowledged since.
    public static Done rollback(Path data, Consumer<String> says) {
        return new Upgrade(data, Step.ALL, says).back();
    }

    /// Executes the steps alone in a folder that has just been put here out of a backup, which is the copy.
    public static void restored(Path data) {
        int version = FolderVersion.of(data);
        if (version > FolderVersion.CURRENT) throw FolderVersion.newer(data, version);
        new Upgrade(data, Step.ALL, _ -> {}).climb();
    }

    /// The version to which a rollback would go back, [FolderVersion#NONE] where there was no upgrade.
    public static int kept(Path data) {
        var copy = new KeptCopy(data);
        return copy.exists() ? copy.version() : FolderVersion.NONE;
    }

    /// Takes the kept copy away, and with it what is erased in the folder and stands in the copy still.
    public static boolean forget(Path data) {
        var copy = new KeptCopy(data);
        try {
            if (Mark.of(data) != Mark.NOTHING) {
                throw new UpgradeException(
                        Code.UNFINISHED, "the copy is needed: what is under way begins with it again");
            }
            boolean existed = copy.exists();
            copy.delete();
            return existed;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot take away the copy from before the upgrade of " + data + ": " + e, e);
        }
    }

    private int newest() {
        return FolderVersion.FIRST + steps.size();
    }

    Done forward() {
        try (DataFolder _ = DataFolder.lock(data)) {
            Mark mark = Mark.of(data);
            if (mark == Mark.BACK) throw unfinished();
            if (mark == Mark.FORWARD) {
                says.accept("an upgrade was broken off: beginning again");
                copy.putBack();
            }
            int from = FolderVersion.of(data);
            if (from > newest()) throw FolderVersion.newer(data, from);
            if (from == FolderVersion.NONE || from == newest()) return new Done(from, from);
            if (mark == Mark.NOTHING) {
                says.accept("keeping the store as it is");
                copy.make(from);
                // A crash here: the next start makes the copy again.
                says.accept("kept");
                Mark.FORWARD.write(data);
            }
            climb();
            says.accept("version " + newest() + " is there");
            copy.leftAt(sequence());
            // A crash here: all of it is done again from the copy.
            Mark.NOTHING.write(data);
            return new Done(from, newest());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot upgrade " + data + ": " + e, e);
        }
    }

    private void climb() {
        for (int version = FolderVersion.of(data); version < newest(); version++) {
            Step step = steps.get(version - FolderVersion.FIRST);
            says.accept("version %d to %d: %s".formatted(version, version + 1, step.inWords()));
            step.up(data);
            FolderVersion.write(data, version + 1);
        }
    }

    Done back() {
        try (DataFolder _ = DataFolder.lock(data)) {
            int from = FolderVersion.of(data);
            if (from > newest()) throw FolderVersion.newer(data, from);
            Mark mark = Mark.of(data);
            if (!copy.exists()) {
                if (mark != Mark.BACK) throw nothing();
                // The crash fell after everything was back.
                Mark.NOTHING.write(data);
                return new Done(from, from);
            }
            int to = copy.version();
            if (from == to && mark == Mark.NOTHING) copy.delete(); // the crash fell before that
            else if (mark != Mark.NOTHING || copy.wasLeftAt(sequence())) putBack();
            else descend(from, to);
            return new Done(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot go back to the version before in " + data + ": " + e, e);
        }
    }

    /// Nothing was written since the upgrade, or it never came to its end.
    private void putBack() throws IOException {
        says.accept("nothing was written since: putting back what was there before");
        Mark.BACK.write(data);
        copy.putBack();
        says.accept("version " + copy.version() + " is there");
        Mark.NOTHING.write(data);
        // A crash here: an old program works on the folder already; a new one upgrades it again and makes a new copy.
        says.accept("letting the copy go");
        copy.delete();
    }

    /// Something was acknowledged since, so the store as it was before would contradict it: the steps are undone in the
    /// store as it is.
    private void descend(int from, int to) throws IOException {
        for (int version = from; version > to; version--) {
            Step step = steps.get(version - 1 - FolderVersion.FIRST);
            says.accept("version %d to %d, keeping what was written since".formatted(version, version - 1));
            step.down(data);
            // A crash here: the step is undone once more.
            says.accept("version " + (version - 1) + " is there");
            FolderVersion.write(data, version - 1);
        }
        says.accept("letting the copy go");
        copy.delete();
    }

    private long sequence() {
        try (var store = RocksStore.open(data.resolve("store"), e -> says.accept("the store failed: " + e))) {
            return store.sequence();
        }
    }

    private UpgradeException unfinished() {
        return new UpgradeException(
                Code.UNFINISHED,
                "going back to the version before did not come to its end in " + data
                        + ": run `thingstead upgrade --rollback` again, then start the older program");
    }

    private UpgradeException nothing() {
        return new UpgradeException(
                Code.NOTHING,
                "no copy from before an upgrade is kept in " + data
                        + ": it was made with this version, or the copy was taken away");
    }
}
